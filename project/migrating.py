"""Which migrations may run while the version before them still serves.

The old code goes on reading and writing for as long as a release takes. So the database may get
more than it knows of, and nothing that it uses may go or be refused. What must go, goes in two
releases: the first stops using it, the second takes it away. docs/configuration.md tells the rule.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

# The first installation begins with these; whatever comes after them is looked at. An app that is
# not among them came later.
FIRST = {
    "accounts": "0006_api_tokens",
    "audit": "0002_audit_guard",
    "goals": "0001_initial",
    "idempotency": "0001_initial",
    "jobs": "0001_initial",
    "lists": "0002_trash",
    "practice": "0005_log_import_batch",
    "questions": "0003_trash",
    "sharing": "0001_initial",
    "sync": "0001_initial",
    "transfer": "0001_initial",
}
# How a migration says why the version before it does not mind: ``while_serving = "…"``.
REASON = "while_serving"
GONE = "the version before uses it; stop using it in a release of its own"
NOT_NULL = "the version before writes rows without it; give it a db_default, or let it be null"
REFUSED = "the version before may write what it refuses; say why not"
LOCKED = "nobody writes to the table while it is built; take AddIndexWhileServing"
INDEXED = (
    "nobody uses the table while its index is built; leave it without one (db_index=False), and "
    "take AddIndexWhileServing in a migration of its own"
)
LEFT_HALF = "atomic = False leaves half of it done when it is interrupted; do one thing in each"
UNSEEN = "what it does cannot be seen here; say why the version before does not mind"


def unsafe_migrations() -> dict[str, list[str]]:
    """What is unsafe about each of our migrations since the first installation."""
    loader = MigrationLoader(None)
    new_tables: set[tuple[str, str]] = set()
    found: dict[str, list[str]] = {}
    ours = own_apps()
    # In the order of their names, which is the one that they run in.
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        is_judged = app in ours and name > FIRST.get(app, "")
        if is_judged and (said := problems(migration, new_tables)):
            found[f"{app}.{name}"] = said
    return found


def own_apps() -> set[str]:
    """Those whose migrations are ours to write."""
    configs = apps.get_app_configs()
    return {config.label for config in configs if config.name.startswith("domain.")}


def problems(migration: Migration, new_tables: set[tuple[str, str]]) -> list[str]:
    """What in a migration the version before it would notice.

    Args:
        new_tables: the tables which that version does not know, by app and model; those that the
            migration creates are added.
    """
    found = []
    for operation in _flat(migration.operations):
        model = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        table = (migration.app_label, model)
        if isinstance(operation, operations.CreateModel):
            new_tables.add(table)
        elif table not in new_tables and (reason := _reason(operation)):
            found.append(f"{operation.describe()}: {reason}")
    if not migration.atomic and len(migration.operations) > 1:
        found.append(f"{migration.name}: {LEFT_HALF}")
    return [] if getattr(migration, REASON, "") else found


def _flat(listed: Any) -> list[Operation]:
    """All that is done to the database."""
    flat: list[Operation] = []
    for operation in listed:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            flat += _flat(operation.database_operations)
        else:
            flat.append(operation)
    return flat


def _reason(operation: Any) -> str:
    return next((reason(operation) for kind, reason in RULES if isinstance(operation, kind)), "")


def _of_new_field(operation: Any) -> str:
    field = operation.field
    is_optional = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
    if not is_optional:
        return NOT_NULL
    if field.unique and not field.null:
        return REFUSED
    # Django builds both beside nobody, in the migration's own transaction.
    return INDEXED if field.db_index or field.unique else ""


def _of_index(operation: Any) -> str:
    return "" if isinstance(operation, AddIndexConcurrently) else LOCKED


RULES: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (
        (
            operations.DeleteModel,
            operations.RenameModel,
            operations.RemoveField,
            operations.RenameField,
            operations.AlterModelTable,
        ),
        lambda operation: GONE,
    ),
    (operations.AddField, _of_new_field),
    ((operations.AlterField, operations.AddConstraint), lambda operation: REFUSED),
    (operations.AlterUniqueTogether, lambda operation: REFUSED),
    (operations.AddIndex, _of_index),
    ((operations.RunPython, operations.RunSQL), lambda operation: UNSEEN),
)
