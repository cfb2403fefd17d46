"""Tables as text: CSV and TSV of spreadsheets, and the text that Anki writes."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.conf import settings

from domain.transfer.refusals import ImportRefused, refusal

MAX_COLUMNS = 200
# Lines, not rows: a cell may have many. Millions of empty ones would only take time.
MAX_LINES = 1_000_000
MAX_DIRECTIVES = 50
LOOKED_AT_CHARACTERS = 65_536

_SEPARATORS = "\t;,"
_NAMED_SEPARATORS = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
    "space": " ",
}
_NO_SEPARATORS = ("", '"', "\r", "\n")
# Excel's own first line, and those of Anki.
_EXCEL_SEPARATOR = re.compile(r"\s*+sep=([^\r\n])\r?\n?", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#([a-z ]{2,30}):([^\r\n]*)(?:\r\n|\r|\n|$)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*+"')


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: the number of the line it begins on, from 1, and its cells as they stand.

    Empty cells at its end are left out.
    """

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that is a table.

    Attributes:
        lines: its rows, with the header if it has one; none is empty.
        directives: what Anki wrote at its top, such as ``{"guid column": "1"}``.
        separator: what stands between two cells.
    """

    lines: Sequence[Line]
    directives: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    separator: str = ","


def read_table(text: str) -> Table:
    """Take a text apart into rows and cells.

    Raises:
        ImportRefused: empty_file, not_a_table, too_many_columns or too_many_rows.
    """
    directives, start = _directives(text)
    separator, start = _separator(text, start, directives)
    lines = _lines(text, start, separator, skip_comments=bool(directives))
    table = Table(tuple(_limited(lines)), directives, separator)
    if not table.lines:
        raise refusal("empty_file", "This file has no rows.")
    return table


def _directives(text: str) -> tuple[Mapping[str, str], int]:
    found: dict[str, str] = {}
    position = 0
    while len(found) < MAX_DIRECTIVES and (line := _DIRECTIVE.match(text, position)):
        found[line[1].strip().lower()] = line[2].strip(" ")
        position = line.end()
    return MappingProxyType(found), position


def _separator(text: str, start: int, directives: Mapping[str, str]) -> tuple[str, int]:
    named = directives.get("separator", "")
    character = _NAMED_SEPARATORS.get(named.strip().lower(), named[:1])
    if character not in _NO_SEPARATORS:
        return character, start
    excel = _EXCEL_SEPARATOR.match(text, start)
    if excel and excel[1] not in _NO_SEPARATORS:
        return excel[1], excel.end()
    return _likely_separator(text[start : start + LOOKED_AT_CHARACTERS]), start


def _likely_separator(text: str) -> str:
    """The one that stands most often in the first line, outside of quotation marks."""
    first = next(filter(str.strip, _QUOTED.sub('""', text).splitlines()), "")
    return max(_SEPARATORS, key=first.count) if any(map(first.count, _SEPARATORS)) else ","


def _lines(text: str, start: int, separator: str, *, skip_comments: bool) -> Iterator[Line]:
    source = _Source(text, start, skip_comments=skip_comments)
    # Strict: otherwise a missing quotation mark would quietly swallow all rows after it.
    reader = csv.reader(source, delimiter=separator, strict=True)
    while True:
        source.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _torn(source.began) from error
        if any(map(str.strip, cells)):
            while not cells[-1].strip():
                cells.pop()
            yield Line(source.began, cells)


class _Source:
    """The lines of a text, counted; it knows on which of them the row begins that is being read."""

    def __init__(self, text: str, start: int, *, skip_comments: bool) -> None:
        self.began = 0
        self._is_inside = False
        self._skip_comments = skip_comments
        self._read = _count_lines(text, start)
        self._lines = io.StringIO(text[start:], newline="")

    def begin_row(self) -> None:
        self._is_inside = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._read += 1
            if self._read > MAX_LINES:
                raise refusal("too_many_rows", f"The file has more than {MAX_LINES:,} lines.")
            if not self._is_inside:
                if self._skip_comments and line.startswith("#"):
                    continue
                self.began, self._is_inside = self._read, True
            yield line


def _count_lines(text: str, end: int) -> int:
    return len(_LINE_ENDS.findall(text, 0, end))


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    limit = settings.IMPORT_MAX_ROWS
    for index, line in enumerate(lines):
        # The header is one more.
        if index > limit:
            raise refusal(
                "too_many_rows", f"The file has more than {limit:,} rows. Import it in parts."
            )
        if len(line.cells) > MAX_COLUMNS:
            text = f"This row has more than {MAX_COLUMNS} cells."
            raise refusal("too_many_columns", text, position=f"line {line.number}")
        yield line


def _torn(number: int) -> ImportRefused:
    text = (
        "This row cannot be taken apart: a quotation mark is missing, or stands inside a quoted "
        "cell without being doubled, or a cell has more than "
        f"{csv.field_size_limit():,} characters."
    )
    return refusal("not_a_table", text, position=f"line {number}")
