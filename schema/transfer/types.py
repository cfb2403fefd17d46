"""Imports, as clients see and send them."""

import strawberry
from strawberry.file_uploads import Upload

from domain.transfer.drafts import Counts
from domain.transfer.formats.base import ImportFormat
from domain.transfer.importing import ImportReport
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


@strawberry.type(description="A row of the file that was left out.")
class ImportNote:
    position: str = strawberry.field(description="Where it is in the file, such as result[12].")
    message: str = strawberry.field(description="Why it was left out.")


@strawberry.type(description="What an import did. Importing the same file again changes nothing.")
class ImportResult:
    format: ImportFormat = strawberry.field(description="What the file was read as.")
    created: int = strawberry.field(description="Questions, tags and attempts added.")
    updated: int = strawberry.field(description="Questions and attempts completed.")
    unchanged: int = strawberry.field(description="Questions, tags and attempts already there.")
    skipped: int = strawberry.field(description="Rows left out; the notes say why.")
    failed: int = strawberry.field(
        description="Always 0: a file with a broken row is refused as a whole."
    )
    questions: ImportCounts = strawberry.field(description="Questions alone.")
    tags: ImportCounts = strawberry.field(description="Tags alone.")
    logs: ImportCounts = strawberry.field(description="Attempts alone.")
    notes: list[ImportNote] = strawberry.field(description="Rows left out, the first 200.")

    @classmethod
    def of(cls, report: ImportReport) -> "ImportResult":
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
