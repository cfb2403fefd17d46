"""Comma-separated values as RFC 4180 has them, which no spreadsheet takes for formulas."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from domain.archive.canonical import moment

# Without it spreadsheets take UTF-8 for an older encoding.
BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets begin formulas with, also in full width, and what they skip before it. Where
# apostrophes stand before it already, one more is put there: imports take one away.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Imports part names by these where there is no semicolon.
_SEVERAL = re.compile(r"[,/]")

type Columns = Mapping[str, Callable[[Any], object]]


class Echo:
    """What a ``csv.writer`` hands the text of a row back through."""

    def write(self, text: str) -> str:
        """Hand it back."""
        return text


def written(columns: Columns, rows: Iterable[Any]) -> Iterator[str]:
    """A table as text, line by line: the headers, then a line for each row.

    Args:
        columns: how the cell of a row is found, by header.
    """
    writer: Any = csv.writer(Echo(), lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(find(row)) for find in columns.values()])


def cell(value: object) -> str:
    """A value as a spreadsheet shows it; a text that would be a formula follows an apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case timedelta():
            return _clock(value)
        case int() | float():
            return str(value)
        case list() | tuple():
            return cell(_listed([str(item) for item in value]))
    text = str(value)
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def _listed(items: Sequence[str]) -> str:
    """The items parted by semicolons; also one alone that could be taken for several."""
    joined = "; ".join(items)
    return f"{joined};" if len(items) == 1 and _SEVERAL.search(joined) else joined


def words(value: str | None) -> str | None:
    """The name of a choice as people write it: EDGE_CASE is Edge case."""
    return value.replace("_", " ").capitalize() if value else None


def _clock(duration: timedelta) -> str:
    """Such as 0:25:00, which spreadsheets can add up."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
