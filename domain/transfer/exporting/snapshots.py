"""Reading everything as it was at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, router, transaction

from domain.questions.models import Question

AT_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that only reads, and to which the rows stay as its first statement finds them.

    Within another transaction (only tests are) it is a part of that one, and sees what it sees.
    """
    # The copy of the database, where it is read from there.
    connection: Any = connections[router.db_for_read(Question)]
    if connection.in_atomic_block:
        yield
        return
    with _without_write_lock(connection), transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(AT_ONE_MOMENT)
        yield


@contextmanager
def _without_write_lock(connection: Any) -> Iterator[None]:
    """Have SQLite begin as a reader: as it is set up, nobody could write meanwhile."""
    if connection.vendor != "sqlite":
        yield
        return
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = mode
