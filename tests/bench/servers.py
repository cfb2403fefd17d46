"""The two servers: started as in production, watched, stopped."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any, Self

import psutil

from tests.bench.database import BenchDatabase
from tests.bench.operations import Call
from tests.installation import free_port

START_SECONDS = 60
STOP_SECONDS = 10
# What a proxy that ends TLS adds: production redirects everything else.
PROXY_HEADERS = {"X-Forwarded-Proto": "https", "Host": "localhost"}


class ServerFailed(Exception):
    """A server did not start, or died."""


@dataclass
class Spent:
    """CPU seconds."""

    server: float = 0.0
    postgresql: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.server + other.server, self.postgresql + other.postgresql)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.server - other.server, self.postgresql - other.postgresql)

    @property
    def total(self) -> float:
        """Both together."""
        return self.server + self.postgresql


@dataclass
class Server:
    """One application under granian, with one worker and one thread, and one connection to it.

    Args:
        name: its application name on the database's side.
        application: module and name of the WSGI application.
        directory: where its code is.
    """

    name: str
    application: str
    database: BenchDatabase
    directory: str | None = None
    _seen: dict[int, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.port = free_port()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "1", "--blocking-threads", "1", self.application]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "PGAPPNAME": self.name},
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        processes = self._processes()
        self._process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
        for process in alive:
            process.kill()
        self._process.wait()
        self._output.close()

    def send(self, call: Call, token: str) -> tuple[int, bytes, float]:
        """Send one request over the kept connection; give status, body and seconds.

        Raises:
            ServerFailed: it did not answer.
        """
        headers = {**PROXY_HEADERS, "Authorization": f"Bearer {token}"}
        body = None
        if call.body is not None:
            body = json.dumps(call.body).encode()
            headers["Content-Type"] = "application/json"
        started = time.perf_counter()
        try:
            self._connection.request(call.method, call.path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as failure:
            raise ServerFailed(f"{self.name} does not answer: {self._tail()}") from failure
        return response.status, content, time.perf_counter() - started

    def spent(self) -> Spent:
        """CPU time of its processes and of its database connections since they began."""
        server = sum(cpu_seconds(process) for process in self._processes())
        for pid in self.database.backends(self.name):
            self._seen[pid] = backend_seconds(pid)
        return Spent(server, sum(self._seen.values()))

    def _processes(self) -> list[psutil.Process]:
        try:
            parent = psutil.Process(self._process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerFailed(f"{self.name} did not start: {self._tail()}")
            try:
                self._connection.request("GET", "/", headers=PROXY_HEADERS)
                self._connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
                time.sleep(0.1)
            else:
                return
        raise ServerFailed(f"{self.name} did not answer within {START_SECONDS} seconds.")

    def _tail(self) -> str:
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-2000:]


def cpu_seconds(process: psutil.Process) -> float:
    """CPU time of one process; none if it has ended."""
    try:
        times: Any = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def backend_seconds(pid: int) -> float:
    """CPU time of a PostgreSQL process of this machine; none if the server runs elsewhere."""
    try:
        process = psutil.Process(pid)
        return cpu_seconds(process) if process.name().startswith("postgres") else 0.0
    except psutil.NoSuchProcess:
        return 0.0
