"""Companies: lists of the questions that one of them asks, by how often.

The frequency is taken as the file has it, 0 to 100: what a smaller scale means, nobody can tell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.base.text import tidy
from domain.questions.models import TagKind
from domain.transfer.formats import links, words
from domain.transfer.formats.base import OF_QUESTIONS, Format, ImportFormat, Rows
from domain.transfer.formats.columns import columns_of, header_of, missing
from domain.transfer.formats.dates import with_ascii_digits
from domain.transfer.formats.headers import ALIASES
from domain.transfer.formats.headers import TrackerField as F
from domain.transfer.formats.imported import ImportedQuestion, ImportedRow, ImportedTag, SkippedRow
from domain.transfer.formats.shapes import other_form
from domain.transfer.formats.sheets import Cells, sheet_rows, unread
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from domain.transfer.tables import Table

FREQUENCY, ACCEPTANCE, NUMBER = "FREQUENCY", "ACCEPTANCE", "NUMBER"
HEADERS: Mapping[str, Sequence[str]] = {
    **{name: ALIASES[name] for name in (F.TITLE, F.LINK, F.DIFFICULTY, F.TOPICS, F.COMPANIES)},
    FREQUENCY: ("frequency", "freq", "frequencypercent"),
    # They are facts of the site, and change every day.
    ACCEPTANCE: ("acceptance", "acceptancerate"),
    NUMBER: ("id", "number", "no"),
}
NEEDED = (F.TITLE, F.LINK, FREQUENCY)
MOST = 100
MAX_COMPANY = 50
NO_QUESTION = SkippedRow("no_title", "It has no title.")
_NUMBER = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,30})?)\s*%?")


def detect(document: object) -> bool:
    """Whether it is a table with titles, links and a frequency, and without dates."""
    headers = header_of(document)
    columns = columns_of(headers, HEADERS)
    return all(name in columns for name in NEEDED) and F.DATE not in columns_of(headers, ALIASES)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The rows below the header.

    Raises:
        ImportRefused: wrong_format, missing_column, missing_option or bad_value.
    """
    headers = header_of(document)
    if not isinstance(document, Table) or not headers:
        raise other_form(ImportFormat.COMPANY)
    columns = columns_of(headers, HEADERS)
    for name in NEEDED:
        if name not in columns:
            text = missing(f"the {name.lower()}", headers, "Rename the one that is.")
            raise refusal("missing_column", text, position=f"line {document.lines[0].number}")
    company = tidy(options.company)
    _refuse_company(company, is_named=F.COMPANIES in columns)
    return sheet_rows(
        document.lines[1:],
        headers,
        columns,
        lambda cells: read_cells(cells, company, options),
        paths={"title": F.TITLE, "external_id": F.LINK, "url": F.LINK},
        log_paths={},
    )


def _refuse_company(company: str, *, is_named: bool) -> None:
    if not company and not is_named:
        text = "The file does not say which company asks these questions. Name it as company."
        raise refusal("missing_option", text)
    if len(company) > MAX_COMPANY:
        text = f"The name of a company has at most {MAX_COMPANY} characters."
        raise refusal("bad_value", text)


def read_cells(cells: Cells, company: str, options: ImportOptions) -> ImportedRow | SkippedRow:
    """One question; ``RowRefused`` if a cell cannot be read."""
    title = cells.text(F.TITLE)
    if not title:
        return NO_QUESTION
    origin, url = links.told_by(links.link_in(cells.value(F.LINK)))
    return ImportedRow(
        ImportedQuestion(
            title=title,
            platform=origin.platform,
            external_id=origin.external_id or "",
            url=url,
            difficulty=words.difficulty_in(cells, F.DIFFICULTY),
            tags=(
                *words.tags_in(cells, F.TOPICS, TagKind.TOPIC),
                *_companies(cells, company, options),
            ),
        )
    )


def _companies(cells: Cells, company: str, options: ImportOptions) -> tuple[ImportedTag, ...]:
    given = (ImportedTag(TagKind.COMPANY, company, "company"),) if company else ()
    frequency = _frequency(cells)
    return tuple(
        replace(tag, frequency=frequency, window=options.window)
        for tag in given or words.tags_in(cells, F.COMPANIES, TagKind.COMPANY)
    )


def _frequency(cells: Cells) -> float | None:
    text = with_ascii_digits(cells.value(FREQUENCY))
    if not text:
        return None
    number = _NUMBER.fullmatch(text)
    frequency = float(number[1].replace(",", ".")) if number else -1
    if not 0 <= frequency <= MOST:
        raise cells.refusal(FREQUENCY, f"Expected a number from 0 to {MOST}.")
    return frequency


FORMAT = Format(
    name=ImportFormat.COMPANY,
    detect=detect,
    rows=rows,
    read_row=unread,
    paths={},
    uses=OF_QUESTIONS | {"company", "window"},
)
