"""Who migrates waits for a table briefly and often: whoever wants to use it waits behind."""

from contextlib import ExitStack
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as DjangosOwn
from django.db import OperationalError, connection, transaction

from project.management.commands import migrate
from tests.domain.holding import somebody_executing

READ = "SELECT 1 FROM goals_goal"


@pytest.fixture
def tried(monkeypatch):
    """Stand for migrations that change a table; gives what applied to each try."""
    limits = []

    def change(self, *args, **options):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            limits.append(cursor.fetchone()[0])
            # What ALTER TABLE begins with.
            cursor.execute("LOCK TABLE goals_goal IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(DjangosOwn, "handle", change)
    monkeypatch.setattr(migrate, "LOCK_MILLISECONDS", 50)
    monkeypatch.setattr(migrate, "TRIES", 3)
    return limits


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no tables")
@pytest.mark.django_db(transaction=True)
def test_it_waits_for_a_reader_in_pieces(tried, monkeypatch):
    said, readers = StringIO(), ExitStack()
    # Whoever waited behind goes on meanwhile; here, the reader ends.
    monkeypatch.setattr(migrate, "time", SimpleNamespace(sleep=lambda _: readers.close()))

    with readers:
        readers.enter_context(somebody_executing(READ))
        call_command("migrate", stderr=said)

    assert tried == ["50ms"] * 2
    assert "A table that has to be changed is in use. The oldest transaction" in said.getvalue()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no tables")
@pytest.mark.django_db(transaction=True)
def test_it_gives_up_when_the_reader_stays(tried, monkeypatch):
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0)

    with (
        somebody_executing(READ),
        pytest.raises(CommandError, match=r"of process \d+, \d+ s old\. Run `migrate` again"),
    ):
        call_command("migrate", stderr=StringIO())

    assert tried == ["50ms"] * 3


@pytest.mark.once
def test_other_failures_are_told_at_once(monkeypatch):
    def fail(self, *args, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(DjangosOwn, "handle", fail)

    with pytest.raises(OperationalError, match="connection refused"):
        call_command("migrate")
