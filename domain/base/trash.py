"""Rows in the trash: brought back as they were, or deleted for good with all that hangs on them.

What hangs on a row is read off the models, so that a new table cannot be forgotten. Django's own
way would read every row that goes, and ask for each what refers to it; here each table is emptied
by one statement, those that refer to others first.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from domain.base.errors import NotInTrash, Taken
from domain.base.writing import stamp, write

type ForeignKey = models.ForeignKey[Any, Any]

TAKEN = (
    "Meanwhile another one of yours has the same %(what)s. Change or delete that one, then restore "
    "this one."
)


def hold_trashed[Row: models.Model](row: Row) -> Row:
    """The row as it is now in the trash, kept from other writers until the transaction ends.

    Raises:
        NotInTrash: it was restored or purged meanwhile.
    """
    current = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if current is None or getattr(current, "deleted_at", None) is None:
        raise NotInTrash
    return current


def take_from_trash(row: Any, *, actor: Any, at: datetime) -> None:
    """Show a row that is held again, and stamp it. All its other columns are as they were.

    Raises:
        ValidationError: another row has what must be unique by now; ``<field>_taken``.
    """
    row.deleted_at = row.deleted_by = None
    fields = ["deleted_at", "deleted_by", *stamp(row, actor=actor, at=at)]
    try:
        write(row, fields=fields)
    except ValidationError as refusal:
        raise _restated(refusal) from refusal


def purge[Row: models.Model](model: type[Row], ids: Collection[int]) -> list[Row]:
    """Delete rows that are in the trash for good. Needs a transaction.

    Args:
        ids: primary keys, a few hundred at most; what is not in the trash is left out.

    Returns:
        What is gone: each with its ``uid`` and its owner, and nothing else.
    """
    held = model._default_manager.select_for_update().order_by("pk")
    trashed = held.filter(pk__in=ids, deleted_at__isnull=False)
    gone = list(trashed.only("uid", "owner"))
    if gone:
        _delete(model, "pk__in", [row.pk for row in gone])
    return gone


def erase(model: type[models.Model], ids: Collection[int]) -> None:
    """Delete rows for good that were never in the trash, with all that goes with them.

    Args:
        ids: primary keys, a thousand at most.
    """
    _delete(model, "pk__in", ids)


def _restated(refusal: ValidationError) -> ValidationError:
    return ValidationError(
        {
            field: [
                error.restated(TAKEN, what=field.replace("_", " "))
                if isinstance(error, Taken)
                else error
                for error in errors
            ]
            for field, errors in refusal.error_dict.items()
        }
    )


def _delete(model: type[models.Model], lookup: str, ids: Collection[int]) -> None:
    """Delete the rows that a look-up finds, after what goes with them."""
    for key in _keys_to(model):
        path = f"{key.name}__{lookup.removeprefix('pk__')}"
        if key.remote_field.on_delete is models.SET_NULL:
            _rows(key.model).filter(**{path: ids}).update(**{key.name: None})
        else:
            _delete(key.model, path, ids)
    rows = _rows(model).filter(**{lookup: ids})
    rows._raw_delete(rows.db)


@cache
def _keys_to(model: type[models.Model]) -> list[ForeignKey]:
    """The columns of all tables that refer to this one: CASCADE, or SET_NULL.

    Any other is left to the database, which refuses.
    """
    relations: Any = model._meta.get_fields(include_hidden=True)
    keys: list[ForeignKey] = [
        relation.field
        for relation in relations
        if relation.auto_created and (relation.one_to_many or relation.one_to_one)
    ]
    return [key for key in keys if key.remote_field.on_delete in (models.CASCADE, models.SET_NULL)]


def _rows(model: type[models.Model]) -> Any:
    # Managers may hide rows.
    return models.QuerySet(model)
