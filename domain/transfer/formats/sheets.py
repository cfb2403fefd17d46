"""Tables with a header: which column stands for what, and rows as people fill them in."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import overload
from uuid import UUID

from domain.base.findings import Finding
from domain.base.text import folded
from domain.transfer.formats.base import Reader, Rows
from domain.transfer.formats.columns import Columns, listed
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedRow, LeftOut, SkippedRow
from domain.transfer.tables import Line

# Keys of a row beside its headers, which are never empty and never padded.
LINE, SURPLUS = "", " "
# What people, spreadsheets and programs put into a cell that holds nothing.
BLANKS = {"", "-", "--", "\u2013", "\u2014", "?", "n/a", "na", "nan", "null", "none", "#n/a"}
LONGEST_BLANK = max(map(len, BLANKS))
# A spreadsheet takes what begins so for a formula; exports put an apostrophe before it, also where
# there is one.
_GUARDED = re.compile("'+[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class Cells:
    """A row of a table, by what its columns stand for. A column that is missing is empty.

    Raises:
        RowRefused: the row has more cells than the table has columns.
    """

    def __init__(self, row: Fields, columns: Columns) -> None:
        if row.has(SURPLUS):
            text = "This row has more cells than the header. Is a quotation mark missing?"
            raise RowRefused(Finding("bad_row", row.position, text))
        self._row = row
        self._columns = columns

    @property
    def line(self) -> int:
        """The number of the line it begins on."""
        return self._row.number(LINE)

    def text(self, field: str) -> str:
        """What a cell says, trimmed and in NFC."""
        return self._row.optional_text(self._columns[field]) if field in self._columns else ""

    def raw(self, field: str) -> str:
        """A cell as it stands."""
        return self._row.raw_text(self._columns[field]) if field in self._columns else ""

    def value(self, field: str) -> str:
        """The same as ``text``, and empty for what people write where there is nothing."""
        text = self.text(field)
        return "" if len(text) <= LONGEST_BLANK and folded(text) in BLANKS else text

    def uid(self, field: str) -> UUID | None:
        """An id of ours that a cell holds; None for anything else."""
        with suppress(ValueError):
            return UUID(self.text(field))
        return None

    def __contains__(self, field: str) -> bool:
        """Whether a column stands for it."""
        return field in self._columns

    def header(self, field: str) -> str:
        """What the column of a field is called; the field's name without one."""
        return self._columns.get(field, field)

    def unix_time(self, field: str, number: int, *, per_second: int) -> datetime:
        """The moment that a cell's number means. ``RowRefused`` if no calendar has it."""
        return self._row.unix_time(self.header(field), number, per_second=per_second)

    def refusal(self, field: str, text: str) -> RowRefused:
        """The refusal of a cell, to be raised."""
        return self._row.refusal(self.header(field), text)


class _Records(Sequence[object]):
    """The rows of a table by their headers, each made when it is asked for."""

    def __init__(self, lines: Sequence[Line], headers: Sequence[str], *, is_guarded: bool) -> None:
        self._lines = lines
        self._headers = headers
        self._is_guarded = is_guarded

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...
    def __getitem__(self, index: int | slice) -> object:
        if isinstance(index, slice):
            return _Records(self._lines[index], self._headers, is_guarded=self._is_guarded)
        line = self._lines[index]
        record: dict[str, object] = {LINE: line.number}
        if len(line.cells) > len(self._headers):
            record[SURPLUS] = len(line.cells)
        cells = map(_without_guard, line.cells) if self._is_guarded else line.cells
        return record | dict(zip(self._headers, cells, strict=False))


def _without_guard(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def sheet_rows(
    lines: Sequence[Line],
    headers: Sequence[str],
    columns: Columns,
    read: Callable[[Cells], ImportedRow | SkippedRow],
    *,
    paths: Mapping[str, str],
    log_paths: Mapping[str, str],
    is_guarded: bool = True,
) -> list[Rows]:
    """The rows of a table, with their reader.

    Args:
        lines: without the header.
        paths: of a column of a question, the field that it comes from.
        log_paths: the same for an attempt.
        is_guarded: whether an apostrophe before what would be a formula is no part of a cell.
    """
    reader = Reader(
        read_row=lambda row: read(Cells(row, columns)),
        paths={name: columns.get(field, field) for name, field in paths.items()},
        log_paths={name: columns.get(field, field) for name, field in log_paths.items()},
    )
    numbers = [line.number for line in lines]
    values = _Records(lines, headers, is_guarded=is_guarded)
    return [Rows("", values, lines=numbers, reader=reader, left_out=_not_read(headers, columns))]


def _not_read(headers: Sequence[str], columns: Columns) -> tuple[LeftOut, ...]:
    read = set(columns.values())
    names = [header for header in headers if header not in read]
    text = f"These columns are not read: {listed(names)}."
    return (LeftOut("columns_not_read", text),) if names else ()


def unread(row: Fields) -> ImportedRow:
    """Refuse a row without its columns: the ``Rows`` of a file bring the reader that knows them."""
    raise RowRefused(Finding("bad_row", row.position, "The columns of this row are not known."))
