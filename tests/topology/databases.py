"""A PostgreSQL that is written to, and one that follows it by streaming."""

import tempfile
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.crash.stores import Cluster, hand_over
from tests.installation import free_port

RECEIVER = "walreceiver"


READ = """
    SELECT EXISTS (
        SELECT 1 FROM pg_stat_activity
        WHERE query LIKE '%questions_question%' AND pid <> pg_backend_pid()
            AND query_start > clock_timestamp() - interval '200 milliseconds'
    )
"""


class Primary(Cluster):
    """The database, and who PgBouncer signs in as."""

    def __init__(self, *, password: str) -> None:
        super().__init__()
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"CREATE ROLE drillbook SUPERUSER LOGIN PASSWORD '{password}'")
                connection.execute("CREATE DATABASE drillbook OWNER drillbook")
                connection.execute("ALTER SYSTEM SET wal_keep_size = '256MB'")
                connection.execute("SELECT pg_reload_conf()")
        except BaseException:
            self.remove()
            raise

    @property
    def drillbook(self) -> str:
        """The address of our database."""
        return f"postgres://drillbook@127.0.0.1:{self.port}/drillbook"

    def restart(self) -> None:
        """As after a power failure."""
        self.stop()
        self.start()


class Standby(Cluster):
    """A copy, made from the primary while that serves."""

    def __init__(self, primary: Primary) -> None:
        self.port = free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="drillbook-topology-copy-"))
        hand_over(self._directory)
        self._data = self._directory / "data"
        where = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"]
        try:
            self._run("pg_basebackup", *where, "--write-recovery-conf", "--checkpoint", "fast")
            self._set(f"port = {self.port}\nhot_standby_feedback = on\n")
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def drillbook(self) -> str:
        """The address of the copy of our database."""
        return f"postgres://drillbook@127.0.0.1:{self.port}/drillbook"

    def receiver(self) -> psutil.Process:
        """The process that takes in what the primary sends; frozen, it hangs and says nothing."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        children = psutil.Process(postmaster).children()
        return next(child for child in children if RECEIVER in " ".join(child.cmdline()))

    def reads(self) -> int:
        """How many rows were looked up in it so far; a process counts up to ten seconds late."""
        return int(
            self._ask(
                "SELECT sum(coalesce(idx_tup_fetch, 0) + seq_tup_read) FROM pg_stat_user_tables"
            )
        )

    def is_read(self) -> bool:
        """Whether questions are read, at this moment or just before it."""
        return bool(self._ask(READ))

    def _ask(self, statement: str) -> Any:
        with psycopg.connect(self.drillbook, connect_timeout=2) as connection:
            found = connection.execute(statement).fetchone()
        return found[0] or 0
