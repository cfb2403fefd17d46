"""How long a transaction waits for a lock that another one has, and with it its whole process.

PostgreSQL is told together with BEGIN, which costs no way to it and back. It holds until that
transaction ends: behind PgBouncer the next one may be somebody else's.
"""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from psycopg.pq import TransactionStatus

from domain.base.trouble import LOCK_NOT_AVAILABLE, sqlstate_of

# What else is asked for at once would as a rule wait for the same.
AFTERWARDS_MILLISECONDS = 100


class Patience:
    """Bounds the waiting in all transactions whose statements pass through it."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def __call__(
        self, execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        if connection.vendor == "postgresql":
            _begin(connection.connection, self.milliseconds)
        try:
            return execute(sql, parameters, many, context)
        except OperationalError as error:
            if sqlstate_of(error) == LOCK_NOT_AVAILABLE:
                self.milliseconds = min(self.milliseconds, AFTERWARDS_MILLISECONDS)
            raise


def _begin(driver: Any, milliseconds: int) -> None:
    """Begin the transaction that the driver would begin before the next statement."""
    if driver.autocommit or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return
    # If it fails, so does the statement, and that is told.
    driver.pgconn.exec_(b"BEGIN; SET LOCAL lock_timeout = %d" % milliseconds)
