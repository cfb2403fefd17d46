"""What an import did, or would do: counted exactly, told of as much as a person reads."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models

from domain.base.findings import Finding
from domain.transfer.formats.base import ImportFormat

TABLES = (
    "questions", "tags", "logs", "reviews", "study_lists", "goals", "sessions", "settings",
)  # fmt: skip
MAX_NOTES = 200
MAX_ERRORS = 1_000
MAX_ROWS_TOLD = 1_000


class RowOutcome(models.TextChoices):
    """What became of one row of a file."""

    CREATED = "CREATED", "Its question or its attempt was added"
    UPDATED = "UPDATED", "A question that was there is completed"
    UNCHANGED = "UNCHANGED", "All of it was there"
    SKIPPED = "SKIPPED", "It was left out; a note says why"
    FAILED = "FAILED", "It is broken; the errors say why"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row.

    Attributes:
        changes: what of a question that was there is completed: columns, tags, review.
    """

    position: str
    title: str
    outcome: RowOutcome
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of one table an import created, changed, and found as they should be."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def is_change(self) -> bool:
        """Whether the table is another one afterwards."""
        return bool(self.created or self.updated)


NONE = Counts()


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes:
        format: of the file, as named or detected.
        reviews: questions of which another program told what it remembered, or that it paused.
        settings: 1 as a whole.
        total: how many rows the file has.
        skipped: how many of them were left out; ``notes`` says why.
        failed: how many of them are broken.
        is_refused: whether nothing is stored since some are, or of a preview would be; all else of
            a preview tells what becomes of the others.
        notes: what was left out; at most ``MAX_NOTES``.
        errors: what is wrong with the broken rows; at most ``MAX_ERRORS``.
        rows: the first rows, as many as were asked for.
        batch: the import by its id, where it changed anything.
    """

    format: ImportFormat
    questions: Counts = NONE
    tags: Counts = NONE
    logs: Counts = NONE
    reviews: Counts = NONE
    study_lists: Counts = NONE
    goals: Counts = NONE
    sessions: Counts = NONE
    settings: Counts = NONE
    total: int = 0
    skipped: int = 0
    failed: int = 0
    is_refused: bool = False
    notes: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    rows: tuple[RowReport, ...] = ()
    batch: UUID | None = None

    @property
    def created(self) -> int:
        """Objects of all tables together."""
        return sum(counts.created for counts in self._counts())

    @property
    def updated(self) -> int:
        """Objects of all tables together."""
        return sum(counts.updated for counts in self._counts())

    @property
    def unchanged(self) -> int:
        """Objects of all tables together."""
        return sum(counts.unchanged for counts in self._counts())

    @property
    def changed_tables(self) -> list[str]:
        """The names of those that are others afterwards."""
        return [name for name in TABLES if getattr(self, name).is_change]

    def _counts(self) -> list[Counts]:
        return [getattr(self, name) for name in TABLES]
