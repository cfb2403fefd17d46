"""A PostgreSQL cluster that archives what it writes, and comes back from that alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.crash.stores import DEBIAN, START_SECONDS, UNPRIVILEGED, DidNotStart, Missing, free_port

# docs/operations.md tells operators to set exactly these.
ARCHIVE = (
    "cmp -s %p {wal}/%f || {{ test ! -e {wal}/%f && cp %p {wal}/%f.part"
    " && sync {wal}/%f.part && mv {wal}/%f.part {wal}/%f; }}"
)
RESTORE = "cp {wal}/%f %p"
# A minute there; a run need not wait so long.
ARCHIVE_SECONDS = 2
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 30
shared_buffers = 64MB
wal_level = replica
archive_mode = on
"""


class Cluster:
    """PostgreSQL with its archive, each in a directory of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="drillbook-recovery-"))
        self._data, self.wal = self._directory / "data", self._directory / "wal"
        self._base = self._directory / "base-0"
        self.wal.mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam(UNPRIVILEGED)
            for directory in (self._directory, self.wal):
                os.chown(directory, owner.pw_uid, owner.pw_gid)
        try:
            self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
            self._set(
                f"{SETTINGS}port = {self.port}\narchive_timeout = {ARCHIVE_SECONDS}\n"
                f"archive_command = '{ARCHIVE.format(wal=self.wal)}'\n"
            )
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def url(self) -> str:
        """What DATABASE_URL has to be."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def ask(self, statement: str) -> str:
        """The one value that a statement gives, if it gives any."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""

    def start(self) -> None:
        """Serve, once what has to be recovered is."""
        log = self._directory / "log"
        self._control("-w", "-t", str(2 * START_SECONDS), "-l", str(log), "start")

    def lose_power(self) -> None:
        """End it without a last word: nothing more is archived."""
        self._control("-w", "-m", "immediate", "stop")

    def back_up(self) -> None:
        """Copy the cluster while it serves, and look whether the copy is whole."""
        self._base = self._directory / f"base-{time.monotonic_ns()}"
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres")
        self._run("pg_basebackup", *where, "-D", self._base, "--checkpoint=fast")
        self._run("pg_verifybackup", self._base)

    def lose_disk(self) -> None:
        """Delete everything but the copy and the archive."""
        self.lose_power()
        shutil.rmtree(self._data)

    def recover(self, until: str = "") -> None:
        """Become what the copy and the archive tell.

        Args:
            until: the moment to stop at, to be looked at before it is accepted; the end of the
                archive without it.
        """
        shutil.copytree(self._base, self._data, copy_function=shutil.copy2)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", UNPRIVILEGED, str(self._data)], check=True)
        lines = f"restore_command = '{RESTORE.format(wal=self.wal)}'\n"
        if until:
            lines += f"recovery_target_time = '{until}'\n"
        self._set(lines, "postgresql.auto.conf")
        (self._data / "recovery.signal").touch()
        self.start()

    def accept(self) -> None:
        """Be what was recovered, from now on."""
        if self.ask("SELECT pg_is_wal_replay_paused()") == "True":
            self.ask("SELECT pg_wal_replay_resume()")
        # The next copy would have it, too, and its recovery end there.
        self.ask("ALTER SYSTEM RESET recovery_target_time")

    def remove(self) -> None:
        """End it, and delete everything."""
        if (self._data / "postmaster.pid").exists():
            self.lose_power()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _set(self, lines: str, file: str = "postgresql.conf") -> None:
        with (self._data / file).open("a") as settings:
            settings.write(lines)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", self._data, *arguments)

    def _run(self, program: str, *arguments: str | Path) -> None:
        as_user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [_program(program), *map(str, arguments)],
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


def _program(name: str) -> str:
    """Where a program of PostgreSQL is, all of one version; Debian keeps them out of the way.

    Raises:
        Missing: it is not installed.
    """
    installed = sorted(DEBIAN.glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed: apt install postgresql, or the like.")
    return found
