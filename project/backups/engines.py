"""How each database is copied and restored: by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg.pq import Conninfo

from domain.base import timeouts
from project.backups.manifest import Manifest, describe_database


class ToolFailed(Exception):
    """A tool of the database is missing, or refused; the message says what to do."""


def copy(target: Path) -> Manifest:
    """Write the database into a file, as it is at one moment; tell what is in it.

    Others go on writing meanwhile.

    Raises:
        ToolFailed: nothing is usable in the file.
    """
    if connection.vendor == "sqlite":
        return _copy_sqlite(target)
    with transaction.atomic(), connection.cursor() as cursor:
        # The counts and the copy see the same moment.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # It is idle while pg_dump works.
        timeouts.lift()
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        return describe_database()


def restore(source: Path) -> None:
    """Fill the empty database from a file: all of it, or none.

    Raises:
        ToolFailed: the database is as it was.
    """
    if connection.vendor == "sqlite":
        _restore_sqlite(source)
        return
    _run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        f"--dbname={connection.settings_dict['NAME']}",
        str(source),
    )


def _run(tool: str, *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise ToolFailed(f"{tool} is missing. On Debian and Ubuntu: apt install postgresql-client.")
    done = subprocess.run(  # noqa: S603  # the arguments are our own
        [tool, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolFailed(f"{tool} failed: {done.stderr.strip()[:2000]}")


def _environment() -> dict[str, str]:
    """The process's own, with how to connect: a password is nothing for a command line."""
    database = connection.settings_dict
    options: dict[str, Any] = database.get("OPTIONS", {})
    # libpq itself knows which variable stands for which part of an address, such as sslrootcert.
    named = {
        known.envvar.decode(): options.get(known.keyword.decode(), "")
        for known in Conninfo.get_defaults()
        if known.envvar
    }
    given = named | {
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or ""),
    }
    return os.environ | {name: str(value) for name, value in given.items() if value}


def _copy_sqlite(target: Path) -> Manifest:
    with transaction.atomic():  # writers wait
        with closing(sqlite3.connect(target)) as copied, _reading() as source:
            source.backup(copied)
        return describe_database()


def _restore_sqlite(source: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copied:
        try:
            copied.backup(connection.connection)
        except sqlite3.DatabaseError as error:
            raise ToolFailed(f"{source} is no SQLite database: {error}") from error
    connection.close()


@contextmanager
def _reading() -> Iterator[sqlite3.Connection]:
    path = Path(str(connection.settings_dict["NAME"])).resolve()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        yield source
