"""``python -m tests.image``: builds the image of compose.yaml, and runs it as is said there.

It wants docker or podman on Linux, brings its own PostgreSQL and Redis, looks for what must not be
in the image, migrates, starts each service until its health check is content, and asks for pages.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.request import Request, urlopen

from tests.crash.__main__ import say
from tests.crash.place import Place
from tests.crash.stores import DidNotStart, Missing
from tests.installation import ROOT, free_port, production
from tests.topology.configs import compose

IMAGE = "drillbook:tried"
SERVERS = ("web", "streams", "worker", "jobs", "beat")
READY_SECONDS, STOP_SECONDS = 120, 40
STORES = ("DATABASE_URL", "REDIS_URL")
PORTS = {"PROD_PORT": ":8000/", "STREAM_PORT": ":8001/"}
# Its user; what that may write; what belongs to developers or to one machine.
LOOK = r"""
id -u; find /app /venv ! -type l -writable
find /app -name '.env*' -o -name '.git*' -o -name '*.sqlite3*' -o -name node_modules -o -name tests
ls /venv/lib/python3*/site-packages | grep -xE 'mypy|pip|pytest' || true
"""


def main() -> int:
    """Build and try; 1 if something was not as it has to be."""
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with ExitStack() as stack:
            fault = fault_of_image(stack)
    except (Missing, DidNotStart, OSError) as reason:
        fault = str(reason)
    say(fault or "right")
    return int(bool(fault))


def fault_of_image(stack: ExitStack) -> str:
    """What is not as it has to be, if anything."""
    engine, begun = find_engine(), time.monotonic()
    build(engine)
    size = int(call(engine, "image", "inspect", "--format", "{{.Size}}", IMAGE)) / 1e6
    say(f"{engine} built {size:.0f} MB in {time.monotonic() - begun:.0f} seconds")
    user, *others = call(engine, "run", "--rm", IMAGE, "sh", "-c", LOOK).split()
    if user == "0" or others:
        return f"It runs as user {user}, and has what it must not have: {others}"
    stack.enter_context(Place()).configure()
    os.environ |= {name: str(free_port()) for name in PORTS} | {"ALLOWED_HOSTS": "127.0.0.1"}
    migrate, *servers = (Container(engine, name) for name in ("migrate", *SERVERS))
    for one in (migrate, *servers):
        stack.callback(one.remove)
    migrate.run()
    for one in servers:
        one.run("--detach")
        one.wait_until_well()
        say(f"{one.service} is well")
    for page in ("/graphql", "/admin/login/"):
        url = f"http://127.0.0.1:{os.environ['PROD_PORT']}{page}"
        headers = {"Accept": "text/html", "X-Forwarded-Proto": "https"}
        urlopen(Request(url, headers=headers), timeout=30).close()  # noqa: S310
    codes = {one.service: one.stop() for one in servers}
    return f"They ended with these codes: {codes}" if any(codes.values()) else ""


def find_engine() -> str:
    """docker or podman, whichever works here."""
    for engine in ("docker", "podman"):
        with suppress(DidNotStart, FileNotFoundError):
            call(engine, "info")
            return engine
    raise Missing("Neither docker nor podman works here: start docker, or apt install podman.")


def build(engine: str) -> None:
    """Make the image as compose.yaml does."""
    written = compose()["services"]["web"]["build"]["dockerfile_inline"].replace("$$", "$")
    with tempfile.NamedTemporaryFile("w") as file:
        Path(file.name).write_text(written)
        options = ("--file", file.name, "--build-arg", "REQUIREMENTS=production")
        call(engine, "build", "--tag", IMAGE, *options, str(ROOT))


def call(*command: str) -> str:
    """What a command prints; DidNotStart if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DidNotStart(f"{' '.join(command[:2])}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


class Container:
    """A service of compose.yaml with its command, rights and health check, on our network."""

    def __init__(self, engine: str, service: str) -> None:
        self.service = service
        self._engine, self._name = engine, f"drillbook-tried-{service}-{os.getpid()}"
        self._is = compose()["services"][service]

    def run(self, *flags: str) -> None:
        """Start it, and wait until it ends."""
        rights = ["--init", "--network=host", f"--hostname={self.service}", "--name", self._name]
        rights += ["--read-only"] if self._is["read_only"] else []
        # Otherwise podman makes more places writable than compose.yaml says.
        rights += ["--read-only-tmpfs=false"] if self._engine == "podman" else []
        rights += [f"--tmpfs={path}" for path in self._is["tmpfs"]]
        rights += [f"--cap-drop={one}" for one in self._is["cap_drop"]]
        rights += [f"--security-opt={one}" for one in self._is["security_opt"]]
        # Only named: what is secret stands in no list of processes.
        ours = [name for name, value in production().items() if value]
        rights += [f"--env={name}" for name in (*ours, *STORES, *PORTS)]
        call(self._engine, "run", *flags, *rights, IMAGE, *self._is["command"])

    def wait_until_well(self) -> None:
        """Go on once its health check is content; DidNotStart if it never is."""
        test = self._is.get("healthcheck", {"test": ["CMD", "true"]})["test"][1:]
        for name, theirs in PORTS.items():
            test = [word.replace(theirs, f":{os.environ[name]}/") for word in test]
        command = ("exec", self._name, *(word.replace("$$", "$") for word in test))
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(DidNotStart):
                call(self._engine, *command)
                return
            time.sleep(1)
        call(self._engine, *command)

    def stop(self) -> int:
        """Have it end in good order; the code with which it did."""
        call(self._engine, "stop", "--time", str(STOP_SECONDS), self._name)
        return int(call(self._engine, "inspect", "--format", "{{.State.ExitCode}}", self._name))

    def remove(self) -> None:
        """Leave nothing of it."""
        with suppress(DidNotStart):
            call(self._engine, "rm", "--force", self._name)


if __name__ == "__main__":
    sys.exit(main())
