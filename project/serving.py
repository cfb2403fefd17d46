"""The production server: granian, with the manners that operators expect of it.

One blocking thread a worker: a second one makes the slowest requests ten times slower. Workers are
replaced one after the other when they are old; the new one is there before the old one goes.
"""

import copy
import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, Timer
from typing import Any

from django.conf import settings
from granian._internal import load_target
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer, WorkerProcess

from project import processes

HEADER_SECONDS = 10
# Streams never end by themselves; clients come back for them.
STREAM_SHUTDOWN_SECONDS = 5
BACKLOG = 1024
# A new worker is there by then, also on a busy machine; SIGTERM waits for the end of it.
RESPAWN_SECONDS = 10


class Server(MPServer):
    """granian, which first says that it will stop, and stops DRAIN_SECONDS later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_draining = False
        self.spawned = [0] * self.workers

    def run(self) -> None:
        """Serve until a signal ends it."""
        self.serve(target_loader=load)

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """The first SIGTERM announces; a second one, or Ctrl-C, stops at once."""
        is_typed = args[:1] == (signal.SIGINT,)
        if is_typed or self.is_draining or not settings.DRAIN_SECONDS:
            super().signal_handler_interrupt()
            return
        self.is_draining = True
        processes.announce_stop()
        timer = Timer(settings.DRAIN_SECONDS, super().signal_handler_interrupt)
        timer.daemon = True
        timer.start()

    def _spawn_worker(self, idx: int, *args: Any, **kwargs: Any) -> WorkerProcess:
        # The one before is still there; the one before that is not.
        self.spawned[idx] += 1
        os.environ[processes.WORKER_PLACE] = processes.place(idx, self.spawned[idx])
        worker: WorkerProcess = super()._spawn_worker(idx, *args, **kwargs)
        return worker


def web_server() -> Server:
    """Queries and mutations, and all pages: WSGI on PROD_PORT."""
    return _server(
        "project.wsgi:application",
        interface=Interfaces.WSGI,
        port=settings.PROD_PORT,
        workers=settings.WEB_WORKERS,
        workers_kill_timeout=settings.SHUTDOWN_SECONDS,
    )


def stream_server() -> Server:
    """Subscriptions, which take minutes: ASGI on STREAM_PORT, one process for all of them."""
    return _server(
        "project.asgi:application",
        interface=Interfaces.ASGINL,
        port=settings.STREAM_PORT,
        workers=1,
        workers_kill_timeout=STREAM_SHUTDOWN_SECONDS,
    )


@contextmanager
def state_directory() -> Iterator[None]:
    """Where the processes of one server leave word for each other, until it ends."""
    directory = processes.own_directory("drillbook-server")
    try:
        os.environ[processes.SERVER_DIRECTORY] = str(directory)
        if settings.METRICS_TOKEN:
            workers = range(settings.WEB_WORKERS)
            places = [processes.place(index, turn) for index in workers for turn in range(2)]
            processes.share_metrics(directory, places)
        yield
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def load(target: str) -> Callable[..., Any]:
    """The application, in a worker that has nothing to finish yet and may be ended."""
    # Until granian sets its own, a worker has those of the server, which only take note.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=end_with_server, daemon=True, name="end with the server").start()
    application: Callable[..., Any] = load_target(target)
    return application


def end_with_server() -> None:
    """End this worker when its server is gone, which alone could stop or replace it."""
    if server := multiprocessing.parent_process():
        server.join()
        # What it was answering is lost, as with any process that is killed.
        os.kill(os.getpid(), signal.SIGKILL)


def _server(target: str, **options: Any) -> Server:
    # Servers that were started together do not replace their workers together.
    lifetime = settings.WORKER_LIFETIME_MINUTES * 60 * random.uniform(1, 1.2)  # noqa: S311
    return Server(
        target,
        address=settings.PROD_HOST,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        blocking_threads=1,
        backlog=BACKLOG,
        log_dictconfig=_logging(),
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_lifetime=int(lifetime),
        **options,
    )


def _logging() -> dict[str, Any]:
    """Our own, in which granian has its lines too."""
    ours = copy.deepcopy(settings.LOGGING)
    ours["loggers"]["_granian"] = {"handlers": [], "level": "INFO"}
    return ours
