"""Reviews as FSRS optimizers read them: a card, a time and a grade a row, and nothing on the card.

A card that is one of the person's questions is known by its id; any other becomes a question that
is called after it.
"""

import re
from datetime import datetime, timedelta

from domain.practice.models import Rating
from domain.questions.models import Outcome
from domain.questions.platforms import Platform
from domain.transfer.formats.attempts import moment_in
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Rows
from domain.transfer.formats.columns import Aliases, columns_of, header_of, missing
from domain.transfer.formats.dates import with_ascii_digits
from domain.transfer.formats.fields import EPOCH
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedRow, SkippedRow
from domain.transfer.formats.shapes import other_form
from domain.transfer.formats.sheets import Cells, sheet_rows, unread
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from domain.transfer.tables import Table

CARD, TIME, RATING, STATE, SPENT = "CARD", "TIME", "RATING", "STATE", "SPENT"
# As the optimizers and as py-fsrs name them.
HEADERS: Aliases = {
    CARD: ("cardid",),
    TIME: ("reviewtime", "reviewdatetime"),
    RATING: ("reviewrating", "rating"),
    STATE: ("reviewstate", "state"),
    SPENT: ("reviewduration",),
}
NEEDED = (CARD, TIME, RATING)
MILLISECONDS = 1000
MAX_CARD = 80
RESCHEDULED = SkippedRow("not_a_review", "Its rating is 0: the card was moved, not reviewed.")
# Data frames write whole numbers with a fraction once a cell of the column is empty.
_WHOLE = re.compile(r"([0-9]{1,16})(?:\.0{1,6})?")


def detect(document: object) -> bool:
    """Whether it is a table with cards, times and ratings."""
    columns = columns_of(header_of(document), HEADERS)
    return all(name in columns for name in NEEDED)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The reviews.

    Raises:
        ImportRefused: wrong_format or missing_column.
    """
    headers = header_of(document)
    if not isinstance(document, Table) or not headers:
        raise other_form(ImportFormat.FSRS_REVIEWS)
    columns = columns_of(headers, HEADERS)
    if not all(name in columns for name in NEEDED):
        what = "the card, the time or the rating of a review"
        text = missing(what, headers, "Name them card_id, review_time and review_rating.")
        raise refusal("missing_column", text, position=f"line {document.lines[0].number}")
    return sheet_rows(
        document.lines[1:],
        headers,
        columns,
        lambda cells: read_cells(cells, options),
        paths={"title": CARD, "external_id": CARD},
        log_paths={"attempted_at": TIME, "external_id": CARD, "duration_seconds": SPENT},
    )


def read_cells(cells: Cells, options: ImportOptions) -> ImportedRow | SkippedRow:
    """One review; ``RowRefused`` if a cell cannot be read."""
    card = _card(cells)
    rating = _whole(cells, RATING)
    if rating == 0:
        return RESCHEDULED
    if rating not in Rating.values:
        raise cells.refusal(RATING, "Expected 1 for Again, 2 Hard, 3 Good or 4 Easy.")
    at = _time(cells, options)
    spent = _whole(cells, SPENT) if cells.value(SPENT) else None
    uid = cells.uid(CARD)
    log = ImportedLog(
        # Reviews of ours are logs already, and those are found by their moment.
        external_id="" if uid else f"{card}:{(at - EPOCH) // timedelta(milliseconds=1)}",
        attempted_at=at,
        outcome=Outcome.FAILED if rating == Rating.AGAIN else Outcome.SOLVED,
        sequence=cells.line,
        rating=Rating(rating),
        duration_seconds=None if spent is None else round(spent / MILLISECONDS),
    )
    title = f"Card {card}"
    return ImportedRow(ImportedQuestion(title, Platform.OTHER, card, uid), log)


def _card(cells: Cells) -> str:
    card = cells.text(CARD)
    if not card:
        raise cells.refusal(CARD, "This is empty.")
    if len(card) > MAX_CARD:
        raise cells.refusal(CARD, f"The id of a card has at most {MAX_CARD} characters.")
    return card


def _time(cells: Cells, options: ImportOptions) -> datetime:
    text = with_ascii_digits(cells.value(TIME))
    if number := _WHOLE.fullmatch(text):
        return cells.unix_time(TIME, int(number[1]), per_second=MILLISECONDS)
    moment = moment_in(cells, TIME, options)
    if moment is None or moment.is_day:
        text = "Expected milliseconds since 1970, or a time such as 2026-03-02T09:30:00+00:00."
        raise cells.refusal(TIME, text)
    return moment.at


def _whole(cells: Cells, field: str) -> int:
    number = _WHOLE.fullmatch(with_ascii_digits(cells.value(field)))
    if number is None:
        raise cells.refusal(field, "Expected a whole number, 0 or more.")
    return int(number[1])


FORMAT = Format(
    name=ImportFormat.FSRS_REVIEWS,
    detect=detect,
    rows=rows,
    read_row=unread,
    paths={},
    is_review_log=True,
    uses=OF_ATTEMPTS | {"day_first"},
)
