"""What a format of files declares about itself, and the rows that it makes of a document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from domain.questions.models import Difficulty, Outcome, TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.fields import Fields


class ImportFormat(models.TextChoices):
    """A kind of file that can be imported."""

    CODEFORCES = "CODEFORCES", "Codeforces: the answer of user.status"
    NEETCODE = "NEETCODE", "NeetCode: the list of problems"
    BLIND75 = "BLIND75", "Blind 75: the list of problems"


@dataclass(frozen=True, slots=True)
class ImportedTag:
    """A tag that the file puts on a question; ``path`` says where in the row it stands."""

    kind: TagKind
    name: str
    path: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class ImportedQuestion:
    """What one row says about a question, which platform and external id identify."""

    title: str
    platform: Platform
    external_id: str
    url: str = ""
    difficulty: Difficulty | None = None
    platform_rating: int | None = None
    source: str = ""
    tags: tuple[ImportedTag, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedLog:
    """One attempt at the row's question, on the same platform.

    Attributes:
        external_id: the platform's id of the attempt.
        attempted_at: when it ended, timezone-aware.
        sequence: a number that grows with every attempt, and so orders those of one second.
    """

    external_id: str
    attempted_at: datetime
    outcome: Outcome
    sequence: int = 0
    duration_seconds: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the file: a question, and an attempt at it where the file holds attempts."""

    question: ImportedQuestion
    log: ImportedLog | None = None


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is in order and yet not for us; ``code`` for programs, ``reason`` for people."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a document as they stand in it, and the path to their list."""

    path: str
    values: list[object]

    def position(self, index: int) -> str:
        """The place of one row, such as ``result[12]``."""
        return f"{self.path}[{index}]"


@dataclass(frozen=True)
class Format:
    """A kind of file. Its functions read what they are given: no database, no clock.

    Attributes:
        detect: tells from the look of a document whether it is of this format.
        rows: finds the rows of a document, or raises ``ImportRefused``.
        read_row: reads one row, or raises ``RowRefused``.
        paths: where in a row a column of a question comes from, for messages.
        log_paths: the same for an attempt.
    """

    name: ImportFormat
    detect: Callable[[object], bool]
    rows: Callable[[object], Rows]
    read_row: Callable[[Fields], ImportedRow | SkippedRow]
    paths: Mapping[str, str]
    log_paths: Mapping[str, str] = field(default_factory=dict)
