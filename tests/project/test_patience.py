"""How long a transaction waits for locks, and which transactions."""

import pytest
from django.db import OperationalError, connection, transaction

from project.patience import AFTERWARDS_MILLISECONDS, Patience
from project.tally import on_every_database
from tests.domain.holding import somebody_executing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows"),
]


def lock_timeout() -> str:
    """What applies to a transaction that begins now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


def ask_a_broken_connection() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        connection.connection.pgconn.finish()
        cursor.execute("SELECT 1")


def test_it_holds_for_its_transactions_and_no_others():
    before = lock_timeout()
    with on_every_database(Patience(1500)):
        within = lock_timeout()
    after = lock_timeout()

    assert (before, within, after) == ("0", "1500ms", "0")


def test_a_statement_by_itself_waits_as_long_as_it_takes():
    with on_every_database(Patience(1500)), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")

        assert cursor.fetchone() == ("0",)


def test_who_has_waited_in_vain_does_not_wait_as_long_again():
    with (
        somebody_executing("LOCK TABLE goals_goal"),
        on_every_database(Patience(150)),
    ):
        with (
            pytest.raises(OperationalError, match="lock timeout"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 FROM goals_goal")
        later = lock_timeout()

    assert later == f"{AFTERWARDS_MILLISECONDS}ms"


def test_a_transaction_may_still_say_how_it_is_isolated():
    with (
        on_every_database(Patience(150)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SHOW transaction_isolation")

        assert cursor.fetchone() == ("repeatable read",)


def test_a_connection_that_broke_is_told_as_such():
    with on_every_database(Patience(150)):
        with pytest.raises(OperationalError, match="connection is closed"):
            ask_a_broken_connection()
        after = lock_timeout()

    assert after == "150ms"
