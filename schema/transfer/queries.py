"""Imports: one by id, or a list of them."""

from typing import cast

import strawberry

from domain.jobs.models import JobKind, JobStatus
from domain.transfer.formats.base import ImportFormat
from domain.transfer.querysets import ImportBatchQuerySet
from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import Id
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import look_up
from schema.scoping import fetch
from schema.transfer.types import ImportBatch

LOOKUPS = {"format": "format__in", "status": "job__status__in"}


@strawberry.input(description="Conditions on imports. All that are given must hold.")
class ImportBatchFilter:
    format: list[ImportFormat] | None = strawberry.field(
        default=None, description="Read as one of these."
    )
    status: list[JobStatus] | None = strawberry.field(
        default=None, description="Their job is this far."
    )
    is_preview: bool | None = strawberry.field(
        default=None, description="Whether they only tell what importing a file would do."
    )
    is_reverted: bool | None = strawberry.field(
        default=None, description="Whether they were taken back."
    )


def narrow_batches(
    rows: ImportBatchQuerySet,
    info: Info,
    *,
    filter: ImportBatchFilter | None = None,
    **_: object,
) -> ImportBatchQuerySet:
    """The imports that the filter leaves."""
    if filter is None:
        return rows
    if filter.is_reverted is not None:
        rows = rows.filter(reverted_at__isnull=not filter.is_reverted)
    if filter.is_preview is not None:
        kind = {"job__kind": JobKind.PREVIEW}
        rows = rows.filter(**kind) if filter.is_preview else rows.exclude(**kind)
    return look_up(rows, filter, LOOKUPS)


@strawberry.type
class ImportQueries:
    import_batches: Connection[ImportBatch] = connection(
        default=Ordering("created_at", descending=True),
        narrow=narrow_batches,
        arguments=[argument("filter", ImportBatchFilter, "Conditions that must all hold.")],
        extensions=[SignedIn()],
        description="Your imports and previews in the background, the newest first. An import "
        "at once that changed nothing is not listed.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your imports; NOT_FOUND if it is not there."
    )
    def import_batch(self, info: Info, id: Id) -> ImportBatch | None:
        return cast(ImportBatch, fetch(ImportBatch, id, info))
