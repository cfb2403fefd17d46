"""Reads that may be seconds old, from a copy of the database where there is one.

``DATABASE_REPLICA_URL`` names the copy. Nothing is read there unless it is said so, by
``may_be_old()``; everything else, and every write, goes to the primary. A copy that is away or too
far behind is left out until it has caught up: each process asks it every few seconds.
"""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

REPLICA = "replica"
CHECK_SECONDS = 2.0
LEFT_OUT_SECONDS = 5.0
REMEMBERED_SECONDS = 7 * 86_400

# Positions in the log of all changes, as numbers. What was a copy and became a primary has none.
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
REPLAYED = """
    SELECT CASE WHEN pg_is_in_recovery()
        THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END
"""

_may_be_old: ContextVar[bool] = ContextVar("may_be_old", default=False)
# What this process knows of people's writes while the cache is away.
_own = LocMemCache("replica", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


class Router:
    """Django's: which database a query goes to."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The copy, where it was said that it may be; rows that come from there do not follow."""
        return REPLICA if _may_be_old.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The primary, also for rows that were read from the copy, and for locks."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Both are one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The copy follows by itself."""
        return db == DEFAULT_DB_ALIAS


@contextmanager
def may_be_old() -> Iterator[None]:
    """What is read inside may be seconds old."""
    token = _may_be_old.set(True)
    try:
        yield
    finally:
        _may_be_old.reset(token)


def is_configured() -> bool:
    """Whether there is a copy at all."""
    return REPLICA in settings.DATABASES


def serves(person: str, *, at: datetime) -> bool:
    """Whether a person may be answered from the copy: it is there, and has what they wrote.

    Args:
        person: their uid.
    """
    return _wrote_long_ago(person, at=at) and copy.is_usable()


def note_write(person: str, *, at: datetime) -> None:
    """Remember that a person just wrote: for a while they read from the primary."""
    cache.set(_key(person), at.timestamp(), timeout=REMEMBERED_SECONDS)
    _own.set(_key(person), at.timestamp(), timeout=settings.OWN_WRITES_SECONDS)


def _wrote_long_ago(person: str, *, at: datetime) -> bool:
    wrote_at = cache.get(_key(person))
    if wrote_at is None:
        # Unknown, or the cache is away: taken as if they just wrote. Redis may also have lost it.
        note_write(person, at=at)
        return False
    # The cache may have been away when they wrote, and be back with what it knew before.
    latest = max(wrote_at, _own.get(_key(person), 0))
    return bool(at.timestamp() - latest >= settings.OWN_WRITES_SECONDS)


def _key(person: str) -> str:
    return f"wrote:{salted_hmac('replica', person, algorithm='sha256').hexdigest()}"


class _Copy:
    """Whether the copy can be asked, as this process last saw it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.was_usable = True
        self.ask_again_at = 0.0
        # When the primary was seen where, within REPLICA_MAX_LAG_SECONDS; the oldest first.
        self.seen: deque[tuple[float, int]] = deque()

    def is_usable(self) -> bool:
        """Whether it is there and not too far behind; asked every ``CHECK_SECONDS``."""
        with self.lock:
            if monotonic() >= self.ask_again_at:
                try:
                    self._note(_is_current(self.seen), pause=_check_seconds())
                except Error:
                    connections[REPLICA].close()
                    self._note(False, pause=LEFT_OUT_SECONDS)
            return self.was_usable

    def leave_out(self) -> None:
        """Do without it for a while: it failed."""
        with self.lock:
            self._note(False, pause=LEFT_OUT_SECONDS)

    def _note(self, usable: bool, *, pause: float) -> None:
        if usable != self.was_usable:
            message = "the replica is read again" if usable else "the replica is left out"
            logger.warning(message)
        self.was_usable = usable
        self.ask_again_at = monotonic() + pause


copy = _Copy()


def _is_current(seen: deque[tuple[float, int]]) -> bool:
    """Whether the copy has reached where the primary was REPLICA_MAX_LAG_SECONDS ago, or later.

    The primary is asked too: a copy whose connection hangs believes that nothing is missing.

    Raises:
        django.db.Error: one of them is away.
    """
    if connections[REPLICA].vendor != "postgresql":
        return True
    now = monotonic()
    seen.append((now, _number(DEFAULT_DB_ALIAS, WRITTEN) or 0))
    while seen[0][0] < now - settings.REPLICA_MAX_LAG_SECONDS:
        seen.popleft()
    replayed = _number(REPLICA, REPLAYED)
    return replayed is not None and seen[0][1] <= replayed


def _number(alias: str, statement: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        number: int | None = cursor.fetchone()[0]
        return number


def _check_seconds() -> float:
    # At least one of the positions that were seen has to be older than the copy usually is.
    return min(CHECK_SECONDS, settings.REPLICA_MAX_LAG_SECONDS / 2)
