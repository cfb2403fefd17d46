"""Codewars: pages of ``/code-challenges/completed``, or only the lists in them.

A page tells when a kata was completed first, in which languages, and of no other attempt.
"""

import re
from typing import Any

from domain.questions.models import Outcome
from domain.questions.platforms import Platform
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedRow
from domain.transfer.formats.shapes import any_row, listed, printable
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal

KATA = "https://www.codewars.com/kata/{id}"
MAX_LANGUAGE = 40

_ID = re.compile(r"[A-Za-z0-9_-]+")


def detect(document: object) -> bool:
    """Whether it is a page of completed challenges, or a list of them."""
    if isinstance(document, dict):
        is_page = isinstance(document.get("data"), list) and "totalItems" in document
        return is_page or _is_refusal(document)
    return any_row(document, lambda row: "completedAt" in row)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The challenges.

    Raises:
        ImportRefused: failed_answer, wrong_type or wrong_format.
    """
    if isinstance(document, dict) and _is_refusal(document):
        text = (
            f"This is Codewars' refusal, not a list of challenges: {printable(document['reason'])} "
            "Check the user name in the address, and ask again."
        )
        raise refusal("failed_answer", text, position="reason")
    if isinstance(document, dict) and "data" in document:
        return listed(document["data"], ImportFormat.CODEWARS, path="data")
    return listed(document, ImportFormat.CODEWARS)


def _is_refusal(document: dict[str, Any]) -> bool:
    return document.get("success") is False and "reason" in document


def read_row(row: Fields) -> ImportedRow:
    """One challenge; ``RowRefused`` if it is broken."""
    number = row.text("id")
    if not _ID.fullmatch(number):
        raise row.refusal("id", "Expected Codewars' id of the kata, of letters and digits.")
    # A kata that was taken down has neither name nor short name any more.
    title = row.optional_text("name") or row.optional_text("slug") or number
    return ImportedRow(
        ImportedQuestion(
            title=title,
            platform=Platform.CODEWARS,
            external_id=number,
            url=KATA.format(id=number),
        ),
        ImportedLog(
            external_id=number,
            attempted_at=row.iso_time("completedAt"),
            outcome=Outcome.SOLVED,
            language=_joined(row.optional_texts("completedLanguages")),
        ),
    )


def _joined(languages: list[str]) -> str:
    """As many of the languages as a log has room for, each once."""
    joined = ""
    for language in dict.fromkeys(filter(None, languages)):
        longer = f"{joined}, {language}" if joined else language
        if len(longer) <= MAX_LANGUAGE:
            joined = longer
    return joined


FORMAT = Format(
    name=ImportFormat.CODEWARS,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"title": "name", "external_id": "id", "url": "id"},
    log_paths={"external_id": "id", "attempted_at": "completedAt"},
    uses=OF_ATTEMPTS,
)
