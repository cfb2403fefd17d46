"""What is in the trash, as clients see it: rows of all kinds in one list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry
from strawberry import relay

from domain.trash import listing
from domain.trash.kinds import KINDS, TrashKind
from schema.columns import expose
from schema.trash.places import cursor_of

expose(TrashKind)


@strawberry.type(description="Something in the trash: it can be restored, or purged.")
class TrashItem:
    id: relay.GlobalID = strawberry.field(
        description="The id that it had and will have: for restoreQuestion, purgeQuestion and the "
        "like."
    )
    kind: TrashKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(
        description="The question's title, the name of a tag, a list or a goal; of an attempt how "
        "it ended, when (UTC), and on which question."
    )
    deleted_at: datetime = strawberry.field(description="When it was put in the trash (UTC).")
    log_count: int | None = strawberry.field(
        description="Of a question, the attempts that come back with it; null for other kinds."
    )

    @classmethod
    def of(cls, item: listing.TrashItem) -> "TrashItem":
        """The same with its id."""
        place = item.place
        return cls(
            id=relay.GlobalID(KINDS[place.kind].type_name, str(place.uid)),
            kind=place.kind,
            title=item.title,
            deleted_at=place.deleted_at,
            log_count=item.log_count,
        )


@strawberry.type(description="Something in the trash, and where it is in the list.")
class TrashEdge:
    node: TrashItem = strawberry.field(description="What it is.")
    place: strawberry.Private[listing.Place]

    @strawberry.field(description="Where to go on from this row.")
    def cursor(self) -> str:
        return cursor_of(self.place)


@strawberry.type(description="One page of the trash, and how to get the next.")
class TrashConnection:
    page_info: relay.PageInfo = strawberry.field(
        description="Whether there is more, and the cursors to go on from."
    )
    edges: list[TrashEdge] = strawberry.field(
        description="The rows of this page, each with its cursor."
    )
    owner: strawberry.Private[Any]
    kinds: strawberry.Private[Collection[TrashKind]]

    @strawberry.field(
        description="Number of rows in the whole trash, with the filter. Counted only if you ask."
    )
    def total_count(self) -> int:
        return listing.count_of(self.owner, kinds=self.kinds)


@dataclass(frozen=True)
class TrashEnds:
    """Stands for a ``relay.PageInfo``."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(
        cls, edges: list[TrashEdge], *, has_more: bool, is_further: bool, backwards: bool
    ) -> Any:
        """The ends of a page.

        Args:
            has_more: whether the page could have been longer.
            is_further: whether it begins at a cursor.
        """
        return cls(
            has_next_page=is_further if backwards else has_more,
            has_previous_page=has_more if backwards else is_further,
            start_cursor=cursor_of(edges[0].place) if edges else None,
            end_cursor=cursor_of(edges[-1].place) if edges else None,
        )
