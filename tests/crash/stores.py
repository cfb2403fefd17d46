"""A PostgreSQL cluster and a Redis of our own, which may be killed at any moment."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.installation import free_port

START_SECONDS = 30
# PostgreSQL refuses to run as root, and is run as this user then.
UNPRIVILEGED = "postgres"
DEBIAN = Path("/usr/lib/postgresql")
POSTGRESQL = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 64MB
"""


class Missing(Exception):
    """A program that is needed is not installed."""


class DidNotStart(Exception):
    """A store or a process of ours did not come up."""


class Cluster:
    """PostgreSQL, in a directory of its own and on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="drillbook-postgresql-"))
        hand_over(self._directory)
        self._data = self._directory / "data"
        try:
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C")
            self._set(f"port = {self.port}{POSTGRESQL}")
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def url(self) -> str:
        """What DATABASE_URL has to be."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Serve, once what has to be recovered is."""
        log = self._directory / "log"
        self._run("pg_ctl", "-w", "-t", str(2 * START_SECONDS), "-l", str(log), "start")

    def stop(self) -> None:
        """Cut all connections at once, as a power failure would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        """End it, and delete everything."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _set(self, lines: str, file: str = "postgresql.conf") -> None:
        with (self._data / file).open("a") as settings:
            settings.write(lines)

    def _run(self, program: str, *arguments: str) -> None:
        """Have one of PostgreSQL's programs do something with this cluster."""
        self._call(program, "-D", str(self._data), *arguments)

    def _call(self, program: str, *arguments: str) -> None:
        as_user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [_postgresql(program), *arguments],
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=3 * START_SECONDS,
            env={"PATH": os.environ["PATH"]},
            **as_user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise DidNotStart(f"{program}: {done.stderr[-1000:]}")


class Redis:
    """Redis, on a port of its own. It keeps nothing: whoever kills it loses every message."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """What REDIS_URL has to be."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Serve."""
        program = shutil.which("redis-server")
        if program is None:
            raise Missing("redis-server is not installed.")
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", tempfile.gettempdir()]
        command = [program, *where, "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for_port(self.port)

    def kill(self) -> None:
        """End it without a warning."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def hand_over(directory: Path) -> None:
    """Give a directory, with all that is in it, to the user that PostgreSQL runs as."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{UNPRIVILEGED}:", str(directory)], check=True)


def wait_for_port(port: int) -> None:
    """Go on once somebody listens there.

    Raises:
        DidNotStart: nobody does in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DidNotStart(f"Nobody listens on port {port}.")


def _postgresql(program: str) -> str:
    """Where a program of PostgreSQL is, all of one version; Debian keeps them out of the way.

    Raises:
        Missing: it is not installed.
    """
    installed = sorted(DEBIAN.glob(f"*/bin/{program}"))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise Missing(f"{program} is not installed: apt install postgresql, or the like.")
    return found
