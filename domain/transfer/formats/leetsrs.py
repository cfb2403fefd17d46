"""LeetSRS: the backup of the browser extension, with what FSRS remembers of each card."""

from dataclasses import replace
from typing import Any

from domain.base.findings import wrong_type
from domain.practice.models import ReviewStage
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedBaseline, ImportedRow
from domain.transfer.formats.shapes import difficulty_of, leetcode_question, other_form
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import ImportRefused

# Notes stand beside the cards; each is read with its card, under this name.
NOTE = "note"
MILLISECONDS = 1000


def detect(document: object) -> bool:
    """Whether it is a backup with cards."""
    backup = document.get("data") if isinstance(document, dict) else None
    return isinstance(backup, dict) and "cards" in backup


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The cards, each with its note.

    Raises:
        ImportRefused: wrong_format or wrong_type.
    """
    if not isinstance(document, dict) or not detect(document):
        raise other_form(ImportFormat.LEETSRS)
    cards = _objects(document["data"], "cards")
    notes = _objects(document["data"], "notes")
    values = [_with_note(card, notes) for card in cards.values()]
    return [Rows("data.cards", values, names=list(cards))]


def _objects(backup: dict[str, Any], name: str) -> dict[str, Any]:
    value = backup.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ImportRefused([wrong_type(f"data.{name}", "an object", value)])
    return value


def _with_note(card: object, notes: dict[str, Any]) -> object:
    if not isinstance(card, dict):
        return card
    number = card.get("id")
    return card | {NOTE: notes.get(number) if isinstance(number, str) else None}


def read_row(row: Fields) -> ImportedRow:
    """One card; ``RowRefused`` if it is broken."""
    question = replace(
        leetcode_question(row, slug="slug", title="name"),
        difficulty=difficulty_of(row),
        notes=row.optional_fields(NOTE).raw_text("text"),
    )
    baseline = _baseline(row.optional_fields("fsrs"))
    return ImportedRow(question, baseline=baseline, is_suspended=row.flag("paused"))


def _baseline(fsrs: Fields) -> ImportedBaseline | None:
    state = fsrs.optional_number("state")
    if state is not None and state not in ReviewStage.values:
        raise fsrs.refusal("state", "Expected 0 for new, 1 learning, 2 review or 3 relearning.")
    if not state or not fsrs.has("last_review"):
        return None
    return ImportedBaseline(
        state=ReviewStage(state),
        stability=fsrs.decimal("stability"),
        difficulty=fsrs.decimal("difficulty"),
        reviewed_at=_moment(fsrs, "last_review"),
        due_at=_moment(fsrs, "due"),
        reps=fsrs.number("reps"),
        lapses=fsrs.optional_number("lapses") or 0,
    )


def _moment(fsrs: Fields, name: str) -> Any:
    return fsrs.unix_time(name, fsrs.number(name), per_second=MILLISECONDS)


FORMAT = Format(
    name=ImportFormat.LEETSRS,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"title": "name", "external_id": "slug", "url": "slug", "notes": f"{NOTE}.text"},
    baseline_paths={
        "stability": "fsrs.stability",
        "difficulty": "fsrs.difficulty",
        "reviewed_at": "fsrs.last_review",
        "due_at": "fsrs.due",
        "reps": "fsrs.reps",
        "lapses": "fsrs.lapses",
    },
)
