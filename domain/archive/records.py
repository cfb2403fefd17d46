"""Reads a person's rows as records: plain values as Drillbook JSON v1 writes them.

Whatever the number of rows, they come in batches, each with one statement for the table and one for
each part; nothing but the batch is held in memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from domain.archive.declaring import Entity, Part
from domain.archive.entities import values_of

BATCH = 500

type Record = dict[str, Any]


def records(entity: Entity, owner_id: int, *, batch: int = BATCH) -> Iterator[Record]:
    """All objects of a kind that a person has, also in the trash, in the order of their ids."""
    if entity.uid is None:
        yield from _read(entity, _rows(entity, owner_id), owner_id)
        return
    after: UUID | None = None
    while True:
        rows = _rows(entity, owner_id).order_by(entity.uid)
        if after is not None:
            rows = rows.filter(**{f"{entity.uid}__gt": after})
        found = list(_read(entity, rows[:batch], owner_id))
        yield from found
        if len(found) < batch:
            return
        after = UUID(found[-1]["id"])


def records_of(entity: Entity, owner_id: int, uids: Collection[UUID]) -> dict[UUID, Record]:
    """Some objects of a kind, a page at most, by their ids; those that are gone are left out."""
    rows = _rows(entity, owner_id)
    if entity.uid is None:
        return {uid: record for uid in uids for record in _read(entity, rows, owner_id)}
    found = _read(entity, rows.filter(**{f"{entity.uid}__in": uids}), owner_id)
    return {UUID(record["id"]): record for record in found}


def count(entity: Entity, owner_id: int) -> int:
    """How many objects of a kind a person has."""
    return _rows(entity, owner_id).count()


def _rows(entity: Entity, owner_id: int) -> QuerySet[Any]:
    return QuerySet(entity.model).filter(**{entity.owner: owner_id})


def _read(entity: Entity, rows: QuerySet[Any], owner_id: int) -> Iterator[Record]:
    values = _values(entity)
    head = ("pk",) if entity.uid is None else ("pk", entity.uid)
    found = list(rows.values_list(*head, *(path for path, _, _ in values)))
    keys = [row[0] for row in found]
    parts = [(part, _read_part(part, keys, owner_id)) for part in entity.parts]
    for row in found:
        record: Record = {} if entity.uid is None else {"id": str(row[1])}
        record |= _record(values, row[len(head) :])
        for part, of in parts:
            record[part.key] = of.get(row[0], None if part.order is None else [])
        yield record


def _read_part(part: Part, parents: list[int], owner_id: int) -> dict[int, Any]:
    values = _values(part)
    rows: QuerySet[Any] = QuerySet(part.model).filter(
        owner=owner_id, **{f"{part.parent}__in": parents}
    )
    if part.unless:
        rows = rows.exclude(**part.unless)
    if part.order:
        rows = rows.order_by(*part.order)
    several: dict[int, Any] = defaultdict(list)
    one: dict[int, Any] = {}
    for parent, *row in rows.values_list(f"{part.parent}_id", *(path for path, _, _ in values)):
        record = _record(values, row)
        if part.order is None:
            one[parent] = record
        else:
            several[parent].append(next(iter(record.values())) if part.bare else record)
    return one if part.order is None else several


def _record(values: Any, row: Any) -> Record:
    return {key: write(value) for (_, key, write), value in zip(values, row, strict=True)}


@cache
def _values(of: Entity | Part) -> Any:
    return values_of(of)
