"""What a format of files declares about itself, and where it finds the rows of a document."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from django.db import models

from domain.base.findings import shown, title_in
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedRow, LeftOut, SkippedRow
from domain.transfer.options import ImportOptions
from domain.transfer.reading import inside

# The options that are of use for every file of questions, and for every file of attempts.
OF_QUESTIONS: Set[str] = frozenset(["study_list"])
OF_ATTEMPTS = OF_QUESTIONS | {"accepted_only", "review_days"}


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

    def title_of(self, value: object) -> str:
        """What a broken row calls its question, or by what it names it; empty if by nothing."""
        names = (self.paths.get("title", "title"), self.paths.get("external_id", ""))
        return title_in(*(_inside(value, name) for name in names))


def _inside(value: object, path: str) -> object:
    """What a row has at a path such as ``problem.name``; a header is taken as it is."""
    for name in (path,) if isinstance(value, dict) and path in value else path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


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
        uses: the options that it has a use for, as ``ImportOptions`` names them.
    """

    name: ImportFormat
    detect: Callable[[object], bool]
    rows: Callable[[object, ImportOptions], list[Rows]]
    is_review_log: bool = False
    uses: Set[str] = OF_QUESTIONS
