"""An installation that may come to harm: stores, workers and the clock, all of this run alone."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psycopg

from tests.crash import processes
from tests.crash.processes import Process
from tests.crash.stores import Cluster, Redis
from tests.installation import production

WAIT_SECONDS = 60
STORING = "INSERT INTO%questionlog%"


class Place:
    """PostgreSQL, Redis, workers and beat."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="drillbook-crash-"))
        self.workers: list[Process] = []
        self.beat: Process | None = None
        self.cluster = Cluster()
        try:
            self.redis = Redis()
        except BaseException:
            self.cluster.remove()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()
        self.redis.kill()
        self.cluster.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def configure(self) -> None:
        """Let this process and those that it starts be of this installation."""
        os.environ |= production(DATABASE_URL=self.cluster.url, REDIS_URL=self.redis.url)

    def add_worker(self) -> Process:
        """Start one more worker."""
        worker = processes.worker()
        self.workers.append(worker)
        return worker

    def start_beat(self) -> None:
        """Start the clock."""
        self.beat = processes.beat(self.directory)

    def kill_workers(self) -> None:
        """End all workers at once."""
        processes.end(self.workers)
        self.workers = []

    def kill_all(self) -> None:
        """End workers and clock at once."""
        processes.end([*self.workers, self.beat])
        self.workers, self.beat = [], None

    def is_storing(self) -> bool:
        """Whether a worker is writing attempts at this moment, within its transaction."""
        with psycopg.connect(self.cluster.url, connect_timeout=3) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND xact_start IS NOT NULL AND query LIKE %s",
                [STORING],
            ).fetchone()
        return found is not None

    def wait_until(self, has_come: Callable[[], bool]) -> bool:
        """Wait for a moment; whether it came."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not has_come():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True
