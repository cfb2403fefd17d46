"""Background work: handed over once the transaction commits, to Celery's workers or to own threads.

With REDIS_URL tasks wait in Redis for a worker, which repeats them when the mail server or the
database is away. Without it, or while Redis is away, a few threads of this process run them once.
Either way a request does not take longer because of what its task has to do.

A task may run twice after a crash, and its arguments lie in Redis: pass ids and addresses, never a
secret, and load the row inside.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, Protocol, cast

from celery import shared_task
from django.conf import settings
from django.db import OperationalError, connections, transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

THREADS = 2
MOST_WAITING = 1000
BROKER_PAUSE_SECONDS = 30
BROKER_IS_AWAY = (KombuError, RedisError, OSError)
HIDDEN = "…"  # Celery would print the arguments, addresses among them, into its log

type Run = Callable[[Task[...], Any, Any], None]

# Each gives a stand-in for what a thread is to do, such as one that knows the trace it belongs to.
carriers: list[Callable[[Run], Run]] = []
_room = BoundedSemaphore(MOST_WAITING)


class Task[**P](Protocol):
    """Work that can be handed over; calling it does it here and now."""

    name: str
    apply_async: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None: ...


def background[**P](work: Callable[P, None]) -> Task[P]:
    """Make a function a task. Its arguments must be plain: text, numbers, true or false, None."""
    declare = shared_task(
        # An error of SMTP is an OSError too.
        autoretry_for=(OSError, OperationalError),
        max_retries=5,
        retry_backoff=10,
        retry_backoff_max=600,
    )
    return cast(Task[P], declare(work))


def enqueue[**P](task: Task[P], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do this once the transaction commits; at once if there is none, never if it rolls back."""
    transaction.on_commit(lambda: _hand_over(task, args, kwargs))


def _hand_over(task: Task[...], args: Any, kwargs: Any) -> None:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        task(*args, **kwargs)
    elif not (settings.CELERY_BROKER_URL and _broker.accepts(task, args, kwargs)):
        _run_in_thread(task, args, kwargs)


class _Broker:
    """Redis. Once it did not answer it is left alone for a while: asking again takes time."""

    def __init__(self) -> None:
        self.ask_again_at = 0.0

    def accepts(self, task: Task[...], args: Any, kwargs: Any) -> bool:
        """Whether the task waits for a worker now."""
        if monotonic() < self.ask_again_at:
            return False
        try:
            task.apply_async(args, kwargs, retry=False, argsrepr=HIDDEN, kwargsrepr=HIDDEN)
        except BROKER_IS_AWAY as reason:
            self._note_outage(reason)
            return False
        if self.ask_again_at:
            self.ask_again_at = 0.0
            logger.info("Redis takes tasks again")
        return True

    def _note_outage(self, reason: Exception) -> None:
        if not self.ask_again_at:
            message = "Redis takes no tasks: they run in this process"
            logger.warning(message, extra={"reason": str(reason)})
        self.ask_again_at = monotonic() + BROKER_PAUSE_SECONDS


_broker = _Broker()


def _run_in_thread(task: Task[...], args: Any, kwargs: Any) -> None:
    # Refused rather than kept: what nobody could work off in time must not fill the memory.
    if not _room.acquire(blocking=False):
        logger.error("task dropped: too many are waiting", extra={"task": task.name})
        return
    run: Run = _run
    for carry in carriers:
        run = carry(run)
    _threads().submit(run, task, args, kwargs)


def _run(task: Task[...], args: Any, kwargs: Any) -> None:
    try:
        task(*args, **kwargs)
    except Exception:
        logger.exception("task failed", extra={"task": task.name})
    finally:
        connections.close_all()
        _room.release()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="task")


# A forked process has none of its parent's threads. Windows does not fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)
