"""How a view of the page gets its figures: from the cache, else from the database, in good time.

A figure that takes too long is left out, and for a while not asked for again: a page that lacks a
figure tells more than no page, and a figure must not cost more than what it tells of. Of several
views at once one asks for a figure; the others are told to look again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, transaction

from domain.base.trouble import Trouble, trouble_of

STATEMENT_SECONDS = 3.0
PAGE_SECONDS = 6.0
LEFT_OUT_SECONDS = 60
# Longer than a page takes: only a process that was killed leaves it to time.
ASKED_SECONDS = 10


class NotAvailable(Exception):
    """The database takes too long, or took too long just now."""

    words = "not available just now"
    advice = "The database takes too long. Look again in a minute."


class BeingCounted(NotAvailable):
    """Another view is asking for it."""

    words = "being counted"
    advice = "Look again in a moment."


class Asking:
    """What one view of the page knows and learns.

    Args:
        keys: those in the cache that it will need; a cache that is away knows none of them.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self.known: dict[str, Any] = cache.get_many(list(keys)) or {}
        self.learned: dict[int, dict[str, Any]] = defaultdict(dict)
        self.ends_at = monotonic() + PAGE_SECONDS
        self.held: set[str] = set()

    def ask[Answer](self, name: str, question: Callable[[], Answer]) -> Answer:
        """The answer to a question, which reads the database and nothing lazily.

        Args:
            name: of the figure. SQLite lets it take its time.

        Raises:
            NotAvailable: it takes too long, or this page does already.
            BeingCounted: another view asks for the figure.
        """
        if left_out(name) in self.known:
            raise NotAvailable
        seconds = min(STATEMENT_SECONDS, self.ends_at - monotonic())
        if seconds <= 0:
            raise NotAvailable
        self._hold(name)
        # For the limits, which are PostgreSQL's. On SQLite it would wait for whoever writes.
        within = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
        try:
            with within:
                _prepare(seconds)
                return question()
        except OperationalError as error:
            if trouble_of(error) is not Trouble.SLOW:
                raise
            self.learn(left_out(name), True, seconds=LEFT_OUT_SECONDS)
            raise NotAvailable from error

    def learn(self, key: str, value: Any, *, seconds: int) -> None:
        """Know something from now on, and for so long in later views."""
        self.known[key] = self.learned[seconds][key] = value

    def remember(self) -> None:
        """Have the cache keep what was learned, and let other views ask for the rest."""
        for seconds, values in self.learned.items():
            cache.set_many(values, timeout=seconds)
        if self.held:
            cache.delete_many([asked(name) for name in self.held])

    def _hold(self, name: str) -> None:
        """Keep other views from asking for a figure.

        Raises:
            BeingCounted: one of them does so already. A cache that is away knows of none.
        """
        if name in self.held:
            return
        if cache.add(asked(name), True, ASKED_SECONDS) is False:
            raise BeingCounted
        self.held.add(name)


def left_out(name: str) -> str:
    """The key that tells that a figure took too long just now."""
    return f"dashboard:{name}:left-out"


def asked(name: str) -> str:
    """The key that tells that a view is asking for a figure."""
    return f"dashboard:{name}:asked"


def _prepare(seconds: float) -> None:
    """Have PostgreSQL stop what takes longer, and count distinct people in memory."""
    if connection.vendor == "postgresql":
        milliseconds = max(1, int(seconds * 1000))
        # Until the transaction ends, so that it also holds behind a pooler.
        values = {"statement_timeout": f"{milliseconds}", "work_mem": "64MB", "jit": "off"}
        calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])
