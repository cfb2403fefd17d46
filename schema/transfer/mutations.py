"""Bringing in what was practised elsewhere, and taking it back."""

from functools import partial
from typing import cast

import strawberry
import strawberry_django

from domain.base.errors import DomainError
from domain.transfer import importing
from domain.transfer.asking import Asked
from domain.transfer.batching import as_json
from domain.transfer.previewing import preview_import
from domain.transfer.reports import MAX_ROWS_TOLD
from domain.transfer.services import imports
from schema.context import Info, by_caller
from schema.directives import RateLimited, SignedIn
from schema.idempotency import once
from schema.scoping import get_owned, shown
from schema.transfer.asking import asked_by
from schema.transfer.inputs import (
    ImportQuestionsInput,
    PreviewImportInput,
    RevertImportInput,
    StartImportInput,
)
from schema.transfer.reports import ImportPreview
from schema.transfer.types import ImportBatch, ImportResult

ROWS_TOLD = 20


class BadRows(DomainError):
    """A preview shows some rows, so that it can be read."""

    code = "bad_rows"
    message = "Ask for 0 to %(limit)d rows."


@strawberry.type
class TransferMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Import questions, tags and attempts from a file, at once. With REJECT_ALL it "
        "is the whole of it, or nothing and a message for each broken row. At most 500 rows and "
        "1 MiB; above that too_large_inline, and startImport.",
    )
    def import_questions(self, info: Info, input: ImportQuestionsInput) -> ImportResult:
        report = once(
            info,
            input,
            lambda: as_json(importing.import_questions(**asked_by(input, info), is_inline=True)),
            encode=lambda report: report,
            decode=lambda report: report,
        )
        return ImportResult.of(report)

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Tell what importing a file would do. It is really done and then undone, so "
        "that this is what would happen; nothing is stored. Broken rows are told as errors, and "
        "what the others would become, whatever the policy. At most 500 rows and 1 MiB; above that "
        "too_large_inline, and startImport with preview: true.",
    )
    def preview_import(self, info: Info, input: PreviewImportInput) -> ImportPreview:
        rows = ROWS_TOLD if input.rows is None else input.rows
        if not 0 <= rows <= MAX_ROWS_TOLD:
            raise BadRows(field="rows", limit=MAX_ROWS_TOLD)
        asked = Asked(**asked_by(input, info), thorough=True, tell=rows, is_inline=True)
        return ImportPreview.told(as_json(preview_import(asked)))

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Have a file imported in the background. The import has a job, and a report "
        "at its end, with every broken row. All of it is stored together, or nothing; with "
        "preview: true nothing in any case, and the report tells what would be.",
    )
    def start_import(self, info: Info, input: StartImportInput) -> ImportBatch:
        asked = partial(asked_by, input, info)
        batch = once(info, input, lambda: imports.start_import(**asked(), preview=input.preview))
        return cast(ImportBatch, shown(batch, info))

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Have an import taken back in the background: what it added is deleted for "
        "good, what it completed is as it was. What you changed since, or built upon, is kept and "
        "named in revertReport. Importing the file again brings it back. After some days "
        "revert_expired; revertableUntil of the import tells.",
    )
    def revert_import(self, info: Info, input: RevertImportInput) -> ImportBatch:
        batch = once(
            info,
            input,
            lambda: imports.revert_import(
                batch=get_owned(ImportBatch, input.id, info), **by_caller(info)
            ),
        )
        return cast(ImportBatch, shown(batch, info))
