// Copies the files named in assets.json from node_modules to static/explorer/vendor, each under a
// name with its version, after checking that it is byte for byte the file whose hash we committed.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "..", "static", "explorer", "vendor");
const assets = JSON.parse(readFileSync(join(here, "assets.json"), "utf8"));

const files = assets.map(({ package: name, version, file, integrity }) => {
  const content = readFileSync(join(here, "node_modules", name, file));
  const found = `sha384-${createHash("sha384").update(content).digest("base64")}`;
  if (found !== integrity) {
    throw new Error(`${name}/${file} is not the file of ${name} ${version}: found ${found}`);
  }
  return { name: `${name.replace("@", "").replace("/", "-")}-${version}${extname(file)}`, content };
});

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const { name, content } of files) {
  writeFileSync(join(vendor, name), content);
}
// graphiql's last line names a source map, and collectstatic refuses a file whose map is missing.
// The real one is 4.7 MB that nobody here reads.
writeFileSync(
  join(vendor, "index.umd.js.map"),
  '{"version": 3, "sources": [], "names": [], "mappings": ""}\n',
);
console.log(`explorer: ${files.length} files in project/static/explorer/vendor`);
