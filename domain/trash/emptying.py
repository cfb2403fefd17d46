"""Deletes what is in the trash for good: of one person, or what has been there for long."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from domain.accounts.models import User
from domain.base.errors import DomainError, NotInTrash
from domain.trash.kinds import KINDS, TrashKind

BATCH = 500
KEPT_DAYS = 30
MOST_DAYS = 3650

type Counts = dict[TrashKind, int]


class BadNumberOfDays(DomainError):
    """Rows can have been in the trash for some years at most."""

    code = "bad_number_of_days"
    message = "Send 0 to %(limit)d days."


def purge(*, kind: TrashKind, id: int, actor: User, at: datetime) -> None:
    """Delete a row that is in the trash for good, with all that hangs on it.

    Raises:
        NotInTrash: it is not in the trash any more.
    """
    if not KINDS[kind].purge(ids=[id], actor=actor, at=at):
        raise NotInTrash(field="id")


def empty_trash(
    *,
    owner: User,
    at: datetime,
    kinds: Collection[TrashKind] = tuple(TrashKind),
    older_than_days: int = 0,
) -> Counts:
    """Delete for good what a person has in the trash, in batches; tell how much of each kind.

    Args:
        older_than_days: only what has been there for so many days.

    Raises:
        BadNumberOfDays: there cannot be so many.
    """
    before = _days_before(at, older_than_days)
    return {
        kind: _purge_all(
            kind, KINDS[kind].trashed().filter(owner=owner, deleted_at__lte=before), owner, at
        )
        for kind in TrashKind
        if kind in kinds
    }


def purge_deleted(*, at: datetime, older_than_days: int = KEPT_DAYS) -> Counts:
    """Delete for good what anybody has had in the trash for so long, in batches.

    Raises:
        BadNumberOfDays: there cannot be so many.
    """
    before = _days_before(at, older_than_days)
    return {
        kind: _purge_all(kind, KINDS[kind].trashed().filter(deleted_at__lte=before), None, at)
        for kind in TrashKind
    }


def count_deleted(*, at: datetime, older_than_days: int = KEPT_DAYS) -> Counts:
    """How much ``purge_deleted`` would delete.

    Raises:
        BadNumberOfDays: there cannot be so many.
    """
    before = _days_before(at, older_than_days)
    return {
        kind: KINDS[kind].trashed().filter(deleted_at__lte=before).count() for kind in TrashKind
    }


def _purge_all(kind: TrashKind, rows: QuerySet[Any], actor: User | None, at: datetime) -> int:
    """Each batch is a transaction, so that nobody waits long, and what is done stays done."""
    purged, last, is_full = 0, 0, True
    while is_full:
        further = rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        ids = list(further[:BATCH])
        is_full = len(ids) == BATCH
        if ids:
            purged += KINDS[kind].purge(ids=ids, actor=actor, at=at)
            last = ids[-1]
    return purged


def _days_before(at: datetime, days: int) -> datetime:
    if not 0 <= days <= MOST_DAYS:
        raise BadNumberOfDays(field="older_than_days", limit=MOST_DAYS)
    return at - timedelta(days=days)
