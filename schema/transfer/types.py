"""Imports, as clients see and send them."""

from typing import Any

import strawberry
from strawberry.file_uploads import Upload

from domain.transfer import importing
from domain.transfer.drafts import Counts
from domain.transfer.formats.base import ImportFormat
from schema import idempotency
from schema.columns import expose

expose(ImportFormat)


@strawberry.type(description="What an import did to one kind of object.")
class ImportCounts:
    created: int = strawberry.field(description="Added.")
    updated: int = strawberry.field(description="Completed with something that was missing.")
    unchanged: int = strawberry.field(description="Already there.")

    @classmethod
    def of(cls, counts: Counts) -> "ImportCounts":
        """Tell what the service reports."""
        return cls(created=counts.created, updated=counts.updated, unchanged=counts.unchanged)


@strawberry.type(description="A row of the file that was left out, or a part of one.")
class ImportNote:
    position: str = strawberry.field(description="Where it is in the file, such as result[12].")
    message: str = strawberry.field(description="Why it was left out.")


@strawberry.type(description="What an import did. Importing the same file again changes nothing.")
class ImportResult:
    format: ImportFormat = strawberry.field(description="What the file was read as.")
    created: int = strawberry.field(
        description="Questions, tags, attempts and review states added."
    )
    updated: int = strawberry.field(description="Questions and attempts completed.")
    unchanged: int = strawberry.field(
        description="Questions, tags, attempts and review states already there."
    )
    skipped: int = strawberry.field(description="Rows left out; the notes say why.")
    failed: int = strawberry.field(
        description="Always 0: a file with a broken row is refused as a whole."
    )
    questions: ImportCounts = strawberry.field(description="Questions alone.")
    tags: ImportCounts = strawberry.field(description="Tags alone.")
    logs: ImportCounts = strawberry.field(description="Attempts alone.")
    reviews: ImportCounts = strawberry.field(
        description="Questions of which a backup says what its program remembered, or that it was "
        "paused. A question with reviews of its own keeps them and counts as unchanged."
    )
    notes: list[ImportNote] = strawberry.field(
        description="Rows left out, and parts of rows; the first 200."
    )

    @classmethod
    def stored(cls, result: dict[str, Any]) -> "ImportResult":
        """The result of ``dataclasses.asdict``, read from JSON."""
        return cls(
            **result
            | {name: ImportCounts(**result[name]) for name in importing.TABLES}
            | {"notes": [ImportNote(**note) for note in result["notes"]]}
            | {"format": ImportFormat(result["format"])}
        )

    @classmethod
    def of(cls, report: importing.ImportReport) -> "ImportResult":
        """Tell what the service reports."""
        return cls(
            format=report.format,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            skipped=report.skipped,
            failed=report.failed,
            notes=[ImportNote(position=note.position, message=note.text) for note in report.notes],
            questions=ImportCounts.of(report.questions),
            tags=ImportCounts.of(report.tags),
            logs=ImportCounts.of(report.logs),
            reviews=ImportCounts.of(report.reviews),
        )


@strawberry.input(description="A file to import: its content or an upload, exactly one of them.")
class ImportQuestionsInput:
    content: str | None = strawberry.field(
        default=None, description="The file's text, at most 10 MiB and 50,000 rows."
    )
    upload: Upload | None = strawberry.field(
        default=None,
        description="The file itself, sent as multipart/form-data with the header "
        "GraphQL-Preflight: 1; UTF-8, at most 10 MiB.",
    )
    format: ImportFormat | None = strawberry.field(
        default=None, description="What to read it as; recognised from the content if left out."
    )
    idempotency_key: strawberry.Maybe[str] = idempotency.key()
