"""Reads tables row by row, as imports do, without a database."""

import csv
import io
from collections.abc import Callable, Sequence

from domain.base.findings import Finding
from domain.transfer import formats
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedRow, SkippedRow
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from domain.transfer.refusals import ImportRefused


def rows_in(
    content: str | bytes, format: str | None = None, **options
) -> list[ImportedRow | SkippedRow | Finding]:
    """What each row says, or the problem with it."""
    chosen = ImportOptions(**options)
    document = read_document(content)
    reader = formats.named(format) if format else formats.detected(document, chosen)
    found = []
    for rows in formats.rows_of(document, reader, chosen):
        for index, value in enumerate(rows.values):
            try:
                row = (rows.reader or reader).read_row(Fields(value, rows.position(index)))
                found.append(row)
            except RowRefused as error:
                found.append(error.problem)
    return found


def only_row(content: str | bytes, format: str | None = None, **options):
    """What the one row says, or the problem with it."""
    (row,) = rows_in(content, format, **options)
    return row


def sheet(*rows: dict[str, str]) -> str:
    """A table with these rows by header."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def at_place(row: object) -> tuple[str, str]:
    """Code and position of a problem."""
    assert isinstance(row, Finding), row
    return row.code, row.position


def problems_of(call: Callable[[], object]) -> Sequence[Finding]:
    """Why a call refuses a file; nothing if it does not."""
    try:
        call()
    except ImportRefused as refusal:
        return refusal.problems
    return ()
