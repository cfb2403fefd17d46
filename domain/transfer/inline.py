"""Files that a request imports, or previews, while its caller and others wait: only small ones."""

from django.conf import settings

from domain.base.errors import DomainError
from domain.transfer.refusals import FIELD


class TooLargeInline(DomainError):
    """The request would take too long, and others would wait behind it."""

    code = "too_large_inline"
    message = (
        "At once, files of at most %(rows)d rows and %(kib)d KiB are imported or looked at. "
        "Send this one to startImport, which does it in the background; with preview: true it only "
        "tells what would happen."
    )

    def __init__(self) -> None:
        limits = {"rows": settings.IMPORT_INLINE_ROWS, "kib": settings.IMPORT_INLINE_BYTES // 1024}
        super().__init__(field=FIELD, **limits)


def refuse_bytes(size: int) -> None:
    """Refuse a file before it is read; one that no job takes either is left to its reader.

    Raises:
        TooLargeInline: it is too large for a request.
    """
    if settings.IMPORT_INLINE_BYTES < size <= settings.IMPORT_MAX_BYTES:
        raise TooLargeInline


def refuse_rows(number: int) -> None:
    """Refuse a file before its rows are read; one that no job takes either is left to its reader.

    Raises:
        TooLargeInline: it has too many rows for a request.
    """
    if settings.IMPORT_INLINE_ROWS < number <= settings.IMPORT_MAX_ROWS:
        raise TooLargeInline
