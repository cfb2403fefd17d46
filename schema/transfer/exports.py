"""Taking out what one has: at once where it is little, else as a job and a file."""

from typing import Annotated, cast

import strawberry
import strawberry_django

from domain.archive.declaring import EntityName
from domain.transfer import models
from domain.transfer.exporting import inline
from domain.transfer.querysets import ExportQuerySet
from domain.transfer.services import exports
from schema.context import Info, by_caller
from schema.directives import NEEDS_SESSION, RateLimited, SignedIn
from schema.errors import Refusal
from schema.idempotency import once
from schema.inputs import Id, given
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import look_up
from schema.scoping import fetch, get_owned
from schema.transfer.export_types import (
    DeleteExportInput,
    Export,
    ExportFilter,
    InlineExport,
    StartExportInput,
)
from schema.trash.mutations import Purged

LOOKUPS = {"format": "format__in", "status": "job__status__in"}


def narrow_exports(
    rows: ExportQuerySet, info: Info, *, filter: ExportFilter | None = None, **_: object
) -> ExportQuerySet:
    """The exports that the filter leaves."""
    return look_up(rows, filter, LOOKUPS) if filter is not None else rows


@strawberry.type
class ExportQueries:
    exports: Connection[Export] = connection(
        default=Ordering("created_at", descending=True),
        narrow=narrow_exports,
        arguments=[argument("filter", ExportFilter, "Conditions that must all hold.")],
        extensions=[SignedIn()],
        description="Your exports, the newest first. The ten newest are kept, some days each.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your exports; NOT_FOUND if it is not there."
    )
    def export(self, info: Info, id: Id) -> Export | None:
        return cast(Export, fetch(Export, id, info))

    @strawberry.field(
        extensions=[RateLimited(limit=30, seconds=60), SignedIn()],
        description="What you have as a file, in the answer: for at most 500 objects and 1 MiB. "
        "Above that TOO_LARGE_INLINE; then, and for a TAKEOUT, call startExport.",
    )
    def inline_export(
        self,
        info: Info,
        format: Annotated[
            models.ExportFormat, strawberry.argument(description="What to write it as.")
        ],
        entity: Annotated[
            EntityName | None,
            strawberry.argument(description="For CSV: which objects it is to hold."),
        ] = None,
    ) -> InlineExport:
        written = inline.inline_export(
            owner=info.context.user, format=format, entity=entity, at=info.context.now
        )
        return InlineExport(
            content=written.content, file_name=written.file_name, media_type=written.media_type
        )


@strawberry.type
class ExportMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Have what you have written to a file: a job, at whose end the export has a "
        "downloadUrl. A TAKEOUT is for sessions: it tells about the account, too.",
    )
    def start_export(self, info: Info, input: StartExportInput) -> Export:
        caller = info.context.user
        if input.format == models.ExportFormat.TAKEOUT and caller.api_token is not None:
            raise Refusal(NEEDS_SESSION, "FORBIDDEN")
        started = once(
            info,
            input,
            lambda: exports.start_export(owner=caller, at=info.context.now, **given(input)),
        )
        return cast(Export, started)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Delete an export and its file for good; what was exported stays. Refused "
        "with export_under_way while its job goes on.",
    )
    def delete_export(self, info: Info, input: DeleteExportInput) -> Purged:
        exports.delete_export(export=get_owned(Export, input.id, info), **by_caller(info))
        return Purged(id=input.id)
