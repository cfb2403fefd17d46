"""What clients send to have a file imported."""

import strawberry
from strawberry import relay
from strawberry.file_uploads import Upload

from domain.base.bulk import ErrorPolicy
from domain.questions.models import AskedWithin
from domain.transfer.formats.base import ImportFormat
from domain.transfer.formats.headers import TrackerField
from schema import idempotency
from schema.columns import expose

expose(AskedWithin)
expose(TrackerField)


@strawberry.input(description="Which column of a spreadsheet holds what.")
class ImportColumnInput:
    field: TrackerField = strawberry.field(description="What the column holds.")
    header: str = strawberry.field(description="What the column is called in the file.")


@strawberry.input(
    description="How a file is to be read, where it does not say. Times without a zone are in the "
    "time zone of your settings."
)
class ImportOptionsInput:
    day_first: bool | None = strawberry.field(
        default=None,
        description="How 03/04/2026 is read: 3 April if true, March 4 if false. A row with such a "
        "date is broken if you leave this out.",
    )
    columns: list[ImportColumnInput] | None = strawberry.field(
        default=None,
        description="Of a spreadsheet, which column holds what, where its header does not say.",
    )
    company: str | None = strawberry.field(
        default=None, description="Of a company's file, whom its questions are asked by."
    )
    window: AskedWithin | None = strawberry.field(
        default=None, description="Of a company's file, over which time it counted."
    )
    accepted_only: bool = strawberry.field(
        default=False, description="Leave out rows whose attempt was not solved."
    )
    review_days: int | None = strawberry.field(
        default=None,
        description="Attempts older than so many days, 0 to 36500, are kept as history and do not "
        "count for review.",
    )
    study_list: relay.GlobalID | None = strawberry.field(
        default=None,
        description="A study list of yours that takes the questions, in the order of the file.",
    )


@strawberry.input
class ImportFileInput:
    """What all imports take."""

    content: str | None = strawberry.field(
        default=None,
        description="The file's text: at most 10 MiB and 50,000 rows for startImport, 1 MiB and "
        "500 rows for all that answers at once.",
    )
    upload: Upload | None = strawberry.field(
        default=None,
        description="The file itself, sent as multipart/form-data with the header "
        "GraphQL-Preflight: 1; UTF-8, and no larger than content may be.",
    )
    format: ImportFormat | None = strawberry.field(
        default=None, description="What to read it as; recognised from the content if left out."
    )
    error_policy: ErrorPolicy = strawberry.field(
        default=ErrorPolicy.REJECT_ALL, description="What happens if some rows are broken."
    )
    options: ImportOptionsInput | None = strawberry.field(
        default=None, description="How to read it."
    )


@strawberry.input(description="A file to import: its content or an upload, exactly one of them.")
class ImportQuestionsInput(ImportFileInput):
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A file to import: its content or an upload, exactly one of them.")
class StartImportInput(ImportFileInput):
    preview: bool = strawberry.field(
        default=False,
        description="Only tell what importing the file would do, in the report of the import; "
        "nothing is stored.",
    )
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A file to look at: its content or an upload, exactly one of them.")
class PreviewImportInput(ImportFileInput):
    rows: int | None = strawberry.field(
        default=None, description="How many rows to tell of, 0 to 1000; 20 unless you say."
    )


@strawberry.input(description="Which import to revert.")
class RevertImportInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()
