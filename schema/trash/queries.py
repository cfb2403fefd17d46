"""The trash, page by page."""

from typing import Annotated

import strawberry

from domain.accounts.models import User
from domain.trash import listing
from domain.trash.kinds import TrashKind
from schema.context import Info
from schema.directives import SignedIn
from schema.paging import PAGING_DESCRIPTIONS, Ordering, Page
from schema.trash.inputs import TrashFilter
from schema.trash.places import place_of
from schema.trash.types import TrashConnection, TrashEdge, TrashEnds, TrashItem

ORDERING = Ordering("deleted_at", descending=True)


def paging(name: str) -> object:
    """A paging argument's description."""
    return strawberry.argument(description=PAGING_DESCRIPTIONS[name])


@strawberry.type
class TrashQueries:
    @strawberry.field(
        extensions=[SignedIn()],
        description="What you deleted and can still restore, the latest deletion first. Attempts "
        "are listed if they were deleted themselves, and their question is not in the trash.",
    )
    def trash(
        self,
        info: Info,
        filter: Annotated[
            TrashFilter | None, strawberry.argument(description="Conditions that must all hold.")
        ] = None,
        before: Annotated[str | None, paging("before")] = None,
        after: Annotated[str | None, paging("after")] = None,
        first: Annotated[int | None, paging("first")] = None,
        last: Annotated[int | None, paging("last")] = None,
    ) -> TrashConnection:
        page = Page.from_arguments(ORDERING, first=first, last=last, after=after, before=before)
        kinds = TrashKind if filter is None or filter.kind is None else set(filter.kind)
        return page_of(info.context.user, kinds=list(kinds), page=page)


def page_of(owner: User, *, kinds: list[TrashKind], page: Page) -> TrashConnection:
    """Read one page, and one row more, which tells whether there are more."""
    items = listing.items_of(
        owner,
        kinds=kinds,
        limit=page.size + 1,
        beyond=None if page.cursor is None else place_of(page.cursor),
        backwards=page.backwards,
    )
    shown = items[: page.size]
    if page.backwards:
        shown.reverse()
    edges = [TrashEdge(node=TrashItem.of(item), place=item.place) for item in shown]
    ends = TrashEnds.of(
        edges,
        has_more=len(items) > page.size,
        is_further=page.cursor is not None,
        backwards=page.backwards,
    )
    return TrashConnection(edges=edges, page_info=ends, owner=owner, kinds=kinds)
