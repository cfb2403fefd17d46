"""Makes the database itself keep the feed of changes, by whatever way rows are written.

Services write rows one by one, in bulk, by statements of their own, and a purge leaves it to one
statement for each table: a feed that they had to remember would miss something sooner or later.
What is watched is read off the declarations of ``domain.archive.entities``.

After every ``migrate`` the triggers are made for the tables as they are then. SQLite drops a
table's triggers whenever Django makes the table anew to alter it, and refuses to do so while
triggers of other tables speak of it: there they stand aside meanwhile. PostgreSQL's stay in force.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction

from domain.sync.triggers import postgresql, sqlite
from domain.sync.triggers.filling import filling
from domain.sync.triggers.watched import watched


def begin(apps: Any, schema_editor: Any) -> None:
    """Begin the feeds with what there is; as a migration's ``RunPython`` calls it."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        # First, for this also keeps writers away until the migration is committed.
        renew(connection.alias)
    _execute(connection, filling(watched(connection), connection.vendor))


def end(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away for good."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        _execute(connection, postgresql.removal(watched(connection)))
    else:
        stand_aside(connection.alias)


def stand_aside(using: str) -> None:
    """Let tables be altered, where triggers would be in the way."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        _execute(connection, [f"DROP TRIGGER {name}" for name in present(connection)])


def renew(using: str) -> None:
    """Have the triggers that belong to the tables as they are; without the feed, none."""
    connection = connections[using]
    tables = list(watched(connection))
    if not tables:
        return
    with transaction.atomic(using):
        if connection.vendor == "sqlite":
            stand_aside(using)
            _execute(connection, sqlite.triggers(tables).values())
            return
        _execute(connection, [*postgresql.TABLES, *postgresql.functions(tables).values()])
        # To create one holds the table: only those that are missing.
        wanted = postgresql.triggers(tables)
        missing = wanted.keys() - present(connection).keys()
        _execute(connection, [wanted[name] for name in sorted(missing)])


def present(connection: Any) -> dict[str, str]:
    """The triggers that are in force, by name, with what they do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND substr(name, 1, 5) = 'sync_'"
            )
        else:
            cursor.execute(
                "SELECT trigger.tgname, function.prosrc FROM pg_trigger AS trigger "
                "JOIN pg_proc AS function ON function.oid = trigger.tgfoid "
                "JOIN pg_class AS class ON class.oid = trigger.tgrelid "
                "WHERE left(trigger.tgname, 5) = 'sync_' AND NOT trigger.tgisinternal "
                "AND class.relnamespace = current_schema()::regnamespace"
            )
        return dict(cursor.fetchall())


def _execute(connection: Any, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            # Without parameters, a percent sign is one.
            cursor.execute(statement)
