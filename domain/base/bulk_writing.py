"""Writes many held rows in a few statements."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import models
from django.db.models import F

from domain.base.bulk import BATCH, Entry, Ref, SentTwice, judge
from domain.base.errors import NotFound
from domain.base.updating import update_each
from domain.base.writing import expect


def hold_all[Row: models.Model](row_type: type[Row], pks: Iterable[int]) -> dict[int, Row]:
    """The live rows among some, kept from other writers until the transaction ends.

    Returns:
        By primary key, in whose order everybody locks rows.
    """
    held: dict[int, Row] = {}
    rows = row_type._default_manager.select_for_update(of=("self",)).order_by("pk")
    for batch in batched(sorted(set(pks)), BATCH):
        held |= {row.pk: row for row in rows.filter(pk__in=batch) if row.deleted_at is None}  # type: ignore[attr-defined]
    return held


def find_held[Row: Any](
    refs: Sequence[Entry[Any, Row]], held: dict[Any, Row], ref_of: Callable[[Any], Ref[Row]]
) -> None:
    """Put the held row in the place of each that is named; refuse what may not be changed.

    Args:
        held: the live rows, kept from others, by primary key.
        ref_of: gives of what is asked for the row that it names.
    """
    seen = set()

    def find(entry: Entry[Any, Row]) -> None:
        ref = ref_of(entry.wanted)
        if ref.row.pk in seen:
            raise SentTwice(field="id")
        seen.add(ref.row.pk)
        if ref.row.pk not in held:
            raise NotFound
        expect(held[ref.row.pk], ref.expected_version)
        entry.row = held[ref.row.pk]

    judge(refs, find)


def write_changes(entries: Sequence[Entry[Any, Any]], columns: Iterable[str]) -> None:
    """Write the changed columns of held rows.

    Args:
        columns: those beside ``fields`` that follow from them.
    """
    names = sorted({*columns, *(name for entry in entries for name in entry.fields)})
    rows = [entry.standing for entry in entries]
    update_each(rows, names)


def put_all_in_trash(rows: Sequence[Any], *, actor: Any, at: datetime) -> None:
    """Hide rows of one table that are held, and stamp them."""
    for batch in batched(rows, BATCH):
        type(batch[0])._default_manager.filter(pk__in=[row.pk for row in batch]).update(
            deleted_at=at, deleted_by=actor, updated_at=at, updated_by=actor,
            version=F("version") + 1,
        )  # fmt: skip
