"""Blind 75: the list as the LeetCode Tracker keeps it (``blind75.json``)."""

from domain.questions.models import TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedQuestion, ImportedRow, ImportedTag
from domain.transfer.formats.shapes import (
    LEETCODE_PROBLEM,
    any_row,
    difficulty_of,
    listed,
    slug_of,
)
from domain.transfer.options import ImportOptions

SOURCE = "Blind 75"


def detect(document: object) -> bool:
    """Whether it is a list of rows with a title, a slug and topics or a section."""
    return any_row(
        document,
        lambda row: "title" in row and "slug" in row and ("topics" in row or "listMeta" in row),
    )


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The problems; ``ImportRefused`` with wrong_format unless the document is a list."""
    return listed(document, ImportFormat.BLIND75)


def read_row(row: Fields) -> ImportedRow:
    """One problem; ``RowRefused`` if it is broken."""
    slug = slug_of(row, "slug")
    return ImportedRow(
        ImportedQuestion(
            title=row.text("title"),
            platform=Platform.LEETCODE,
            external_id=slug,
            url=row.optional_text("url") or LEETCODE_PROBLEM.format(slug=slug),
            difficulty=difficulty_of(row),
            source=SOURCE,
            tags=_tags(row),
        )
    )


def _tags(row: Fields) -> tuple[ImportedTag, ...]:
    topics = tuple(
        ImportedTag(TagKind.TOPIC, name, f"topics[{index}]")
        for index, name in enumerate(row.optional_texts("topics"))
    )
    section = row.optional_fields("listMeta").optional_text("section")
    if not section:
        return topics
    return (*topics, ImportedTag(TagKind.PATTERN, section, "listMeta.section"))


FORMAT = Format(
    name=ImportFormat.BLIND75,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"external_id": "slug"},
)
