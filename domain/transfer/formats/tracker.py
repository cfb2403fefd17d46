"""Spreadsheets in which people keep what they practise: a question a row, or an attempt a row.

A row with a date is an attempt, without one only a question. Without a word on how it ended, an
attempt counts as solved: that is what a date in such a sheet mostly says.
"""

from collections.abc import Mapping
from dataclasses import replace

from domain.questions.models import TagKind
from domain.questions.platforms import Origin, Platform
from domain.transfer.formats import links, words
from domain.transfer.formats.attempts import attempt_in, code_is_long
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Rows
from domain.transfer.formats.columns import Columns, columns_of, header_of, missing, plain
from domain.transfer.formats.headers import ALIASES
from domain.transfer.formats.headers import TrackerField as F
from domain.transfer.formats.imported import (
    ImportedQuestion,
    ImportedRow,
    ImportedTag,
    LeftOut,
    SkippedRow,
)
from domain.transfer.formats.leetcode import CODE_TOO_LONG
from domain.transfer.formats.shapes import other_form
from domain.transfer.formats.sheets import Cells, sheet_rows, unread
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from domain.transfer.tables import Table

# A table with one of these, beside a title or a link, is about questions.
TELLING = {F.LINK, F.DIFFICULTY, F.OUTCOME, F.TOPICS, F.PATTERNS, F.DATE, F.DURATION}
NO_QUESTION = SkippedRow("no_title", "It names no question: neither a title nor a link.")
NO_DATE = LeftOut("no_date", "It says how an attempt ended, not when: only the question is taken.")
NO_LINK = LeftOut("not_a_link", "What stands in the column of links is none.")
KINDS: Mapping[F, TagKind] = {
    F.TOPICS: TagKind.TOPIC,
    F.PATTERNS: TagKind.PATTERN,
    F.COMPANIES: TagKind.COMPANY,
    F.TAGS: TagKind.CUSTOM,
}
PATHS = {
    **{
        "title": F.TITLE,
        "external_id": F.LINK,
        "url": F.LINK,
        "platform_rating": F.PLATFORM_RATING,
    },
    **{"importance": F.IMPORTANCE, "source": F.SOURCE, "notes": F.NOTES},
}
LOG_PATHS = {
    **{"attempted_at": F.DATE, "duration_seconds": F.DURATION, "outcome": F.OUTCOME},
    **{"time_complexity": F.TIME_COMPLEXITY, "space_complexity": F.SPACE_COMPLEXITY},
    **{"approach": F.APPROACH, "language": F.LANGUAGE, "notes": F.NOTES, "solution_code": F.CODE},
}


def detect(document: object) -> bool:
    """Whether it is a table with a column of titles or links, and another one about questions."""
    columns = columns_of(header_of(document), ALIASES)
    if F.TITLE not in columns:
        return F.LINK in columns
    # Names alone may be those of anything.
    telling = {F.LINK, F.DIFFICULTY} if plain(columns[F.TITLE]) == "name" else TELLING
    return not telling.isdisjoint(columns)


def _names_questions(columns: Columns) -> bool:
    return F.TITLE in columns or F.LINK in columns


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The rows below the header.

    Raises:
        ImportRefused: wrong_format, unknown_field, unknown_column or missing_column.
    """
    headers = header_of(document)
    if not isinstance(document, Table) or not headers:
        raise other_form(ImportFormat.TRACKER)
    columns = columns_of(headers, ALIASES, options.columns)
    if not _names_questions(columns):
        advice = "Say with the option columns which header stands for TITLE or LINK."
        text = missing("the title or the link of a question", headers, advice)
        raise refusal("missing_column", text, position=f"line {document.lines[0].number}")
    return sheet_rows(
        document.lines[1:],
        headers,
        columns,
        lambda cells: read_cells(cells, options),
        paths=PATHS,
        log_paths=LOG_PATHS,
    )


def read_cells(cells: Cells, options: ImportOptions) -> ImportedRow | SkippedRow:
    """One row; ``RowRefused`` if a cell cannot be read."""
    question = question_in(cells)
    if question is None:
        return NO_QUESTION
    log = attempt_in(cells, question, options)
    if log is None:
        return ImportedRow(question, left_out=_untaken(cells))
    left_out = CODE_TOO_LONG if code_is_long(cells) else _no_link(cells)
    return ImportedRow(_without_notes(question), log, left_out=left_out)


def question_in(cells: Cells) -> ImportedQuestion | None:
    """The question of a row; None if it has neither a title nor a link."""
    title, url = _title_and_link(cells)
    if not title and not url:
        return None
    origin, url = links.told_by(url)
    platform, external_id = _identity(cells, origin)
    return ImportedQuestion(
        title=title or links.title_of(url, origin),
        platform=platform,
        external_id=external_id,
        uid=cells.uid(F.ID),
        url=url,
        difficulty=words.difficulty_in(cells, F.DIFFICULTY),
        platform_rating=words.number_in(cells, F.PLATFORM_RATING),
        importance=words.number_in(cells, F.IMPORTANCE),
        source=cells.value(F.SOURCE),
        notes=cells.raw(F.NOTES),
        tags=_tags(cells),
    )


def _title_and_link(cells: Cells) -> tuple[str, str]:
    cell = cells.text(F.TITLE)
    return links.title_in(cell), links.link_in(cells.value(F.LINK)) or links.link_in(cell)


def _identity(cells: Cells, origin: Origin) -> tuple[Platform, str]:
    """Platform and id there: by the link as far as it tells, and by the columns otherwise."""
    named = words.platform_in(cells, F.PLATFORM)
    if origin.external_id is not None and named in (None, origin.platform):
        return origin.platform, cells.value(F.EXTERNAL_ID) or origin.external_id
    platform = named or origin.platform
    return platform, cells.value(F.EXTERNAL_ID) if named else ""


def _tags(cells: Cells) -> tuple[ImportedTag, ...]:
    return tuple(tag for field, kind in KINDS.items() for tag in words.tags_in(cells, field, kind))


def _without_notes(question: ImportedQuestion) -> ImportedQuestion:
    # They are those of the attempt.
    return replace(question, notes="")


def _untaken(cells: Cells) -> LeftOut | None:
    says_more = words.outcome_in(cells, F.OUTCOME) is not None
    return NO_DATE if says_more and not cells.value(F.DATE) else _no_link(cells)


def _no_link(cells: Cells) -> LeftOut | None:
    text = cells.value(F.LINK)
    return NO_LINK if text and not links.link_in(text) else None


FORMAT = Format(
    name=ImportFormat.TRACKER,
    detect=detect,
    rows=rows,
    read_row=unread,
    paths={},
    uses=OF_ATTEMPTS | {"columns", "day_first"},
)
