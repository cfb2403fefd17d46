"""Why a database did not do what it was asked, by its codes: its words depend on its language."""

import sqlite3
from enum import StrEnum

DEADLOCK = "40P01"
LOCK_NOT_AVAILABLE = "55P03"
SERIALIZATION_FAILURE = "40001"
QUERY_CANCELED = "57014"


class Trouble(StrEnum):
    """What went wrong, in words for a log."""

    AWAY = "the database is away"
    BUSY = "the database did not get a lock: others have it"
    SLOW = "the database stopped a statement that took too long"


def trouble_of(error: BaseException) -> Trouble:
    """What an ``OperationalError`` or ``InterfaceError`` tells."""
    state = sqlstate_of(error)
    if state in (DEADLOCK, LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE) or _is_busy_sqlite(error):
        return Trouble.BUSY
    return Trouble.SLOW if state == QUERY_CANCELED else Trouble.AWAY


def sqlstate_of(error: BaseException) -> str:
    """PostgreSQL's code of an error; "" where there is none."""
    # The driver's error has it, and is the cause of Django's.
    return getattr(error.__cause__, "sqlstate", None) or ""


def _is_busy_sqlite(error: BaseException) -> bool:
    code: int = getattr(error.__cause__, "sqlite_errorcode", 0)
    # The rest of the number tells why.
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
