"""Processes that send, and who takes what they send."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
from django.conf import settings

from tests.installation import production

UNPACKED = {None: bytes, "br": brotli.decompress, "gzip": gzip.decompress}


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Takes whatever is sent to it: its address, and the path of each with its body."""
    received: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = UNPACKED[self.headers.get("Content-Encoding")]
            received.append((self.path, unpack(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def run(code: str, *arguments: str, **switches: str) -> subprocess.CompletedProcess[str]:
    """Run a process with production settings, and with these variables beside."""
    environment = production(
        PATH=os.environ["PATH"],
        ALLOWED_HOSTS="drillbook.example",
        DATABASE_URL="sqlite:////nowhere/at/all.sqlite3",
        TYPED="no such person: 'alice@example.com', password=swordfish",
        EMAIL="alice@example.com",
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=settings.ROOT,
        env=environment | switches,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
