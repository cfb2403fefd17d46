"""Small exports at once, as text in the answer: for programs that would have to wait otherwise."""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts.models import User
from domain.base.errors import DomainError
from domain.transfer.exporting.kinds import kind_of
from domain.transfer.exporting.snapshots import snapshot
from domain.transfer.models import ExportFormat

MOST_OBJECTS = 500
MOST_BYTES = 1024 * 1024


class NotInline(DomainError):
    """A zip file is no text."""

    code = "not_inline"
    message = "A TAKEOUT is a zip file. Have it made with startExport, and download it."


class TooLargeInline(DomainError):
    """Its answer would be too large."""

    code = "too_large_inline"
    message = (
        "You have more than fits into an answer (%(objects)d objects, 1 MiB). Have the file made "
        "with startExport, and download it."
    )

    def __init__(self) -> None:
        super().__init__(objects=MOST_OBJECTS)


@dataclass(frozen=True, slots=True)
class InlineExport:
    """A file as text."""

    content: str
    file_name: str
    media_type: str


def inline_export(
    *, owner: User, format: str, entity: str | None = None, at: datetime
) -> InlineExport:
    """What a person has as a file, read at one moment and held in memory.

    Args:
        format: a value of ``ExportFormat``.
        entity: for CSV, a value of ``EntityName``.

    Raises:
        EntityRequired, EntityNotTaken: as ``kind_of``.
        NotInline: it is no text.
        TooLargeInline: it would have more than ``MOST_OBJECTS`` rows or ``MOST_BYTES``.
    """
    kind = kind_of(format, entity)
    if format == ExportFormat.TAKEOUT:
        raise NotInline(field="format")
    pieces, size = [], 0
    with snapshot():
        if kind.rows(owner) > MOST_OBJECTS:
            raise TooLargeInline
        for piece in kind.pieces(owner, at):
            text = str(piece)
            size += len(text.encode())
            if size > MOST_BYTES:
                raise TooLargeInline
            pieces.append(text)
    return InlineExport("".join(pieces), kind.file_name(at), kind.media_type)
