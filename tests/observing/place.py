"""What is observed, and who observes it."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Self

from tests.crash.stores import Cluster, Redis
from tests.installation import free_port, production
from tests.observing.prometheus import Prometheus
from tests.topology import programs
from tests.topology.asking import Caller
from tests.topology.place import answers, found
from tests.topology.programs import Program


class Place:
    """PostgreSQL, Redis, a web server, a worker and Prometheus."""

    def __init__(self) -> None:
        found("prometheus")
        self.directory = Path(tempfile.mkdtemp(prefix="drillbook-observing-"))
        self.port, self.worker_port = free_port(), free_port()
        self.cluster: Cluster | None = None
        self.redis: Redis | None = None
        self.web: Program | None = None
        self.worker: Program | None = None
        self.prometheus: Prometheus | None = None
        self.caller: Caller | None = None

    def __enter__(self) -> Self:
        try:
            self.cluster = Cluster()
            self.redis = Redis()
            self.configure()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for program in (self.prometheus, self.web, self.worker):
            if program is not None:
                program.kill()
        if self.redis is not None:
            self.redis.kill()
        if self.cluster is not None:
            self.cluster.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def configure(self) -> None:
        """Let this process, and those that it starts, be of this installation."""
        os.environ |= production(
            DATABASE_URL=self.cluster.url,
            REDIS_URL=self.redis.url,
            METRICS_TOKEN=secrets.token_hex(32),
            WORKER_METRICS_PORT=str(self.worker_port),
            PROD_HOST="127.0.0.1",
            PROD_PORT=str(self.port),
            WEB_WORKERS="1",
            # What they leave there when they are killed goes with the rest.
            TMPDIR=str(self.directory),
        )

    def start(self) -> None:
        """Start all the rest; the database has its tables by now."""
        # The primary is no replica of itself: it is left out, as one that is behind.
        copy = {"DATABASE_REPLICA_URL": self.cluster.url}
        self.web = programs.python(
            "manage.py", "serve", "web", is_ready=lambda: answers(self.port), **copy
        )
        self.worker = programs.celery("worker", "--concurrency", "1", "--loglevel", "INFO")
        self.web.start()
        self.worker.start()
        self.prometheus = Prometheus(
            found("prometheus"), web=self.port, worker=self.worker_port, directory=self.directory
        )
        self.prometheus.start()
        self.prometheus.wait_until_asked()
