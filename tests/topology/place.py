"""The installation: two web servers, streams, workers, and all that stands around them."""

import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Self

import psycopg

from tests.crash.stores import UNPRIVILEGED, Missing, Redis
from tests.installation import free_port, production
from tests.topology import configs, programs
from tests.topology.databases import Primary, Standby
from tests.topology.programs import Program

RESTART_SECONDS = 1.0
NGINX = "nginx"
PGBOUNCER = "pgbouncer"


class Place:
    """Everything that compose.yaml starts with the profile ``scale``, as processes."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="drillbook-topology-"))
        if os.geteuid() == 0:
            owner = pwd.getpwnam(UNPRIVILEGED)
            os.chown(self.directory, owner.pw_uid, owner.pw_gid)
        self.password = secrets.token_hex(16)
        self.port = free_port()
        self.web_ports = [free_port(), free_port()]
        self.stream_port, self.pool_port = free_port(), free_port()
        self.programs: dict[str, Program] = {}
        self.primary: Primary | None = None
        self.standby: Standby | None = None
        self.redis: Redis | None = None
        self._supervised: set[str] = set()
        self._is_over = Event()

    def __enter__(self) -> Self:
        try:
            self.primary = Primary(password=self.password)
            self.redis = Redis()
            self.configure()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for program in self.programs.values():
            program.kill()
        if self.redis is not None:
            self.redis.kill()
        for cluster in (self.standby, self.primary):
            if cluster is not None:
                cluster.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def configure(self) -> None:
        """Let this process, and those that it starts, be of this installation."""
        os.environ |= production(DATABASE_URL=self.primary.drillbook, REDIS_URL=self.redis.url)

    def start(self) -> None:
        """Start all the rest; the database has its tables by now."""
        self.standby = Standby(self.primary)
        self._add(PGBOUNCER, self._pgbouncer())
        for number, port in enumerate(self.web_ports, start=1):
            self._add(f"web-{number}", self._server("web", port))
        self._add("streams", self._server("streams", self.stream_port))
        schedule = ("--schedule", str(self.directory / "schedule"), "--pidfile", "")
        for number in (1, 2):
            worker = ("worker", "--concurrency", "1", "--hostname", f"worker-{number}@%h")
            self._add(f"worker-{number}", programs.celery(*worker, "--loglevel", "INFO"))
        self._add("beat", programs.celery("beat", *schedule, "--loglevel", "INFO"))
        self._add(NGINX, self._nginx())
        Thread(target=self._supervise, daemon=True).start()

    @contextmanager
    def unsupervised(self, name: str) -> Iterator[Program]:
        """A program that is not started again while somebody else sees to it."""
        self._supervised.discard(name)
        try:
            yield self.programs[name]
        finally:
            self._supervised.add(name)

    def _add(self, name: str, program: Program) -> None:
        self.programs[name] = program
        program.start()
        self._supervised.add(name)

    def _supervise(self) -> None:
        """Start what has ended again, as ``restart: unless-stopped`` and systemd do."""
        while not self._is_over.wait(RESTART_SECONDS):
            for name in list(self._supervised):
                if not self.programs[name].is_running():
                    self.programs[name].launch()

    def _server(self, what: str, port: int) -> Program:
        bouncer = f"postgres://drillbook:{self.password}@127.0.0.1:{self.pool_port}/drillbook"
        return programs.python(
            "manage.py",
            "serve",
            what,
            is_ready=lambda: answers(port),
            DATABASE_URL=bouncer,
            DB_PREPARE_THRESHOLD="none",
            DATABASE_REPLICA_URL=self.standby.drillbook,
            TRUSTED_PROXY_COUNT="1",
            WEB_WORKERS="2",
            PROD_PORT=str(port),
            STREAM_PORT=str(port),
            # What they leave there when they are killed goes with the rest.
            TMPDIR=str(self.directory),
        )

    def _pgbouncer(self) -> Program:
        ini = configs.pgbouncer(
            port=self.pool_port, database=self.primary.port, directory=self.directory
        )
        self._write("userlist.txt", configs.userlist(password=self.password))
        command = [found(PGBOUNCER), str(self._write("pgbouncer.ini", ini))]
        address = f"postgres://drillbook:{self.password}@127.0.0.1:{self.pool_port}/drillbook"
        return Program(command, is_ready=lambda: _connects(address), as_nobody=True)

    def _nginx(self) -> Program:
        text = configs.nginx(
            port=self.port,
            web=self.web_ports,
            streams=self.stream_port,
            directory=self.directory,
        )
        path = self._write("nginx.conf", text)
        command = [found(NGINX), "-e", "stderr", "-c", str(path), "-g", "daemon off;"]
        return Program(command, is_ready=lambda: answers(self.port), as_nobody=True)

    def _write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o644)
        return path


def found(program: str) -> str:
    """Where a program is.

    Raises:
        Missing: it is not installed.
    """
    where = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if where is None:
        raise Missing(f"{program} is not installed: apt install {program}, or the like.")
    return where


def answers(port: int) -> bool:
    """Whether a server says that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _connects(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True
