"""The attempt in a row of a spreadsheet."""

import hashlib
from dataclasses import replace
from zoneinfo import ZoneInfo

from domain.base.text import folded
from domain.practice.models.logs import MAX_CODE_BYTES
from domain.questions.models import Outcome
from domain.transfer.formats import durations, words
from domain.transfer.formats.columns import plain
from domain.transfer.formats.dates import Moment, Unreadable, moment_of
from domain.transfer.formats.headers import TrackerField as F
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion
from domain.transfer.formats.sheets import Cells
from domain.transfer.options import ImportOptions

MAX_APPROACH = 200


def attempt_in(
    cells: Cells, question: ImportedQuestion, options: ImportOptions
) -> ImportedLog | None:
    """What a row says about an attempt; None without a date, or if nothing was tried so far.

    Raises:
        RowRefused: a cell cannot be read.
    """
    outcome = words.outcome_in(cells, F.OUTCOME)
    when = moment_in(cells, F.DATE, options)
    if when is None or (outcome is None and cells.value(F.OUTCOME)):
        return None
    log = ImportedLog(
        external_id="",
        attempted_at=when.at,
        is_day=when.is_day,
        outcome=outcome or Outcome.SOLVED,
        sequence=cells.line,
        duration_seconds=duration_in(cells, F.DURATION),
        rating=words.rating_in(cells, F.RATING),
        help=words.help_in(cells, F.HELP),
    )
    number = _number_of_day(question, when, log.outcome) if when.is_day else ""
    return _described(replace(log, external_id=number), cells)


def _described(log: ImportedLog, cells: Cells) -> ImportedLog:
    mistakes, other_mistakes = words.mistakes_in(cells, F.MISTAKES)
    approach = cells.text(F.APPROACH)
    is_long = len(approach) > MAX_APPROACH
    return replace(
        log,
        approach="" if is_long else approach,
        time_complexity=cells.value(F.TIME_COMPLEXITY),
        space_complexity=cells.value(F.SPACE_COMPLEXITY),
        mistakes=mistakes,
        language=cells.value(F.LANGUAGE),
        notes=_joined(cells.raw(F.NOTES), approach if is_long else "", other_mistakes),
        solution_code="" if code_is_long(cells) else cells.raw(F.CODE),
    )


def code_is_long(cells: Cells) -> bool:
    """Whether a log has no room for the row's code."""
    return len(cells.raw(F.CODE).encode("utf-8", "surrogatepass")) > MAX_CODE_BYTES


def moment_in(cells: Cells, field: str, options: ImportOptions) -> Moment | None:
    """The date in a cell; None for an empty one. ``RowRefused`` if it is none or could be two."""
    text = cells.value(field)
    if not text:
        return None
    try:
        return moment_of(text, zone=ZoneInfo(options.timezone), day_first=options.day_first)
    except Unreadable as error:
        raise cells.refusal(field, str(error)) from error


def duration_in(cells: Cells, field: str) -> int | None:
    """The seconds that a cell says; None for an empty one. ``RowRefused`` if it is no duration."""
    text = cells.value(field)
    if not text:
        return None
    try:
        return durations.seconds_of(text, bare=durations.unit_of(plain(cells.header(field))))
    except Unreadable as error:
        raise cells.refusal(field, str(error)) from error


def _number_of_day(question: ImportedQuestion, when: Moment, outcome: Outcome) -> str:
    """An id for an attempt of which only the day is known.

    Its moment cannot identify it: on that very day, noon may still be to come.
    """
    name = question.external_id or folded(question.title)
    digest = hashlib.sha256(f"{question.platform} {name} {outcome}".encode("utf-8", "replace"))
    return f"day:{when.day.isoformat()}:{digest.hexdigest()[:24]}"


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(str.strip, texts))
