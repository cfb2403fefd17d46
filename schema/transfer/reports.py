"""What came of an import, as clients see it."""

from typing import Any, Self

import strawberry

from domain.archive.declaring import EntityName
from domain.transfer.formats.base import ImportFormat
from domain.transfer.reports import TABLES, RowOutcome
from schema.columns import expose

expose(EntityName)
expose(ImportFormat)
expose(RowOutcome)

_TOLD = ("total", "skipped", "failed")
# As reports of what was reverted name them, in the order in which they are told.
_ENTITIES = {
    "questions": EntityName.QUESTION,
    "tags": EntityName.TAG,
    "logs": EntityName.LOG,
    "study_lists": EntityName.STUDY_LIST,
    "goals": EntityName.GOAL,
    "sessions": EntityName.SESSION,
}


@strawberry.type(description="What an import did to one kind of object.")
class ImportCounts:
    created: int = strawberry.field(description="Added.")
    updated: int = strawberry.field(description="Completed with something that was missing.")
    unchanged: int = strawberry.field(description="Already there.")


@strawberry.type(description="A row of the file that was left out, or a part of one.")
class ImportNote:
    code: str = strawberry.field(description="For programs, such as duplicate or not_solved.")
    position: str = strawberry.field(description="Where it is in the file, such as result[12].")
    message: str = strawberry.field(description="Why it was left out.")


@strawberry.type(description="What is wrong with a row of the file.")
class ImportProblem:
    code: str = strawberry.field(description="For programs, such as missing_field or bad_value.")
    position: str = strawberry.field(
        description="Where it is in the file, such as result[12].problem.name."
    )
    title: str = strawberry.field(
        description="The question, or another object, that the row is about; empty if that cannot "
        "be read, or it is about the file as a whole."
    )
    message: str = strawberry.field(description="What is wrong, and what is expected.")


@strawberry.type(description="What becomes of one row of a file.")
class ImportRow:
    position: str = strawberry.field(description="Where it is in the file, such as result[12].")
    title: str = strawberry.field(
        description="The question that it is about; empty if that cannot be read."
    )
    outcome: RowOutcome = strawberry.field(description="What becomes of it.")
    changes: list[str] = strawberry.field(
        description="What of a question that you have is completed: its columns, tags, review."
    )


@strawberry.type
class ImportFigures:
    """What all reports tell."""

    format: ImportFormat = strawberry.field(description="What the file is read as.")
    total: int = strawberry.field(description="Rows of the file.")
    created: int = strawberry.field(description="Objects of all kinds that are added.")
    updated: int = strawberry.field(description="Objects of all kinds that are completed.")
    unchanged: int = strawberry.field(description="Objects of all kinds that are there already.")
    skipped: int = strawberry.field(description="Rows left out; the notes say why.")
    failed: int = strawberry.field(
        description="Broken rows; the errors say why. With REJECT_ALL nothing is stored then."
    )
    questions: ImportCounts = strawberry.field(description="Questions alone.")
    tags: ImportCounts = strawberry.field(description="Tags alone.")
    logs: ImportCounts = strawberry.field(description="Attempts alone.")
    reviews: ImportCounts = strawberry.field(
        description="Questions of which a backup says what its program remembered, or that it was "
        "paused. A question with reviews of its own keeps them and counts as unchanged."
    )
    study_lists: ImportCounts = strawberry.field(description="Study lists alone.")
    goals: ImportCounts = strawberry.field(description="Goals alone.")
    sessions: ImportCounts = strawberry.field(description="Practice sessions alone.")
    settings: ImportCounts = strawberry.field(description="The settings: 1 as a whole.")
    notes: list[ImportNote] = strawberry.field(
        description="Rows left out, and parts of rows; the first 200."
    )
    errors: list[ImportProblem] = strawberry.field(
        description="What is wrong with broken rows; the first 1,000."
    )

    @classmethod
    def told(cls, report: dict[str, Any], **more: Any) -> Self:
        """Tell a report that is stored, or could be."""
        counts: dict[str, Any] = {name: ImportCounts(**report[name]) for name in TABLES}
        return cls(
            format=ImportFormat(report["format"]),
            **{name: report[name] for name in _TOLD},
            **{
                figure: sum(getattr(count, figure) for count in counts.values())
                for figure in ("created", "updated", "unchanged")
            },
            **counts,
            notes=[ImportNote(**_said(note)) for note in report["notes"]],
            errors=[
                # Reports of before that was told have no title.
                ImportProblem(**_said(error), title=error.get("title", ""))
                for error in report["errors"]
            ],
            **more,
        )


@strawberry.type
class DetailedFigures(ImportFigures):
    """What a report tells that goes into the rows."""

    is_refused: bool = strawberry.field(
        description="Whether importing the file stores nothing, since some rows are broken."
    )
    rows: list[ImportRow] = strawberry.field(
        description="The first rows, each with what becomes of it. Of an import that is refused, "
        "only broken ones; a preview tells of the good ones all the same."
    )

    @classmethod
    def told(cls, report: dict[str, Any], **more: Any) -> Self:
        """Tell a report that is stored, or could be."""
        rows = [
            ImportRow(**row | {"outcome": RowOutcome(row["outcome"]), "changes": row["changes"]})
            for row in report["rows"]
        ]
        return super().told(report, is_refused=report["is_refused"], rows=rows, **more)


@strawberry.type(
    description="What importing a file would do. Nothing is stored: it was done, and undone. If it "
    "isRefused, what the good rows would do without the broken ones, as with SKIP_FAILED."
)
class ImportPreview(DetailedFigures):
    pass


@strawberry.type(
    description="What an import did, or why it did nothing; of a preview, what it would do. Its "
    "rows are the first 100."
)
class ImportReport(DetailedFigures):
    pass


@strawberry.type(description="A number of objects of one kind.")
class RevertCount:
    entity: EntityName = strawberry.field(description="What kind of object.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="Something that an import added and that is still there.")
class KeptObject:
    entity: EntityName = strawberry.field(description="What kind of object it is.")
    title: str = strawberry.field(description="What it is called.")


@strawberry.type(
    description="What reverting an import did. What you changed since, or built upon, is kept."
)
class RevertReport:
    removed: list[RevertCount] = strawberry.field(
        description="What the import had added and is deleted for good, by kind of object."
    )
    restored: int = strawberry.field(
        description="Objects that the import had completed and that are as they were."
    )
    kept: list[RevertCount] = strawberry.field(
        description="What the import had added and is kept, by kind of object."
    )
    kept_objects: list[KeptObject] = strawberry.field(
        description="What is kept by name; the first 200."
    )

    @classmethod
    def told(cls, report: dict[str, Any]) -> Self:
        """Tell a report that is stored."""
        return cls(
            removed=_counted(report["removed"]),
            restored=report["restored"],
            kept=_counted(report["kept"]),
            kept_objects=[
                KeptObject(entity=_ENTITIES[named["kind"]], title=named["title"])
                for named in report["named"]
            ],
        )


def _counted(counts: dict[str, int]) -> list[RevertCount]:
    return [
        RevertCount(entity=entity, count=counts[kind])
        for kind, entity in _ENTITIES.items()
        if counts.get(kind)
    ]


def _said(note: dict[str, str]) -> dict[str, str]:
    return {"code": note["code"], "position": note["position"], "message": note["text"]}
