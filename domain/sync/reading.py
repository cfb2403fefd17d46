"""Reads a person's feed of changes, a page after the other."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import batched
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from domain.archive.canonical import canonical
from domain.archive.declaring import EntityName
from domain.archive.entities import BY_NAME
from domain.archive.records import Record, records_of
from domain.base.errors import DomainError
from domain.sync.models import Change, ChangeOp, FeedHead

PAGE = 100
LARGEST_PAGE = 500
MOST_BYTES = 2 * 1024 * 1024
# Of large objects more would only be read to be left out.
READ_AT_ONCE = 100

type Records = dict[EntityName, dict[UUID, Record]]


class UnknownCursor(DomainError):
    """A cursor leads to a place of this feed, at which a device has been."""

    code = "unknown_cursor"
    message = (
        "This cursor is none of your feed as it is now. Begin again without `after`, and forget "
        "what you have that does not come again."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a feed, and what a device that is there cannot have.

    Attributes:
        feed: which one it is.
        seq: everything up to here was read.
        began: where the feed ended when the device began: it never saw what was gone by then.
    """

    feed: UUID
    seq: int
    began: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes, in order.

    Attributes:
        end: where to go on.
        has_more: whether to go on at once.
    """

    changes: list[Change]
    end: Place
    has_more: bool


def page_of(owner_id: int, *, after: Place | None, size: int) -> FeedPage:
    """The changes of a person that follow a place; from the beginning without one.

    Whoever applies them in order has what the person has, once there are no more. What changes
    while they are read comes again later.

    Raises:
        UnknownCursor: the place is none of this feed.
    """
    # Before the changes: all that there are up to here are committed.
    head = FeedHead.objects.get(pk=owner_id)
    place = after or Place(head.feed, 0, head.seq)
    if not _is_on(head, place):
        # What is read may be a copy that is behind; it has nothing new then.
        if _is_on(FeedHead.objects.using(DEFAULT_DB_ALIAS).get(pk=owner_id), place):
            return FeedPage([], place, has_more=False)
        raise UnknownCursor(field="after")
    never_seen = Q(op=ChangeOp.PURGE, seq__lte=place.began)
    rows = Change.objects.filter(owner_id=owner_id, seq__gt=place.seq).order_by("seq")
    if place.seq < place.began:
        rows = rows.exclude(never_seen)
    found = list(rows[: size + 1])
    changes, has_more = found[:size], len(found) > size
    last = changes[-1].seq if changes else place.seq
    end = last if has_more else max(last, head.seq)
    return FeedPage(changes, replace(place, seq=end), has_more)


def last_change(owner_id: int) -> int:
    """How far a person's feed is: another number after each change; 0 of who is gone."""
    head: int | None = FeedHead.objects.filter(pk=owner_id).values_list("seq", flat=True).first()
    return head or 0


def records_in(page: FeedPage, *, owner_id: int) -> tuple[FeedPage, Records]:
    """The objects of a page as records, and the page as far as it may go with them.

    It ends before it would have more than ``MOST_BYTES`` of records; a larger one comes alone.
    """
    found: Records = defaultdict(dict)
    size = number = 0
    for some in batched(page.changes, READ_AT_ONCE):
        _read(some, owner_id, found)
        for change in some:
            record = found[EntityName(change.entity)].get(change.uid)
            size += 0 if record is None else len(canonical(record).encode())
            if size > MOST_BYTES and number > 0:
                kept = page.changes[:number]
                return FeedPage(kept, place_at(kept[-1], page), has_more=True), found
            number += 1
    return page, found


def _read(changes: Iterable[Change], owner_id: int, found: Records) -> None:
    uids: dict[EntityName, list[UUID]] = defaultdict(list)
    for change in changes:
        if change.op != ChangeOp.PURGE:
            uids[EntityName(change.entity)].append(change.uid)
    for name, some in uids.items():
        found[name] |= records_of(BY_NAME[name], owner_id, some)


def place_at(change: Change, page: FeedPage) -> Place:
    """Where a device is that has read up to a change of a page."""
    return replace(page.end, seq=change.seq)


def _is_on(head: FeedHead, place: Place) -> bool:
    return place.feed == head.feed and 0 <= place.seq <= head.seq
