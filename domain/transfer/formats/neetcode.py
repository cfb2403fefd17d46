"""NeetCode: the list of problems that its site is made from (``.problemSiteData.json``)."""

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

SOURCE = "NeetCode"


def detect(document: object) -> bool:
    """Whether it is a list of rows with a problem's name and its link."""
    return any_row(document, lambda row: isinstance(row.get("problem"), str) and "link" in row)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The problems; ``ImportRefused`` with wrong_format unless the document is a list."""
    return listed(document, ImportFormat.NEETCODE)


def read_row(row: Fields) -> ImportedRow:
    """One problem; ``RowRefused`` if it is broken."""
    slug = slug_of(row, "link")
    pattern = row.optional_text("pattern")
    return ImportedRow(
        ImportedQuestion(
            title=row.text("problem"),
            platform=Platform.LEETCODE,
            external_id=slug,
            url=LEETCODE_PROBLEM.format(slug=slug),
            difficulty=difficulty_of(row),
            source=SOURCE,
            tags=(ImportedTag(TagKind.PATTERN, pattern, "pattern"),) if pattern else (),
        )
    )


FORMAT = Format(
    name=ImportFormat.NEETCODE,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"title": "problem", "external_id": "link", "url": "link"},
)
