"""The kinds of files that can be written, and the one way to ask for one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from domain.accounts.models import User
from domain.archive import documents
from domain.archive.declaring import EntityName
from domain.archive.entities import ENTITIES
from domain.archive.records import count
from domain.base.errors import DomainError
from domain.transfer.exporting import anki, notes, reviews, takeout
from domain.transfer.exporting.questions import live_questions
from domain.transfer.exporting.sheets import SHEETS, Sheet
from domain.transfer.models import ExportFormat


class EntityRequired(DomainError):
    """A table holds one kind of object."""

    code = "entity_required"
    message = "Name the entity, such as QUESTION: a CSV file holds one kind of object."


class EntityNotTaken(DomainError):
    """The other formats hold what they hold."""

    code = "entity_not_taken"
    message = "Only CSV takes an entity. Leave it out, or ask for CSV."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        name: in its file name, between our own and the day; empty for none.
        extension: of its file name.
        pieces: writes what a person has, as it is now: a piece for each row, or more.
        rows: about how many pieces there will be.
    """

    name: str
    extension: str
    media_type: str
    pieces: Callable[[User, datetime], Iterator[str | bytes]]
    rows: Callable[[User], int]

    def file_name(self, at: datetime) -> str:
        """What the file is called: plain letters, digits, dots and hyphens."""
        day = at.astimezone(UTC).date().isoformat()
        return "-".join(filter(None, ("drillbook", self.name, day))) + f".{self.extension}"


def kind_of(format: str, entity: str | None = None) -> Kind:
    """The kind of file that is asked for.

    Args:
        format: a value of ``ExportFormat``.
        entity: for CSV and nothing else, a value of ``EntityName``.

    Raises:
        EntityRequired, EntityNotTaken: there is none for CSV, or there is one for another format.
    """
    if format != ExportFormat.CSV:
        if entity:
            raise EntityNotTaken(field="entity")
        return KINDS[ExportFormat(format)]
    if not entity:
        raise EntityRequired(field="entity")
    return SPREADSHEETS[EntityName(entity)]


def _table(sheet: Sheet, owner: User, _: datetime) -> Iterator[str]:
    return sheet.written(owner)


def _everything(owner: User) -> int:
    return sum(count(entity, owner.pk) for entity in ENTITIES)


KINDS: Mapping[ExportFormat, Kind] = {
    ExportFormat.DRILLBOOK_JSON: Kind(
        "", "json", "application/json", lambda owner, _: documents.document(owner.pk), _everything
    ),
    ExportFormat.DRILLBOOK_JSONL: Kind(
        "", "jsonl", "application/x-ndjson", lambda owner, _: documents.lines(owner.pk), _everything
    ),
    ExportFormat.ANKI: Kind(
        "anki",
        "txt",
        "text/plain",
        lambda owner, _: anki.notes(owner),
        lambda owner: live_questions(owner).count(),
    ),
    ExportFormat.FSRS_CSV: Kind(
        "fsrs-reviews",
        "csv",
        "text/csv",
        lambda owner, _: reviews.review_log(owner),
        lambda owner: reviews.counted_logs(owner).count(),
    ),
    ExportFormat.MARKDOWN: Kind(
        "notes",
        "md",
        "text/markdown",
        lambda owner, _: notes.document(owner),
        lambda owner: notes.questions_with_words(owner).count(),
    ),
    ExportFormat.TAKEOUT: Kind("takeout", "zip", "application/zip", takeout.takeout, takeout.rows),
}
SPREADSHEETS: Mapping[EntityName, Kind] = {
    entity: Kind(
        sheet.name,
        "csv",
        "text/csv",
        partial(_table, sheet),
        sheet.count,
    )
    for entity, sheet in SHEETS.items()
}
