"""The formats that can be imported.

To add one: a name in ``ImportFormat``, a module that declares a ``FORMAT``, and its place below.
Order matters where two formats look alike: the first that recognises a document reads it.
"""

from domain.transfer.formats import blind75, codeforces, neetcode
from domain.transfer.formats.base import Format, ImportFormat
from domain.transfer.refusals import refusal

FORMATS: tuple[Format, ...] = (codeforces.FORMAT, neetcode.FORMAT, blind75.FORMAT)


def named(name: str) -> Format:
    """The format of this name, a value of ``ImportFormat``.

    Raises:
        ImportRefused: with unknown_format.
    """
    for format in FORMATS:
        if format.name == name:
            return format
    raise refusal("unknown_format", f"There is no such format. Choose one of {_names()}, or none.")


def detected(document: object) -> Format:
    """The format that a document looks like.

    Raises:
        ImportRefused: with unknown_format.
    """
    for format in FORMATS:
        if format.detect(document):
            return format
    raise refusal("unknown_format", f"This file is of no format that we know: {_names()}.")


def _names() -> str:
    return ", ".join(ImportFormat.values)
