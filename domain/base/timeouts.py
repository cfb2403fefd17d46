"""The role's timeouts are for requests: what an operator or the clock began may take hours."""

from django.db import connection


def lift() -> None:
    """Have the open transaction, and nothing after it, take as long as it takes."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
