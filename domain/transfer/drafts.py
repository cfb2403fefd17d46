"""What a file holds, read and checked, on its way to the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.accounts.models import User
from domain.base.findings import Finding
from domain.practice.models import QuestionLog, ReviewBaseline
from domain.practice.settling import Derived
from domain.questions.models import Question
from domain.transfer.formats.imported import ImportedQuestion, ImportedTag
from domain.transfer.identity import QuestionKey
from domain.transfer.reports import MAX_NOTES, RowOutcome

FILLED = ("url", "difficulty", "platform_rating", "source")
# Notes can be long: those of the person's own questions are not read, only whether there are any.
MERGED = (*FILLED, "notes")

# Platform and external id of an attempt; kind and folded name of a tag.
type Key = tuple[str, str]


@dataclass(slots=True)
class Draft:
    """One question of the file: what all its rows say, and the attempts at it.

    Attributes:
        number: of its first row, from 0.
        position: of that row.
        imported: what that row says.
        question: unsaved, until ``storing`` saves it or puts the person's own row in its place.
        dropped_tags: those that the question has no room for.
        baseline: what another program remembered of it.
        is_suspended: whether another program keeps it out of its reviews.
        is_new: whether the person did not have the question.
        was: the columns of the person's row that were filled, with what they held.
        is_retagged: whether tags, or how often a company asks it, were added to the person's row.
        derived: what follows from the attempts at a new question, and from its baseline.
    """

    number: int
    position: str
    imported: ImportedQuestion
    question: Question
    tags: dict[Key, ImportedTag] = field(default_factory=dict)
    dropped_tags: set[Key] = field(default_factory=set)
    logs: list[QuestionLog] = field(default_factory=list)
    baseline: ReviewBaseline | None = None
    is_suspended: bool = False
    is_new: bool = True
    was: dict[str, Any] = field(default_factory=dict)
    is_retagged: bool = False
    derived: Derived | None = None

    @property
    def tells_of_reviews(self) -> bool:
        """Whether the file says what another program knew or did about its reviews."""
        return self.baseline is not None or self.is_suspended

    @property
    def is_changed(self) -> bool:
        """Whether the person's own row is another one afterwards."""
        return bool(self.was) or self.is_retagged

    @property
    def changes(self) -> tuple[str, ...]:
        """What of the person's question is completed."""
        if self.is_new:
            return ()
        beside = {"tags": self.is_retagged, "review": self.tells_of_reviews}
        return (*self.was, *(name for name, is_so in beside.items() if is_so))


@dataclass(slots=True)
class DraftedRow:
    """A row of the file that the person is told about.

    Attributes:
        number: its place among the rows of the file, from 0.
        outcome: of a row that is not taken; None of one of which storing decides.
    """

    number: int
    position: str
    title: str = ""
    outcome: RowOutcome | None = None
    key: QuestionKey | None = None
    log: QuestionLog | None = None


@dataclass(slots=True)
class Drafts:
    """The whole file.

    Attributes:
        owner: whose all of it becomes.
        at: when it is imported.
        is_review_log: as its format says.
        questions: in the order of the file.
        aliases: the keys of drafts that turned out to be about the question of another one.
        logs: the numbers of attempts that were seen, by platform.
        rows: how many the file has.
        skipped: how many of them were left out.
        notes: what is left out and why; at most ``MAX_NOTES``.
        told: the first rows.
    """

    owner: User
    at: datetime
    is_review_log: bool = False
    questions: dict[QuestionKey, Draft] = field(default_factory=dict)
    aliases: dict[QuestionKey, QuestionKey] = field(default_factory=dict)
    logs: set[Key] = field(default_factory=set)
    rows: int = 0
    skipped: int = 0
    notes: list[Finding] = field(default_factory=list)
    told: list[DraftedRow] = field(default_factory=list)

    def note(self, code: str, position: str, text: str) -> None:
        """Tell the person what is left out."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Finding(code, position, text))

    def skip(self, code: str, position: str, text: str) -> None:
        """Leave a row out."""
        self.skipped += 1
        self.note(code, position, text)


def fill(question: Question, other: Question, names: Iterable[str] = FILLED) -> dict[str, Any]:
    """Take over what ``other`` knows and ``question`` does not.

    Returns:
        The columns that changed, with what they held.
    """
    was = {
        name: getattr(question, name)
        for name in names
        if getattr(question, name) in (None, "") and getattr(other, name) not in (None, "")
    }
    for name in was:
        setattr(question, name, getattr(other, name))
    return was
