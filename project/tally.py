"""What one request asks of the databases: how many statements, how long they took, the slowest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from django.db import connections


class Tally:
    """Counts the SQL statements that pass through it on their way to a database."""

    def __init__(self) -> None:
        self.statements = 0
        self.seconds = 0.0
        self.slowest = ""
        self._longest = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        self.statements += 1
        started = perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            seconds = perf_counter() - started
            self.seconds += seconds
            if seconds > self._longest:
                # The text has placeholders; the values are in ``rest``, and stay there.
                self._longest, self.slowest = seconds, str(sql)


@contextmanager
def on_every_database(wrapper: Callable[..., Any]) -> Iterator[None]:
    """Let all statements of this thread pass through ``wrapper``; opens no connection."""
    lists = [connection.execute_wrappers for connection in connections.all()]
    for wrappers in lists:
        wrappers.append(wrapper)
    try:
        yield
    finally:
        for wrappers in lists:
            wrappers.remove(wrapper)
