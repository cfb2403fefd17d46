"""What several formats have in common: lists of rows, and problems of LeetCode."""

import re
from collections.abc import Callable
from typing import Any

from domain.base.findings import wrong_type
from domain.questions.models import Difficulty, TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.base import ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedQuestion, ImportedTag
from domain.transfer.refusals import ImportRefused, refusal

LOOKED_AT = 20
MAX_SHOWN = 200
LEETCODE_PROBLEM = "https://leetcode.com/problems/{slug}/"

SLUG = re.compile(r"[A-Za-z0-9_-]+")


def any_row(document: object, looks_right: Callable[[dict[str, Any]], bool]) -> bool:
    """Whether the document is a list and one of its first rows looks right.

    One broken row at the top must not hide what a file is.
    """
    if not isinstance(document, list):
        return False
    return any(looks_right(row) for row in document[:LOOKED_AT] if isinstance(row, dict))


def listed(value: object, format: ImportFormat, *, path: str = "") -> list[Rows]:
    """The rows of a list.

    Raises:
        ImportRefused: wrong_type at ``path``, or wrong_format for the document itself.
    """
    if isinstance(value, list):
        return [Rows(path, value)]
    if path:
        raise ImportRefused([wrong_type(path, "a list", value)])
    raise other_form(format)


def other_form(format: ImportFormat) -> ImportRefused:
    """The refusal of a document that is not what its format has, to be raised."""
    return refusal("wrong_format", f"This file does not have the form of {format.label}.")


def slug_of(row: Fields, name: str) -> str:
    """The short name of a LeetCode problem, with or without slashes around it.

    Raises:
        RowRefused: it has other characters than the site's short names.
    """
    slug = row.text(name).strip("/")
    if not SLUG.fullmatch(slug):
        raise row.refusal(name, "Expected LeetCode's short name of the problem, such as two-sum.")
    return slug.lower()


def leetcode_question(row: Fields, *, slug: str, title: str) -> ImportedQuestion:
    """A problem of LeetCode, known by the fields of these names and by nothing else.

    Raises:
        RowRefused: one of them is broken.
    """
    external_id = slug_of(row, slug)
    return ImportedQuestion(
        title=row.text(title),
        platform=Platform.LEETCODE,
        external_id=external_id,
        url=LEETCODE_PROBLEM.format(slug=external_id),
    )


def topics_of(row: Fields, name: str) -> tuple[ImportedTag, ...]:
    """The topics in a list of names, or of objects with a name each.

    Raises:
        RowRefused: it is no such list.
    """
    return tuple(
        ImportedTag(TagKind.TOPIC, topic, path) for topic, path in row.optional_names(name)
    )


def difficulty_of(row: Fields) -> Difficulty | None:
    """The row's ``difficulty``: Easy, Medium, Hard, or None without one.

    Raises:
        RowRefused: it is something else.
    """
    name = row.optional_text("difficulty")
    if not name:
        return None
    if name.upper() not in Difficulty.names:
        raise row.refusal("difficulty", "Expected Easy, Medium or Hard.")
    return Difficulty[name.upper()]


def printable(value: object) -> str:
    """A foreign text, fit to be shown in a message, as a sentence."""
    text = value if isinstance(value, str) else ""
    said = "".join(filter(str.isprintable, text[:MAX_SHOWN])).strip()
    return f"{said.rstrip('.')}." if said else "it gives no reason."
