"""Changes of tables that do not stop whoever writes to them meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently

LEFT = """SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relname = %s AND indrelid = to_regclass(%s)"""


class AddIndexWhileServing(AddIndexConcurrently):
    """An index that PostgreSQL builds beside the writers; other databases build it as always.

    Its migration says ``atomic = False`` and does nothing else. It takes as long as it takes,
    whatever the role's timeouts, and can be tried again after it was interrupted.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Build it, after dropping what is left of a try before."""
        if schema_editor.connection.vendor != "postgresql":
            super(AddIndexConcurrently, self).database_forwards(
                app_label, schema_editor, from_state, to_state
            )
            return
        self._ensure_not_in_transaction(schema_editor)
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        with _without_timeout(schema_editor.connection):
            self._drop_what_is_left(schema_editor, table)
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop it."""
        if schema_editor.connection.vendor != "postgresql":
            super(AddIndexConcurrently, self).database_backwards(
                app_label, schema_editor, from_state, to_state
            )
            return
        with _without_timeout(schema_editor.connection):
            super().database_backwards(app_label, schema_editor, from_state, to_state)

    def _drop_what_is_left(self, schema_editor: Any, table: str) -> None:
        """A stopped statement leaves an invalid index; a client that was killed, a whole one."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(LEFT, [self.index.name, table])
            if cursor.fetchone():
                name = schema_editor.quote_name(self.index.name)
                cursor.execute(f"DROP INDEX CONCURRENTLY {name}")


@contextmanager
def _without_timeout(connection: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
            cursor.execute("RESET lock_timeout")
