"""What a format of files declares about itself, and the rows that it makes of a document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import models

from domain.practice.models import Help, Mistake, Rating, ReviewStage
from domain.questions.models import AskedWithin, Difficulty, Outcome, TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.fields import Fields
from domain.transfer.options import ImportOptions
from domain.transfer.reading import inside, shown


class ImportFormat(models.TextChoices):
    """A kind of file that can be imported."""

    LEETCODE_SUBMISSIONS = "LEETCODE_SUBMISSIONS", "LeetCode: pages of submissions"
    LEETCODE_GRAPHQL = "LEETCODE_GRAPHQL", "LeetCode: answers of its GraphQL API, pasted"
    CODEFORCES = "CODEFORCES", "Codeforces: the answer of user.status"
    CODEWARS = "CODEWARS", "Codewars: pages of completed challenges"
    NEETCODE = "NEETCODE", "NeetCode: the list of problems"
    BLIND75 = "BLIND75", "Blind 75: the list of problems"
    LEETSRS = "LEETSRS", "LeetSRS: the backup of the browser extension"
    LEETSOLV = "LEETSOLV", "LeetSolv: the questions of the command-line program"
    TRACKER = "TRACKER", "A spreadsheet of questions and attempts, as CSV or TSV"
    COMPANY = "COMPANY", "CSV of the questions that a company asks"
    ANKI = "ANKI", "Anki: notes as text"
    FSRS_REVIEWS = "FSRS_REVIEWS", "CSV of reviews, as FSRS optimizers read it"
    DRILLBOOK = "DRILLBOOK", "Drillbook JSON v1: an export of ours"


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


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How rows of one kind are read: no database, no clock.

    Attributes:
        read_row: reads one row, or raises ``RowRefused``.
        paths: where in a row a column of a question comes from, for messages.
        log_paths: the same for an attempt.
        baseline_paths: the same for what was remembered.
    """

    read_row: Callable[[Fields], ImportedRow | SkippedRow]
    paths: Mapping[str, str]
    log_paths: Mapping[str, str] = field(default_factory=dict)
    baseline_paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a document as they stand in it.

    Attributes:
        path: the place of their list or object.
        names: of the fields that hold them, where they stand in an object.
        lines: the numbers of the lines that they begin on, where they stand in a table.
        reader: of these rows, where a format has rows of several kinds or with other headers.
        left_out: of all of them, such as columns that stand for nothing.
    """

    path: str
    values: Sequence[object]
    names: Sequence[str] | None = None
    lines: Sequence[int] | None = None
    reader: Reader | None = None
    left_out: tuple[LeftOut, ...] = ()

    def position(self, index: int) -> str:
        """The place of one row, such as ``result[12]`` or ``line 12``; ``inside`` leads on."""
        if self.lines is not None:
            return f"line {self.lines[index]}"
        if self.names is None:
            return f"{self.path}[{index}]"
        return inside(self.path, shown(self.names[index]))


@dataclass(frozen=True, kw_only=True)
class Format(Reader):
    """A kind of file, and how its rows are read unless they say otherwise.

    Attributes:
        detect: tells from the look of a document whether it is of this format.
        rows: finds the rows of one document, or raises ``ImportRefused``.
        is_review_log: whether it holds reviews: of an attempt only the grade, from which no outcome
            follows for certain, and the time to the millisecond.
    """

    name: ImportFormat
    detect: Callable[[object], bool]
    rows: Callable[[object, ImportOptions], list[Rows]]
    is_review_log: bool = False
