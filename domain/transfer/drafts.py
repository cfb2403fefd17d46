"""What a file holds, read and checked, on its way to the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.accounts.models import User
from domain.practice.models import QuestionLog, ReviewBaseline
from domain.practice.settling import Derived
from domain.questions.models import Question
from domain.transfer.formats.base import ImportedTag

FILLED = ("url", "difficulty", "platform_rating", "source")
# Notes can be long: those of the person's own questions are not read, only whether there are any.
MERGED = (*FILLED, "notes")
MAX_NOTES = 200

# Platform and external id of a question or an attempt; kind and folded name of a tag.
type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out, and why. ``code`` is for programs, ``text`` for people."""

    code: str
    position: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of one table an import created, changed, and found as they should be."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Draft:
    """One question of the file: what all its rows say, and the attempts at it.

    Attributes:
        position: its first row.
        question: unsaved, until ``storing`` saves it or puts the person's own row in its place.
        dropped_tags: those that the question has no room for.
        baseline: what another program remembered of it.
        is_suspended: whether another program keeps it out of its reviews.
        is_new: whether the person did not have the question.
        is_changed: whether the person's row was changed.
        is_annotated: whether it had no notes and got those of the file.
        derived: what follows from the attempts at a new question, and from its baseline.
    """

    position: str
    question: Question
    tags: dict[Key, ImportedTag] = field(default_factory=dict)
    dropped_tags: set[Key] = field(default_factory=set)
    logs: list[QuestionLog] = field(default_factory=list)
    baseline: ReviewBaseline | None = None
    is_suspended: bool = False
    is_new: bool = True
    is_changed: bool = False
    is_annotated: bool = False
    derived: Derived | None = None

    @property
    def tells_of_reviews(self) -> bool:
        """Whether the file says what another program knew or did about its reviews."""
        return self.baseline is not None or self.is_suspended


@dataclass(slots=True)
class Drafts:
    """All that a file holds for one person.

    Attributes:
        at: when it is imported.
        questions: in the order of the file.
        logs: every attempt, whatever its question.
        skipped: how many rows are left out.
        notes: what is left out and why; at most ``MAX_NOTES``.
    """

    owner: User
    at: datetime
    questions: dict[Key, Draft] = field(default_factory=dict)
    logs: dict[Key, QuestionLog] = field(default_factory=dict)
    skipped: int = 0
    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, position: str, text: str) -> None:
        """Tell the person what is left out."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(code, position, text))

    def skip(self, code: str, position: str, text: str) -> None:
        """Leave a row out."""
        self.skipped += 1
        self.note(code, position, text)


def fill(question: Question, other: Question, names: Iterable[str] = FILLED) -> list[str]:
    """Take over what ``other`` knows and ``question`` does not; return the columns that changed."""
    filled = [
        name
        for name in names
        if getattr(question, name) in (None, "") and getattr(other, name) not in (None, "")
    ]
    for name in filled:
        setattr(question, name, getattr(other, name))
    return filled
