"""From the bytes of a file to JSON or a table, whatever somebody sends, or to a refusal."""

import json
import math
import re
import sys
from collections.abc import Iterator
from itertools import accumulate

from django.conf import settings

from domain.base.findings import shown
from domain.base.text import is_storable
from domain.transfer import decoding
from domain.transfer.refusals import refusal
from domain.transfer.tables import read_table

# Pages of twenty submissions each, enough for the rows that a file may have.
MAX_DOCUMENTS = 2_500
# The keys of a line of our own exports, each a document: as many as a file may have rows.
LINE_KEYS = {"entity", "record"}

# Possessive, and content with a missing quote: never more than one pass over the text.
_SPACE = re.compile(r"[ \t\n\r]*+")
_STRING = r'"(?:[^"\\]++|\\.)*+"?'
_STRINGS = re.compile(_STRING, re.DOTALL)
_NUMBERS = re.compile(rf"{_STRING}|(?P<number>NaN|-?Infinity|-?[0-9][0-9.eE+-]*+)", re.DOTALL)
_UNSTORABLE = re.compile(r"\\u0000|\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_LINE = re.compile(r"line [0-9]+")
_OPENING, _CLOSING = b"[{", b"]}"
_STEPS = bytes.maketrans(_OPENING + _CLOSING, b"\x01\x01\xff\xff")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in _OPENING + _CLOSING)


def read_document(content: str | bytes) -> object:
    """Parse JSON or a ``tables.Table`` within the limits of the settings (IMPORT_MAX_...).

    Several JSON documents one after another, as pages that were pasted into one file, come as a
    tuple. What begins with neither a bracket nor a brace is a table.

    Raises:
        ImportRefused: as ``decoding`` and ``tables`` do; of JSON too_deep, not_json, bad_number,
            unstorable_text or too_many_documents.
    """
    text = decoding.text_of(content)
    start = _after_space(text, 0)
    if start < len(text) and text[start] not in "[{":
        decoding.refuse_unstorable(text)
        return read_table(text)
    return _read_json(text)


def _read_json(text: str) -> object:
    _refuse_deep(text)
    documents = _parse(text)
    document = documents[0] if len(documents) == 1 else documents
    if _UNSTORABLE.search(text):
        _refuse_unstorable(document)
    return document


def _refuse_deep(text: str) -> None:
    limit = settings.IMPORT_MAX_DEPTH
    bare = _STRINGS.sub("", text).encode("utf-8", "surrogatepass")
    steps = memoryview(bare.translate(_STEPS, _NO_BRACKETS)).cast("b")
    if max(accumulate(steps), default=0) > limit:
        raise refusal("too_deep", f"Lists and objects are nested more than {limit} deep.")


def parts(document: object) -> list[tuple[str, object]]:
    """The documents of a file, each with the place where it stands: none if it is the only one."""
    if not isinstance(document, tuple):
        return [("", document)]
    return [(f"documents[{index}]", part) for index, part in enumerate(document)]


def inside(place: str, path: str) -> str:
    """Where something at ``path`` of the value at ``place`` stands; ``place`` may be a line."""
    if _LINE.fullmatch(place):
        return f"{place}, column {path}"
    return f"{place}{path}" if path.startswith("[") else f"{place}.{path}".strip(".")


def _parse(text: str) -> tuple[object, ...]:
    try:
        return tuple(_documents(text))
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at").removesuffix(" starting")
        position = f"line {error.lineno}, column {error.colno}"
        raise refusal("not_json", f"This is not JSON: {fault}.", position=position) from error
    except ValueError as error:
        bad = "This number has no end or too many digits."
        raise refusal("bad_number", bad, position=_first_bad_number(text)) from error


def _documents(text: str) -> Iterator[object]:
    decoder = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)
    position = _after_space(text, 0)
    pages = lines = 0
    while pages < MAX_DOCUMENTS and lines < settings.IMPORT_MAX_ROWS:
        document, position = decoder.raw_decode(text, position)
        yield document
        if isinstance(document, dict) and document.keys() >= LINE_KEYS:
            lines += 1
        else:
            pages += 1
        position = _after_space(text, position)
        if position == len(text):
            return
        # Pages are objects or lists; numbers or texts in a row are no JSON.
        if not isinstance(document, dict | list) or text[position] not in "[{":
            raise json.JSONDecodeError("Extra data", text, position)
    limit = max(pages, lines)
    most = f"The file has more than {limit:,} JSON documents one after another."
    raise refusal("too_many_documents", f"{most} Import it in parts.")


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(number)
    return value


def _first_bad_number(text: str) -> str:
    for token in _NUMBERS.finditer(text):
        number = token["number"]
        if not number or (number.lstrip("-").isdigit() and len(number) <= _most_digits()):
            continue
        try:
            _finite(number)
        except ValueError:
            return _line_and_column(text, token.start())
    return ""


def _most_digits() -> int:
    return sys.get_int_max_str_digits()


def _line_and_column(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind('\n', 0, offset)}"


def _refuse_unstorable(document: object) -> None:
    texts = (pair for place, part in parts(document) for pair in _texts(part, place))
    for position, text in texts:
        if not is_storable(text):
            fault = "Remove the NUL characters or unpaired surrogates: they cannot be stored."
            raise refusal("unstorable_text", fault, position=position)


def _texts(value: object, position: str) -> Iterator[tuple[str, str]]:
    """Every text of a document with its place; the name of a field stands at its object's place."""
    if isinstance(value, str):
        yield position, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{position}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield position, name
            yield from _texts(item, inside(position, shown(name)))
