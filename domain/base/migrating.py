"""Changes of tables that do not stop whoever writes to them meanwhile."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndexWhileServing(AddIndexConcurrently):
    """An index that PostgreSQL builds beside the writers; other databases build it as always.

    Its migration says ``atomic = False`` and does nothing else: one that was interrupted leaves an
    invalid index, to be dropped by hand before it is tried again.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Build it."""
        build = (
            super().database_forwards
            if schema_editor.connection.vendor == "postgresql"
            else super(AddIndexConcurrently, self).database_forwards
        )
        build(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop it."""
        drop = (
            super().database_backwards
            if schema_editor.connection.vendor == "postgresql"
            else super(AddIndexConcurrently, self).database_backwards
        )
        drop(app_label, schema_editor, from_state, to_state)
