"""Reads a person's feed of changes, a page after the other."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from domain.base.errors import DomainError
from domain.sync.models import Change, ChangeOp, FeedHead

PAGE = 100
LARGEST_PAGE = 500


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


def place_at(change: Change, page: FeedPage) -> Place:
    """Where a device is that has read up to a change of a page."""
    return replace(page.end, seq=change.seq)


def _is_on(head: FeedHead, place: Place) -> bool:
    return place.feed == head.feed and 0 <= place.seq <= head.seq
