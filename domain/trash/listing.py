"""What a person has in the trash, whatever its kind, the latest deletion first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet, Value

from domain.accounts.models import User
from domain.trash.kinds import KINDS, TrashKind

TURNS = list(TrashKind)  # of the kinds, among rows deleted at one moment that have one uid
COLUMNS = ("turn", "uid", "deleted_at", "called", "log_number", "outcome_was", "attempted")


@dataclass(frozen=True)
class Place:
    """Where a row is in the order: no two rows of a person are in the same."""

    deleted_at: datetime
    uid: UUID
    kind: TrashKind


@dataclass(frozen=True)
class TrashItem:
    """A row in the trash.

    Attributes:
        title: what it is called.
        log_count: of a question, the attempts that come back with it; None of other kinds.
    """

    place: Place
    title: str
    log_count: int | None


def items_of(
    owner: User,
    *,
    kinds: Collection[TrashKind],
    limit: int,
    beyond: Place | None = None,
    backwards: bool = False,
) -> list[TrashItem]:
    """Some of what a person has in the trash, in one statement.

    Args:
        kinds: which; none of them give nothing.
        beyond: start after this place.
        backwards: from the end, the earliest deletion first.
    """
    order = [f"{'' if backwards else '-'}{name}" for name in ("deleted_at", "uid", "turn")]
    branches = [
        _branch(kind, owner, order, limit, _condition(kind, beyond, backwards=backwards))
        for kind in TURNS
        if kind in kinds
    ]
    if not branches:
        return []
    rows = branches[0].union(*branches[1:], all=True) if branches[1:] else branches[0]
    return [_item(*row) for row in rows.order_by(*order)[:limit]]


def count_of(owner: User, *, kinds: Collection[TrashKind]) -> int:
    """How much a person has in the trash, in one statement."""
    rows = [
        KINDS[kind].trashed().filter(owner=owner).values("pk") for kind in TURNS if kind in kinds
    ]
    return rows[0].union(*rows[1:], all=True).count() if rows else 0


def _branch(
    kind: TrashKind, owner: User, order: list[str], limit: int, condition: Q
) -> QuerySet[Any, Any]:
    rows = KINDS[kind].trashed().filter(condition, owner=owner)
    # Each reads no more than the page from its index. SQLite limits no part of a union, but a
    # subquery in it.
    page = rows.order_by(*order[:2])[:limit].values("pk")
    branch: QuerySet[Any] = KINDS[kind].model._default_manager.order_by().filter(pk__in=page)
    turn = Value(TURNS.index(kind), output_field=IntegerField())
    listed: QuerySet[Any, Any] = branch.annotate(turn=turn, **KINDS[kind].columns())
    return listed.values_list(*COLUMNS)


def _condition(kind: TrashKind, beyond: Place | None, *, backwards: bool) -> Q:
    if beyond is None:
        return Q()
    step = "gt" if backwards else "lt"
    own, last = TURNS.index(kind), TURNS.index(beyond.kind)
    reaches = own > last if backwards else own < last
    same = Q(**{f"uid__{step}{'e' if reaches else ''}": beyond.uid}, deleted_at=beyond.deleted_at)
    further = Q(**{f"deleted_at__{step}": beyond.deleted_at})
    # The redundant first condition lets the database start inside the index.
    return Q(**{f"deleted_at__{step}e": beyond.deleted_at}) & (further | same)


def _item(
    turn: int,
    uid: UUID,
    deleted_at: datetime,
    called: str,
    log_count: int | None,
    outcome: str | None,
    attempted_at: datetime | None,
) -> TrashItem:
    place = Place(deleted_at, uid, TURNS[turn])
    if attempted_at is not None:
        called = f"{outcome} at {attempted_at:%Y-%m-%d %H:%M} UTC on {called}"
    return TrashItem(place, called, log_count)
