"""Drillbook JSON v1: an export of ours, as one document or as JSON lines.

What it holds is no rows of questions and attempts but whole objects of every kind:
``domain.transfer.restoring`` brings them back.
"""

from domain.archive.opening import looks_like_ours
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedRow
from domain.transfer.options import ImportOptions


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """None: its objects are not read row by row."""
    return []


def read_row(row: Fields) -> ImportedRow:
    """Refuse what is no row; ``RowRefused``."""
    raise row.refusal("", "Objects of an export are restored as they were, not read as rows.")


FORMAT = Format(
    name=ImportFormat.DRILLBOOK,
    detect=looks_like_ours,
    rows=rows,
    read_row=read_row,
    paths={},
    uses=frozenset(),
)
