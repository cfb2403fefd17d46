"""Subscriptions, as long as they go on.

A subscription is an operation that is executed again whenever what it shows became something else.
The server looks at that every second, by one short statement; so it needs no Redis, and holds no
transaction. Between two looks a stream holds a thread under WSGI, and nothing under ASGI.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, close_old_connections
from django.http import HttpRequest, StreamingHttpResponse

from domain.audit.services import current_request_id
from schema import events, tokens
from schema.context import Watched
from schema.errors import marks

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 12.0
# Under WSGI nothing but writing tells that a client has left.
WSGI_KEEP_ALIVE_SECONDS = 3.0
# After so long at most the caller is found out anew, and everything executed again.
RENEW_SECONDS = 15.0
MOST_PER_PERSON = 4
MOST_STREAMS = 100
# Of these, streams that nothing but their client ends. The other places are for those that end.
MOST_ENDLESS_PER_PERSON = 2
MOST_ENDLESS = 50
THREADS = 4
TOO_MANY = (
    f"You have {MOST_PER_PERSON} streams open, or {MOST_ENDLESS_PER_PERSON} of your queue, or the "
    "server has no place for more. Close one, or ask with a query now and then."
)

type Answered = tuple[dict[str, Any], Watched | None]


def streamed(
    request: HttpRequest, answered: Answered, again: Callable[[], Answered]
) -> StreamingHttpResponse:
    """What a subscription shows, as long as it goes on.

    Args:
        answered: its first result, and what it watches.
        again: executes it again.
    """
    is_asgi = isinstance(request, ASGIRequest)
    updates = Updates(request, answered, again, is_asgi=is_asgi)
    response = StreamingHttpResponse(_awaited(updates) if is_asgi else _waited(updates))
    events.describe(response)
    return response


class _Places:
    """How many streams this process holds, by person."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.taken: Counter[int] = Counter()
        self.endless: Counter[int] = Counter()

    def take(self, person: int, *, is_endless: bool = False) -> bool:
        """Whether there was a place."""
        with self.lock:
            if _is_full(self.taken, person, MOST_STREAMS, MOST_PER_PERSON):
                return False
            if is_endless and _is_full(self.endless, person, MOST_ENDLESS, MOST_ENDLESS_PER_PERSON):
                return False
            self.taken[person] += 1
            self.endless[person] += is_endless
            return True

    def leave(self, person: int, *, is_endless: bool = False) -> None:
        with self.lock:
            self.taken[person] -= 1
            self.endless[person] -= is_endless
            # Forgets those who have none.
            self.taken += Counter()
            self.endless += Counter()


def _is_full(taken: Counter[int], person: int, most: int, most_per_person: int) -> bool:
    return taken.total() >= most or taken[person] >= most_per_person


places = _Places()


class Updates:
    """What is to be sent, whenever somebody looks.

    Attributes:
        is_over: nothing follows.
    """

    def __init__(
        self,
        request: HttpRequest,
        answered: Answered,
        again: Callable[[], Answered],
        *,
        is_asgi: bool,
    ) -> None:
        self.request = request
        self.answer, self.watched = answered
        self.again = again
        self.is_endless = self.watched is not None and self.watched.is_endless
        self.person = getattr(tokens.caller_of(request), "pk", 0)
        self.keep_alive = KEEP_ALIVE_SECONDS if is_asgi else WSGI_KEEP_ALIVE_SECONDS
        seconds = settings.STREAM_SECONDS if is_asgi else settings.WSGI_STREAM_SECONDS
        now = monotonic()
        self.ends_at, self.renewed_at, self.sent_at = now + seconds, now, now
        self.is_over = False

    def first(self) -> bytes:
        """What was executed already."""
        return events.next_event(self.answer) + self._ending()

    def look(self) -> bytes:
        """What is new; nothing, if nothing is. A client that misses ``complete`` comes again."""
        previous = current_request_id.set(self.request.request_id)  # type: ignore[attr-defined]
        try:
            return self._look(monotonic())
        except Error as away:
            logger.warning("stream ended: the database is away", extra={"reason": str(away)})
            self.is_over = True
            return b""
        finally:
            current_request_id.reset(previous)

    def _look(self, now: float) -> bytes:
        if now - self.renewed_at >= RENEW_SECONDS or self._is_changed():
            self.renewed_at = now
            # Nothing is told to a session that has ended.
            tokens.look_again(self.request)
            before, (self.answer, self.watched) = self.answer, self.again()
            if self.answer != before:
                self.sent_at = now
                return events.next_event(self.answer) + self._ending()
        self.is_over = now >= self.ends_at
        if now - self.sent_at < self.keep_alive:
            return b""
        self.sent_at = now
        return events.KEEP_ALIVE

    def _is_changed(self) -> bool:
        return self.watched is not None and self.watched.look() != self.watched.state

    def _ending(self) -> bytes:
        if self.answer.get("errors") or self.watched is None or self.watched.is_over:
            self.is_over = True
            return events.COMPLETE
        self.is_over = monotonic() >= self.ends_at
        return b""


def _waited(updates: Updates) -> Iterator[bytes]:
    """For WSGI: this thread waits."""
    if not places.take(updates.person, is_endless=updates.is_endless):
        yield _refused(updates.request)
        return
    try:
        yield updates.first()
        while not updates.is_over:
            sleep(LOOK_SECONDS)
            if sent := updates.look():
                yield sent
    finally:
        places.leave(updates.person, is_endless=updates.is_endless)


async def _awaited(updates: Updates) -> AsyncIterator[bytes]:
    """For ASGI: all streams of a process share a few threads, and these their connections."""
    if not places.take(updates.person, is_endless=updates.is_endless):
        yield _refused(updates.request)
        return
    try:
        yield updates.first()
        while not updates.is_over:
            await asyncio.sleep(LOOK_SECONDS)
            looked = asyncio.get_running_loop().run_in_executor(_threads(), _look, updates)
            if sent := await looked:
                yield sent
    finally:
        places.leave(updates.person, is_endless=updates.is_endless)


def _look(updates: Updates) -> bytes:
    try:
        return updates.look()
    finally:
        # Nobody else does in a thread of ours; under WSGI it is done when the response ends.
        close_old_connections()


def _refused(request: HttpRequest) -> bytes:
    previous = current_request_id.set(request.request_id)  # type: ignore[attr-defined]
    try:
        error = {"message": TOO_MANY, "extensions": marks("TOO_MANY_STREAMS")}
        return events.next_event({"errors": [error]}) + events.COMPLETE
    finally:
        current_request_id.reset(previous)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="stream")
