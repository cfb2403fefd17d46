"""A PostgreSQL cluster that archives what it writes, and comes back from that alone."""

import shutil
import time

import psycopg

from tests.crash import stores

# docs/operations.md tells operators to set exactly these.
ARCHIVE = (
    "cmp -s %p {wal}/%f || {{ test ! -e {wal}/%f && cp %p {wal}/%f.part"
    " && sync {wal}/%f.part && mv {wal}/%f.part {wal}/%f; }}"
)
RESTORE = "cp {wal}/%f %p"
# A minute there; a run need not wait so long.
ARCHIVE_SECONDS = 2
SETTINGS = """
wal_level = replica
archive_mode = on
"""


class Cluster(stores.Cluster):
    """PostgreSQL, and its archive beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.wal = self._directory / "wal"
        self._base = self._directory / "base-0"
        try:
            self.wal.mkdir()
            stores.hand_over(self.wal)
            # Whether it archives is decided when it starts.
            self.stop()
            self._set(
                f"{SETTINGS}archive_timeout = {ARCHIVE_SECONDS}\n"
                f"archive_command = '{ARCHIVE.format(wal=self.wal)}'\n"
            )
            self.start()
        except BaseException:
            self.remove()
            raise

    def ask(self, statement: str) -> str:
        """The one value that a statement gives, if it gives any."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""

    def back_up(self) -> None:
        """Copy the cluster while it serves, and look whether the copy is whole."""
        self._base = self._directory / f"base-{time.monotonic_ns()}"
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres")
        self._call("pg_basebackup", *where, "-D", str(self._base), "--checkpoint=fast")
        self._call("pg_verifybackup", str(self._base))

    def lose_disk(self) -> None:
        """Delete everything but the copy and the archive."""
        self.stop()
        shutil.rmtree(self._data)

    def recover(self, until: str = "") -> None:
        """Become what the copy and the archive tell.

        Args:
            until: the moment to stop at, to be looked at before it is accepted; the end of the
                archive without it.
        """
        shutil.copytree(self._base, self._data, copy_function=shutil.copy2)
        stores.hand_over(self._data)
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
