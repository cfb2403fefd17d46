"""The formats that can be imported.

To add one: a name in ``ImportFormat``, a module that declares a ``FORMAT``, and its place below.
Order matters where two formats look alike: the first that recognises a document reads it.
"""

from dataclasses import replace

from domain.transfer.formats import (
    anki,
    blind75,
    codeforces,
    codewars,
    company,
    drillbook,
    fsrs_reviews,
    leetcode,
    leetcode_answers,
    leetsolv,
    leetsrs,
    neetcode,
    tracker,
)
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.columns import header_of, listed
from domain.transfer.formats.shapes import LOOKED_AT
from domain.transfer.options import ImportOptions
from domain.transfer.reading import inside, parts
from domain.transfer.refusals import ImportRefused, refusal
from domain.transfer.tables import Table

# How a file is read about which the person says nothing.
AS_IT_IS = ImportOptions()

FORMATS: tuple[Format, ...] = (
    drillbook.FORMAT,
    leetcode.FORMAT,
    leetcode_answers.FORMAT,
    codeforces.FORMAT,
    codewars.FORMAT,
    neetcode.FORMAT,
    blind75.FORMAT,
    leetsrs.FORMAT,
    leetsolv.FORMAT,
    anki.FORMAT,
    fsrs_reviews.FORMAT,
    company.FORMAT,
    tracker.FORMAT,
)


def named(name: str) -> Format:
    """The format of this name, a value of ``ImportFormat``.

    Raises:
        ImportRefused: with unknown_format.
    """
    for format in FORMATS:
        if format.name == name:
            return format
    raise refusal("unknown_format", f"There is no such format. Choose one of {_names()}, or none.")


def detected(document: object, options: ImportOptions = AS_IT_IS) -> Format:
    """The format that a document, or one of the first of several, looks like.

    A table of which the person says what its columns are is a tracker.

    Raises:
        ImportRefused: with unknown_format.
    """
    if isinstance(document, Table) and options.columns:
        return tracker.FORMAT
    looked_at = parts(document)[:LOOKED_AT]
    for format in FORMATS:
        if any(format.detect(part) for _, part in looked_at):
            return format
    raise refusal(
        "unknown_format", f"This file is of no format that we know: {_names()}.{_hint(document)}"
    )


def _hint(document: object) -> str:
    """What to do with a table that could be anything."""
    if not isinstance(document, Table):
        return ""
    text = "If it is a table of your questions, say format TRACKER, and with the option columns"
    return f" It has the columns {listed(header_of(document))}. {text} which one is the title."


def rows_of(document: object, format: Format, options: ImportOptions = AS_IT_IS) -> list[Rows]:
    """The rows of a document, or of several one after another.

    Raises:
        ImportRefused: as the format does, with the place of the document among several.
    """
    found: list[Rows] = []
    for place, part in parts(document):
        try:
            rows = format.rows(part, options)
        except ImportRefused as error:
            moved = [replace(it, position=inside(place, it.position)) for it in error.problems]
            raise ImportRefused(moved) from error
        found += [replace(some, path=inside(place, some.path)) for some in rows]
    return found


def _names() -> str:
    return ", ".join(ImportFormat.values)
