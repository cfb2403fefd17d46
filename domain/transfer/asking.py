"""What a person asks for who imports a file."""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts.models import User
from domain.base.bulk import ErrorPolicy
from domain.transfer.options import ImportOptions

AS_IT_IS = ImportOptions()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which file is to be imported, for whom and how.

    Attributes:
        content: the file; bytes are UTF-8.
        at: now, timezone-aware; attempts may not lie after it.
        format: a value of ``ImportFormat``; None detects it from the content.
        options: how it is to be read; the time zone is always the person's.
        error_policy: whether broken rows are left out, or refuse the file.
        file_name: what the file is called; empty for text that was pasted.
        thorough: of a file that is refused, find every broken row and not only the first.
        tell: how many rows the report tells of.
        is_inline: whether a request waits for it, and so takes small files only.
    """

    owner: User
    content: str | bytes
    at: datetime
    format: str | None = None
    options: ImportOptions = AS_IT_IS
    error_policy: ErrorPolicy = ErrorPolicy.REJECT_ALL
    file_name: str = ""
    thorough: bool = False
    tell: int = 0
    is_inline: bool = False

    @property
    def raw(self) -> bytes:
        """The file in bytes."""
        if isinstance(self.content, str):
            return self.content.encode("utf-8", "surrogatepass")
        return self.content
