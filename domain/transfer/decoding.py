"""From the bytes of a file to its text; what is no text is refused with what to do instead."""

import codecs
import re

from django.conf import settings

from domain.base.text import is_storable
from domain.transfer.refusals import refusal

_ARCHIVE = (
    "This is a compressed file, such as .zip, .gz, .xlsx or .apkg. Unpack it, save a spreadsheet "
    "as CSV, or export the notes of Anki as plain text."
)
_DATABASE = "This is a database. Let its program export text, JSON or CSV."
_EXCEL = "This is an old Excel file. Save the sheet as CSV."
_PICTURE = "This is a picture or a PDF. Import a text, JSON or CSV file."
# The first bytes of files that are no text.
_MAGIC = {
    b"PK\x03\x04": _ARCHIVE,
    b"PK\x05\x06": _ARCHIVE,
    b"\x1f\x8b": _ARCHIVE,
    b"BZh": _ARCHIVE,
    b"\xfd7zXZ": _ARCHIVE,
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"Rar!\x1a": _ARCHIVE,
    b"\x28\xb5\x2f\xfd": _ARCHIVE,
    b"\xd0\xcf\x11\xe0": _EXCEL,
    b"SQLite format 3": _DATABASE,
    b"%PDF": _PICTURE,
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WEB_PAGE = re.compile(r"\s*+<(?:!doctype|html|head|body|script|\?xml)\b", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_of(content: str | bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, as PowerShell and Excel write it.

    Raises:
        ImportRefused: too_large, not_text, not_utf8, web_page or empty_file.
    """
    _refuse_large(content)
    _refuse_binary(content)
    text = (content if isinstance(content, str) else _decoded(content)).lstrip("\ufeff")
    if not text or text.isspace():
        raise refusal("empty_file", "This file is empty.")
    if _WEB_PAGE.match(text):
        what = "This is a web page. Save what it shows, or the answer of its API, and import that."
        raise refusal("web_page", what)
    return text


def refuse_unstorable(text: str) -> None:
    """Refuse a text with characters that cannot be stored, at the line of the first.

    Raises:
        ImportRefused: unstorable_text.
    """
    if is_storable(text):
        return
    found = _UNSTORABLE.search(text)
    line = text.count("\n", 0, found.start() if found else 0) + 1
    fault = "Remove the NUL characters or unpaired surrogates: they cannot be stored."
    raise refusal("unstorable_text", fault, position=f"line {line}")


def _refuse_large(content: str | bytes) -> None:
    limit = settings.IMPORT_MAX_BYTES
    size = len(content)
    if isinstance(content, str) and size <= limit:
        size = len(content.encode("utf-8", "surrogatepass"))
    if size > limit:
        raise refusal("too_large", f"The file has more than {limit:,} bytes. Import it in parts.")


def _refuse_binary(content: str | bytes) -> None:
    start = content[:16] if isinstance(content, bytes) else content[:16].encode(errors="replace")
    for magic, text in _MAGIC.items():
        if start.startswith(magic):
            raise refusal("not_text", text)


def _decoded(content: bytes) -> str:
    name = "utf-16" if content.startswith(_UTF_16) else "utf-8"
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        text = 'This is not UTF-8. Save the file in that encoding; in Excel choose "CSV UTF-8".'
        raise refusal("not_utf8", text, position=f"byte {error.start}") from error
