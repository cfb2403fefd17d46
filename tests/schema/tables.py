"""What is stored, as a whole: for tests that show that a refused call changed nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

LABELS = (
    "audit",
    "accounts",
    "questions",
    "lists",
    "practice",
    "goals",
    "sharing",
    "jobs",
    "sync",
    "transfer",
    "idempotency",
    "gqlauth",
)


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, by table, but for the feed of changes.

    That one goes on when something is done and undone, and PostgreSQL writes it at the commit.
    """
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in _models()
        if model._meta.app_label != "sync"
    }


@contextmanager
def nothing_changes(*, but: Collection[str] = ()) -> Iterator[None]:
    """Fails if any row of any table is another one afterwards.

    Args:
        but: tables that may change, such as ``audit.AuditEvent``.
    """
    before = _stored()
    yield
    after = _stored()
    for table, rows in before.items():
        assert after[table] == rows or table in but, table


def _models() -> Iterator[type[Model]]:
    for label in LABELS:
        yield from apps.get_app_config(label).get_models()


def _stored() -> dict[str, list[tuple[Any, ...]]]:
    """The rows as the database has them: more exact than ``dump``, and faster."""
    found = {}
    with connection.cursor() as cursor:
        for model in _models():
            table, keys = model._meta.db_table, [key.column for key in model._meta.pk_fields]
            order = ", ".join(f'"{key}"' for key in keys)
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY {order}')  # noqa: S608
            found[model._meta.label] = cursor.fetchall()
    return found
