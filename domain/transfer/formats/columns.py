"""The columns of a table: what they are called, and what they stand for."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.base.text import folded, tidy
from domain.transfer.refusals import refusal
from domain.transfer.tables import Table

MAX_HEADER = 60
MAX_LISTED = 40

_PARENTHESES = re.compile(r"\([^()]*\)")

# Of each field, the headers that stand for it as ``plain`` writes them, the best first.
type Aliases = Mapping[str, Sequence[str]]
# Of each field, the header that stands for it in this file.
type Columns = Mapping[str, str]


def header_of(document: object) -> list[str]:
    """The headers of a table that was not written by Anki; none of anything else."""
    if not isinstance(document, Table) or document.directives:
        return []
    return headers_of(document.lines[0].cells)


def headers_of(cells: Iterable[str]) -> list[str]:
    """The names of columns: printable, short, and each only once; a letter where there is none."""
    names: dict[str, None] = {}
    for index, cell in enumerate(cells):
        shown = "".join(filter(str.isprintable, " ".join(tidy(cell).split())))
        name = first = shown[:MAX_HEADER].strip() or _letters(index)
        number = 1
        while name in names:
            number += 1
            name = f"{first} ({number})"
        names[name] = None
    return list(names)


def _letters(index: int) -> str:
    high, low = divmod(index, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)


def plain(header: str) -> str:
    """A header as it is compared: only its letters and digits, in lower case."""
    if not header:
        return ""
    return "".join(filter(str.isalnum, folded(header.replace("#", " number "))))


def columns_of(
    headers: Sequence[str], aliases: Aliases, given: Mapping[str, str] | None = None
) -> Columns:
    """Find the column of each field: the one that the person names, or the usual ones.

    Args:
        given: of a field, its header; an empty one says that no column stands for it. Fields may
            also go by one of their headers.

    Raises:
        ImportRefused: unknown_field or unknown_column, for what is given.
    """
    by_name = _by_name(headers)
    named = {_field(name, aliases): header for name, header in (given or {}).items()}
    columns = _named(named, headers, by_name)
    taken = set(columns.values())
    for field, names in aliases.items():
        found = (by_name[name] for name in names if name in by_name)
        free = next((header for header in found if header not in taken), None)
        if field not in named and free is not None:
            columns[field] = free
            taken.add(free)
    return columns


def _by_name(headers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for header in headers:
        found.setdefault(plain(header) or header, header)
    for header in headers:
        # What stands in parentheses explains, as in Confidence (1-4).
        found.setdefault(plain(_PARENTHESES.sub("", header)) or header, header)
    return found


def _field(name: str, aliases: Aliases) -> str:
    """The field of this name, or the one that such a header stands for: attemptedAt is DATE."""
    wanted = plain(name)
    fields = list(aliases)[::-1]
    by_name = {plain(field): field for field in fields}
    by_header = {header: field for field in fields for header in aliases[field]}
    found = by_name.get(wanted) or by_header.get(wanted)
    if found is None:
        text = f"No column stands for that. Choose of {listed(aliases)}."
        raise refusal("unknown_field", text)
    return found


def _named(
    named: Mapping[str, str], headers: Sequence[str], by_name: Mapping[str, str]
) -> dict[str, str]:
    columns = {}
    for field, header in named.items():
        if header.strip():
            cleaned = headers_of([header])[0]
            found = cleaned if cleaned in headers else by_name.get(plain(header) or header)
            if found is None:
                text = f"There is no column {cleaned}. The file has: {listed(headers)}."
                raise refusal("unknown_column", text, position="line 1")
            columns[field] = found
    return columns


def listed(names: Iterable[str]) -> str:
    """Some names for a message, not all if there are many."""
    shown = list(names)
    more = f" and {len(shown) - MAX_LISTED} more" if len(shown) > MAX_LISTED else ""
    return ", ".join(shown[:MAX_LISTED]) + more


def missing(what: str, headers: Iterable[str], advice: str) -> str:
    """The words for a table that lacks a column."""
    return f"No column of this table is {what}. It has: {listed(headers)}. {advice}"
