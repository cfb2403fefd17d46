"""Somebody else, who has locked what a test asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection, transaction

# For a test that fails because it waits.
LONGEST_SECONDS = 10


@contextmanager
def somebody_executing(statement: str) -> Iterator[None]:
    """Have another connection execute it in a transaction, which ends with the block.

    Tests that use it need ``django_db(transaction=True)``.
    """
    done, over = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                done.set()
                over.wait(LONGEST_SECONDS)
        finally:
            done.set()
            connection.close()

    other = Thread(target=hold)
    other.start()
    done.wait()
    try:
        yield
    finally:
        over.set()
        other.join()
