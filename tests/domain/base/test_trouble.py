"""What errors of a database tell, whichever database it is."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import OperationalError

from domain.base.trouble import Trouble, trouble_of

pytestmark = pytest.mark.once


def caused_by(cause: Exception | None) -> OperationalError:
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "trouble"),
    [
        (psycopg.errors.DeadlockDetected(), Trouble.BUSY),
        (psycopg.errors.LockNotAvailable(), Trouble.BUSY),
        (psycopg.errors.SerializationFailure(), Trouble.BUSY),
        (psycopg.errors.QueryCanceled(), Trouble.SLOW),
        (psycopg.errors.AdminShutdown(), Trouble.AWAY),
        (psycopg.OperationalError("connection refused"), Trouble.AWAY),
        (None, Trouble.AWAY),
    ],
)
def test_postgresql(cause, trouble):
    assert trouble_of(caused_by(cause)) is trouble


def test_sqlite_that_somebody_else_writes_to(tmp_path):
    place = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(place)) as first, closing(sqlite3.connect(place, timeout=0)) as us:
        first.execute("BEGIN IMMEDIATE")

        with pytest.raises(sqlite3.OperationalError) as locked:
            us.execute("BEGIN IMMEDIATE")

    assert trouble_of(caused_by(locked.value)) is Trouble.BUSY


def test_sqlite_that_is_not_there(tmp_path):
    with pytest.raises(sqlite3.OperationalError) as missing:
        sqlite3.connect(tmp_path / "nowhere" / "file")

    assert trouble_of(caused_by(missing.value)) is Trouble.AWAY
