"""The numbers of one of Celery's workers, and the end of its traces.

Imported, by project/celery.py, only in a worker. Its processes count into files, as those of
``manage.py serve`` do; a thread of the worker's own process shows the sum at /metrics, on PROD_HOST
and WORKER_METRICS_PORT, to who has METRICS_TOKEN.
"""

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, SHUT_RDWR
from threading import Thread
from typing import Any

from billiard.process import current_process  # type: ignore[import-untyped]
from celery import signals
from celery.exceptions import TimeLimitExceeded, WorkerLostError
from django.conf import settings

from project import processes
from project.observability.work import own_tasks

logger = logging.getLogger(__name__)

# Of one that says nothing; of one that says it slowly.
CLIENT_SECONDS = 5
REQUEST_SECONDS = 10
MOST_CLIENTS = 16
BUSY = b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n"


def start(options: dict[str, Any]) -> None:
    """Switch on what is wanted, before the worker has any other process.

    Args:
        options: of the worker's command line.
    """
    if settings.METRICS_TOKEN:
        _Numbers(options.get("concurrency") or os.cpu_count() or 1).begin()
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        signals.worker_process_shutdown.connect(_send_spans, weak=False)


class _Numbers:
    """The directory of the files, and who shows what is in them."""

    def __init__(self, concurrency: int) -> None:
        self.pid = os.getpid()
        # None that is deleted by itself: the end of any of the processes would do that.
        self.directory = processes.own_directory("drillbook-worker")
        self.server: ThreadingHTTPServer | None = None
        places = [str(index + 1) for index in range(concurrency)]
        processes.share_metrics(self.directory, places)

    def begin(self) -> None:
        """Count from now on, and show it once the worker is ready."""
        from project.observability import exposition, work_metrics

        exposition.add_up_processes()
        work_metrics.expect(own_tasks())
        connect: list[tuple[Any, Callable[..., Any]]] = [
            (signals.worker_process_init, self._take_place),
            (signals.worker_ready, self._serve),
            (signals.worker_shutdown, self._end),
            (signals.task_failure, _note_killed(work_metrics.note_killed)),
        ]
        for signal, receiver in connect:
            signal.connect(receiver, weak=False)

    def _take_place(self, **_: Any) -> None:
        """Called in a process that was just forked: it goes on with the files of the one before."""
        if os.getpid() == self.pid:  # with --pool solo there is no other
            return
        index = getattr(current_process(), "index", None)
        if index is not None:
            os.environ[processes.WORKER_PLACE] = str(index + 1)
        if self.server is not None:
            self.server.socket.close()

    def _serve(self, **_: Any) -> None:
        address = (settings.PROD_HOST, settings.WORKER_METRICS_PORT)
        try:
            self.server = _Server(address, _Page)
        except OSError as reason:
            logger.warning(
                "nobody can see the metrics of this worker: set a WORKER_METRICS_PORT of its own",
                extra={"port": settings.WORKER_METRICS_PORT, "reason": str(reason)},
            )
            return
        Thread(target=self.server.serve_forever, daemon=True, name="metrics").start()

    def _end(self, **_: Any) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
        shutil.rmtree(self.directory, ignore_errors=True)


class _Server(ThreadingHTTPServer):
    """Answers each request in a thread of its own: so many at a time, and each for so long."""

    daemon_threads = True
    address_family = AF_INET6 if ip_address(settings.PROD_HOST).version == 6 else AF_INET

    def __init__(self, *args: Any) -> None:
        self.ends: dict[Any, float] = {}
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take it, unless there are too many."""
        if len(self.ends) >= MOST_CLIENTS:
            with suppress(OSError):
                request.sendall(BUSY)
            self.shutdown_request(request)
            return
        self.ends[request] = time.monotonic() + REQUEST_SECONDS
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """The end of each, answered or not."""
        self.ends.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Twice a second: have those end whose time is up, however busy they are with reading."""
        now = time.monotonic()
        for request, end in self.ends.copy().items():
            if end < now:
                with suppress(OSError):
                    request.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; anything else is a fault, whoever asked."""
        fault = sys.exception()
        if not isinstance(fault, OSError):
            logger.error("metrics of a worker cannot be shown", exc_info=fault)


class _Page(BaseHTTPRequestHandler):
    """One page, for who has the token."""

    timeout = CLIENT_SECONDS
    server_version = sys_version = ""

    def do_GET(self) -> None:
        from project.observability import exposition

        token = self.headers.get("Authorization", "")
        if self.path != "/metrics" or not exposition.may_see(token):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        text, content_type = exposition.everything()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Another method is as little there as another address."""
        is_missing = code == HTTPStatus.NOT_IMPLEMENTED
        super().send_error(HTTPStatus.NOT_FOUND if is_missing else code)

    def log_message(self, *_: Any) -> None:
        """Nothing: somebody asks every few seconds."""


def _note_killed(note: Callable[[str], None]) -> Callable[..., None]:
    def receive(sender: Any, exception: BaseException, **_: Any) -> None:
        """All else is counted by the process that failed."""
        if isinstance(exception, TimeLimitExceeded | WorkerLostError):
            note(sender.name)

    return receive


def _send_spans(**_: Any) -> None:
    """Called in a process that ends, which would take along those that were not sent yet."""
    from project.observability import spans

    if spans.provider.cache_info().currsize:
        spans.provider().shutdown()
