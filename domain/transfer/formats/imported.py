"""What a row of a file says: a question, perhaps an attempt at it, perhaps what was remembered."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.practice.models import Help, Mistake, Rating, ReviewStage
from domain.questions.models import AskedWithin, Difficulty, Outcome, TagKind
from domain.questions.platforms import Platform


@dataclass(frozen=True, slots=True)
class ImportedTag:
    """A tag that the file puts on a question; ``path`` says where in the row it stands.

    Attributes:
        frequency: of a company, how often it asks the question, 0 to 100.
        window: the time over which that was counted.
    """

    kind: TagKind
    name: str
    path: str = field(compare=False)
    frequency: float | None = None
    window: AskedWithin | None = None


@dataclass(frozen=True, slots=True)
class ImportedQuestion:
    """What one row says about a question.

    Attributes:
        external_id: with the platform it identifies the question; empty where the file gives none,
            and then the title does.
        uid: of the question, in a file that we wrote.
    """

    title: str
    platform: Platform
    external_id: str = ""
    uid: UUID | None = None
    url: str = ""
    difficulty: Difficulty | None = None
    platform_rating: int | None = None
    source: str = ""
    notes: str = ""
    importance: int | None = None
    tags: tuple[ImportedTag, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedLog:
    """One attempt at the row's question, on the same platform.

    Attributes:
        external_id: the platform's id of the attempt; empty where the file gives none, and then its
            question, moment and outcome identify it (in a review log question and moment).
        attempted_at: when it ended, timezone-aware.
        is_day: whether only the day is known; ``attempted_at`` is its noon, which may be to come.
        sequence: a number that grows with every attempt, and so orders those of one second.
    """

    external_id: str
    attempted_at: datetime
    outcome: Outcome
    is_day: bool = False
    sequence: int = 0
    duration_seconds: int | None = None
    rating: Rating | None = None
    help: Help = Help.NONE
    approach: str = ""
    time_complexity: str = ""
    space_complexity: str = ""
    mistakes: tuple[Mistake, ...] = ()
    language: str = ""
    notes: str = ""
    solution_code: str = ""


@dataclass(frozen=True, slots=True)
class ImportedBaseline:
    """What another program remembered of the row's question, without the attempts that led there.

    Attributes:
        stability: in days.
        difficulty: as FSRS counts it, 1 to 10.
        reviewed_at: the last review there, timezone-aware.
        due_at: the next one there, timezone-aware.
    """

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime
    reps: int
    lapses: int = 0
    state: ReviewStage = ReviewStage.REVIEW


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in order and yet not for us; ``code`` for programs, ``reason`` for people."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the file: a question, and an attempt at it where the file holds attempts.

    Attributes:
        is_suspended: whether the other program keeps the question out of its reviews.
        left_out: a part of the row that is not taken.
    """

    question: ImportedQuestion
    log: ImportedLog | None = None
    baseline: ImportedBaseline | None = None
    is_suspended: bool = False
    left_out: LeftOut | None = None


class SkippedRow(LeftOut):
    """A row of which nothing is taken."""
