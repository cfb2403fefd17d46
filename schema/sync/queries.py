"""The feed by which devices keep up."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import strawberry
from django.db.models import F
from strawberry_django.utils.typing import get_django_definition

from domain.archive.declaring import EntityName
from domain.sync import reading
from domain.sync.models import ChangeOp
from schema.context import Info
from schema.directives import SignedIn
from schema.errors import BadInput
from schema.selecting import selects, with_selected
from schema.sync.cursors import cursor_of, place_of
from schema.sync.types import NODES, Change, ChangePage, Found

type Ids = dict[EntityName, list[UUID]]

AFTER = strawberry.argument(
    description="The endCursor of the page before, or a cursor within it. Without it, everything "
    "you have comes, and nothing that is gone."
)
FIRST = strawberry.argument(
    description=f"Number of changes, 1 to {reading.LARGEST_PAGE}; {reading.PAGE} if nothing is "
    "said. A page has fewer where their records would be more than 2 MiB together."
)


@strawberry.type
class SyncQueries:
    @strawberry.field(
        extensions=[SignedIn()],
        description="What changed in your data since you last asked, in the order in which it "
        "was stored: for clients that keep a copy. Each object comes once, where it changed last. "
        "Repeat with after: endCursor while hasMore. UNKNOWN_CURSOR: begin again without after.",
    )
    def changes(
        self,
        info: Info,
        after: Annotated[str | None, AFTER] = None,
        first: Annotated[int | None, FIRST] = None,
    ) -> ChangePage:
        size = reading.PAGE if first is None else first
        if not 1 <= size <= reading.LARGEST_PAGE:
            message = f"first is {size}; ask for 1 to {reading.LARGEST_PAGE} changes and go on."
            raise BadInput(message)
        place = None if after is None else place_of(after)
        return _shown(reading.page_of(info.context.user.pk, after=place, size=size), info)


def _shown(page: reading.FeedPage, info: Info) -> ChangePage:
    found: reading.Records = {}
    if selects(info, "changes", "record"):
        page, found = reading.records_in(page, owner_id=info.context.user.pk)
    nodes = _nodes(_ids_of(page), info)
    return ChangePage(
        changes=[
            Change(row=row, place=reading.place_at(row, page), records=_in(found), nodes=nodes)
            for row in page.changes
        ],
        end_cursor=cursor_of(page.end),
        has_more=page.has_more,
        server_time=info.context.now,
    )


def _ids_of(page: reading.FeedPage) -> Ids:
    ids: Ids = defaultdict(list)
    for change in page.changes:
        if change.op != ChangeOp.PURGE:
            ids[EntityName(change.entity)].append(change.uid)
    return ids


def _nodes(ids: Ids, info: Info) -> Found:
    """The live objects of a page with what is selected of them, read together if it is asked."""
    asked = ids if selects(info, "changes", "node") else {}
    return _in({name: _live(NODES[name], uids, info) for name, uids in asked.items()})


def _in(found: Mapping[EntityName, Mapping[UUID, Any]]) -> Found:
    return lambda name, uid: found.get(name, {}).get(uid)


def _live(node: Any, uids: list[UUID], info: Info) -> dict[UUID, Any]:
    model = get_django_definition(node, strict=True).model
    rows = node.get_queryset(model._default_manager.filter(uid__in=uids), info)
    # Under a name of its own: the optimizer leaves out columns that the client does not select.
    rows = with_selected(rows.annotate(found_by=F("uid")), info, "changes", "node")
    return {row.found_by: strawberry.cast(node, row) for row in rows}
