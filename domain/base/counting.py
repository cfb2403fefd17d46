"""Counts events within a window of time: across all processes in Redis, else within this one.

A Redis that is away makes each process count for itself until it is back, and is logged once.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from threading import Lock
from time import monotonic

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

# A cached number is the second in which its window began, and in the lowest bits the count: so one
# atomic step changes both, and the caller's clock decides when a window is over. The count is not
# stored as zero, because it may fall below it. Redis computes exactly below 2**53.
BITS = 21
ZERO = 1 << (BITS - 1)
RETRY_SECONDS = 5  # how long a store that is away is not asked again


@dataclass(frozen=True)
class Count:
    """How often something happened in the window that is open now."""

    number: int
    ends_at: datetime


class Unavailable(Exception):
    """The store did not count."""


class Store:
    """Django's cache, with the memory of this process in its place while it is away."""

    def __init__(self) -> None:
        self.own = LocMemCache("counting", {"OPTIONS": {"MAX_ENTRIES": 100_000}})
        self.lock = Lock()
        self.ask_again_at: float | None = None

    def add(self, key: str, delta: int, window_seconds: int, at: datetime) -> int:
        """Change a count; give the number as it is stored."""
        if not self.is_away():
            try:
                stored = _added(caches["default"], key, delta, window_seconds, at)
            except Unavailable:
                self.note_loss()
            else:
                self._note_return()
                return stored
        return _added(self.own, key, delta, window_seconds, at)

    def find(self, key: str, window_seconds: int, at: datetime) -> int | None:
        """The number as it is stored, if there is one."""
        return _found(self._cache(), key, window_seconds, at)

    def find_all(self, keys: Iterable[str], window_seconds: int, at: datetime) -> list[int]:
        """The numbers that there are, read at once but for windows that are just over."""
        cache = self._cache()
        read = cache.get_many(list(keys)).items()
        latest = (_latest(cache, key, stored, window_seconds, at) for key, stored in read)
        return [stored for stored in latest if stored is not None]

    def forget(self, key: str) -> None:
        """Delete a count wherever it is."""
        self.own.delete(key)
        if self.ask_again_at is None:
            caches["default"].delete(key)

    def _cache(self) -> BaseCache:
        return caches["default"] if self.ask_again_at is None else self.own

    def is_away(self) -> bool:
        """Whether the cache did not answer just now: each question would wait for it in vain."""
        return self.ask_again_at is not None and monotonic() < self.ask_again_at

    def note_loss(self) -> None:
        """Do not ask the cache for some seconds."""
        with self.lock:
            is_news = self.ask_again_at is None
            self.ask_again_at = monotonic() + RETRY_SECONDS
        if is_news:
            logger.warning("the cache is away: limits count within this process until it is back")

    def _note_return(self) -> None:
        if self.ask_again_at is None:
            return
        with self.lock:
            is_news = self.ask_again_at is not None
            self.ask_again_at = None
        if is_news:
            logger.info("the cache is back: limits count across all processes")


store = Store()


def count(purpose: str, of: str, *, window_seconds: int, at: datetime) -> Count:
    """Count one event, and tell how many there were since the window opened with the first.

    Args:
        purpose: what is counted, such as ``sign_in.address``.
        of: whose events; it leaves the process as a keyed digest only.
        window_seconds: how long a window stays open.
    """
    return _read(store.add(_key(purpose, of), 1, window_seconds, at), window_seconds)


def take_back(purpose: str, of: str, *, window_seconds: int, at: datetime) -> None:
    """Make one event uncounted."""
    store.add(_key(purpose, of), -1, window_seconds, at)


def look(purpose: str, of: str, *, window_seconds: int, at: datetime) -> Count | None:
    """The count as it is; None where no window is open."""
    stored = store.find(_key(purpose, of), window_seconds, at)
    return None if stored is None else _read(stored, window_seconds)


def look_all(
    counters: Iterable[tuple[str, str]], *, window_seconds: int, at: datetime
) -> list[Count]:
    """The counts of several, each by its purpose and whose events; without those not open."""
    keys = [_key(purpose, of) for purpose, of in counters]
    return [_read(stored, window_seconds) for stored in store.find_all(keys, window_seconds, at)]


def forget(purpose: str, of: str) -> None:
    """Begin anew, as if nothing had happened."""
    store.forget(_key(purpose, of))


def seconds_left(counted: Count, *, at: datetime) -> int:
    """In how many seconds one may try again, whole and at least 1."""
    return max(1, ceil((counted.ends_at - at).total_seconds()))


def _read(stored: int, window_seconds: int) -> Count:
    began = datetime.fromtimestamp(stored >> BITS, UTC)
    number = (stored & ((1 << BITS) - 1)) - ZERO
    return Count(number, ends_at=began + timedelta(seconds=window_seconds))


def _key(purpose: str, of: str) -> str:
    digest = salted_hmac(f"counting.{purpose}", of, algorithm="sha256").hexdigest()
    return f"count:{purpose}:{digest}"


def _added(cache: BaseCache, key: str, delta: int, window_seconds: int, at: datetime) -> int:
    empty = (int(at.timestamp()) << BITS) + ZERO
    while True:
        stored = _incremented(cache, key, delta, empty, window_seconds)
        if not _is_over(stored, window_seconds, at):
            return stored
        key = _next(key, stored)


def _found(cache: BaseCache, key: str, window_seconds: int, at: datetime) -> int | None:
    return _latest(cache, key, cache.get(key), window_seconds, at)


def _latest(
    cache: BaseCache, key: str, stored: int | None, window_seconds: int, at: datetime
) -> int | None:
    while stored is not None and _is_over(stored, window_seconds, at):
        key = _next(key, stored)
        stored = cache.get(key)
    return stored


def _is_over(stored: int, window_seconds: int, at: datetime) -> bool:
    return at.timestamp() - (stored >> BITS) >= window_seconds


def _next(key: str, stored: int) -> str:
    # The window is over by the caller's clock, and the cache still has it. Were it deleted, each of
    # several callers at once would begin anew; so they all go on under a name that they agree on.
    return f"{key}:{stored >> BITS}"


def _incremented(cache: BaseCache, key: str, delta: int, empty: int, window_seconds: int) -> int:
    # Twice, for a window may end between the two steps.
    for _ in range(2):
        # django-redis answers None where it could not ask.
        if cache.add(key, empty, timeout=window_seconds) is None:
            raise Unavailable
        try:
            stored: int | None = cache.incr(key, delta)
        except ValueError:
            continue
        if stored is None:
            raise Unavailable
        return stored
    raise Unavailable
