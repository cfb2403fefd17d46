"""Devices that keep a copy of what a person has, by nothing but the feed."""

from typing import Any
from uuid import UUID

from django.db import connection

from domain.accounts.models import User
from domain.archive.declaring import EntityName
from domain.archive.entities import BY_NAME, ENTITIES
from domain.archive.records import records, records_of
from domain.sync import reading
from domain.sync.models import Change, ChangeOp

type Copy = dict[tuple[EntityName, UUID], dict[str, Any]]


class Device:
    """One of a person's devices."""

    def __init__(self, owner: User) -> None:
        self.owner = owner
        self.place: reading.Place | None = None
        self.copy: Copy = {}

    def sync(self, *, size: int = 100) -> list[Change]:
        """Apply what is new, in pages of a size; give it."""
        applied, has_more = [], True
        while has_more:
            page = reading.page_of(self.owner.pk, after=self.place, size=size)
            for change in page.changes:
                self.apply(change)
            applied += page.changes
            self.place, has_more = page.end, page.has_more
        return applied

    def apply(self, change: Change) -> None:
        """Take over what an object is now."""
        name = EntityName(change.entity)
        self.copy.pop((name, change.uid), None)
        if change.op == ChangeOp.PURGE:
            return
        found = records_of(BY_NAME[name], self.owner.pk, [change.uid])
        if change.uid in found:
            self.copy[name, change.uid] = found[change.uid]


def everything(owner: User) -> Copy:
    """What a person has, as an export writes it."""
    return {
        (entity.name, owner.uid if entity.uid is None else UUID(record["id"])): record
        for entity in ENTITIES
        for record in records(entity, owner.pk)
    }


def noted() -> None:
    """Put into the feeds what PostgreSQL leaves to the commit, which no test's transaction has."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def news(owner: User, after: int = 0) -> list[tuple[str, UUID, str, int | None]]:
    """What the feed of a person has after a place."""
    noted()
    rows = Change.objects.filter(owner_id=owner.pk, seq__gt=after).order_by("seq")
    return [(row.entity, row.uid, row.op, row.version) for row in rows]
