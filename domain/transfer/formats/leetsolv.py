"""LeetSolv: the file of questions of the command-line program, which plans by a variant of SM-2.

What SM-2 says is put into the words of FSRS. The interval is the stability, for both programs aim
at a good chance of recall when it ends. An ease factor of 2.5, where SM-2 starts, is a difficulty
of 5, and one of 1.3, its lowest, is 9.
"""

from datetime import datetime, timedelta

from domain.base.findings import wrong_type
from domain.questions.platforms import Platform, origin_of
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import (
    ImportedBaseline,
    ImportedQuestion,
    ImportedRow,
    SkippedRow,
)
from domain.transfer.formats.shapes import LEETCODE_PROBLEM, SLUG, other_form
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import ImportRefused

START_EASE, LOWEST_EASE = 2.5, 1.3
START_DIFFICULTY, HARD_DIFFICULTY = 5.0, 9.0
EASIEST, HARDEST = 1.0, 10.0
LOWEST_STABILITY = 0.001
IMPORTANCES = range(4)
ELSEWHERE = SkippedRow("not_leetcode", "Its link is to no problem of LeetCode. Add it by hand.")


def detect(document: object) -> bool:
    """Whether it is an object of questions with their highest number."""
    if not isinstance(document, dict):
        return False
    return "max_id" in document and "questions" in document


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The questions.

    Raises:
        ImportRefused: wrong_format or wrong_type.
    """
    if not isinstance(document, dict) or "questions" not in document:
        raise other_form(ImportFormat.LEETSOLV)
    questions = document["questions"]
    if not isinstance(questions, dict):
        raise ImportRefused([wrong_type("questions", "an object", questions)])
    return [Rows("questions", list(questions.values()), names=list(questions))]


def read_row(row: Fields) -> ImportedRow | SkippedRow:
    """One question; ``RowRefused`` if it is broken."""
    origin = origin_of(row.text("url"))
    importance = row.optional_number("importance")
    if importance is not None and importance not in IMPORTANCES:
        raise row.refusal("importance", "Expected 0 to 3.")
    notes, baseline = row.raw_text("note"), _baseline(row)
    slug = (origin.external_id or "").lower()
    if origin.platform is not Platform.LEETCODE or not SLUG.fullmatch(slug):
        return ELSEWHERE
    return ImportedRow(
        ImportedQuestion(
            title=slug.replace("-", " ").title().strip() or slug,
            platform=Platform.LEETCODE,
            external_id=slug,
            url=LEETCODE_PROBLEM.format(slug=slug),
            notes=notes,
            importance=None if importance is None else importance + 1,
        ),
        baseline=baseline,
    )


def _baseline(row: Fields) -> ImportedBaseline | None:
    reviewed_at = row.iso_time("last_reviewed") if row.has("last_reviewed") else None
    # The program writes the year 1 for never.
    if reviewed_at is None or reviewed_at.year == 1:
        return None
    due_at = row.iso_time("next_review")
    reviews = row.number("review_count")
    if reviews < 0:
        raise row.refusal("review_count", "Expected 0 or more.")
    return ImportedBaseline(
        stability=_stability(reviewed_at, due_at),
        difficulty=difficulty_of_ease(row.decimal("ease_factor")),
        reviewed_at=reviewed_at,
        due_at=due_at,
        # The first solution, after which a question is added there, is not counted there.
        reps=max(1, reviews),
    )


def _stability(reviewed_at: datetime, due_at: datetime) -> float:
    return max((due_at - reviewed_at) / timedelta(days=1), LOWEST_STABILITY)


def difficulty_of_ease(ease: float) -> float:
    """What FSRS would call a question that has this ease factor in SM-2, 1 to 10."""
    steps = (START_EASE - ease) / (START_EASE - LOWEST_EASE)
    difficulty = START_DIFFICULTY + steps * (HARD_DIFFICULTY - START_DIFFICULTY)
    return min(max(difficulty, EASIEST), HARDEST)


FORMAT = Format(
    name=ImportFormat.LEETSOLV,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"title": "url", "external_id": "url", "notes": "note"},
    baseline_paths={
        "stability": "next_review",
        "difficulty": "ease_factor",
        "reviewed_at": "last_reviewed",
        "due_at": "next_review",
        "reps": "review_count",
    },
)
