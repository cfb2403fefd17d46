"""What is stored, as a whole: for tests that show that a refused call changed nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps

LABELS = ("audit", "accounts", "questions", "practice", "transfer", "gqlauth")


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, by table."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for label in LABELS
        for model in apps.get_app_config(label).get_models()
    }


@contextmanager
def nothing_changes(*, but: Collection[str] = ()) -> Iterator[None]:
    """Fails if any row of any table is another one afterwards.

    Args:
        but: tables that may change, such as ``audit.AuditEvent``.
    """
    before = dump()
    yield
    after = dump()
    for table, rows in before.items():
        assert after[table] == rows or table in but, table
