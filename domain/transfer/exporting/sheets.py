"""The spreadsheet of each kind of object."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.accounts.models import User
from domain.archive.declaring import EntityName
from domain.archive.entities import SETTINGS
from domain.transfer.exporting import practice, questions
from domain.transfer.exporting.cells import Columns, written


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of one kind of object.

    Attributes:
        name: in the names of files.
        columns: how each cell is found, by header.
        rows: what a person has, in batches from the database.
        count: how many rows there are.
        about: what it holds, for people.
    """

    name: str
    columns: Columns
    rows: Callable[[User], Iterable[Any]]
    count: Callable[[User], int]
    about: str

    def written(self, owner: User) -> Iterator[str]:
        """What a person has as CSV, line by line."""
        return written(self.columns, self.rows(owner))


SHEETS: Mapping[EntityName, Sheet] = {
    EntityName.QUESTION: Sheet(
        "questions",
        questions.QUESTIONS,
        questions.described,
        lambda owner: questions.live_questions(owner).count(),
        "your questions, with tags, counts and the day each is due",
    ),
    EntityName.LOG: Sheet(
        "attempts",
        practice.LOGS,
        practice.logs,
        lambda owner: practice.live_logs(owner).count(),
        "every attempt, the earliest first",
    ),
    EntityName.TAG: Sheet(
        "tags",
        questions.TAGS,
        questions.counted_tags,
        lambda owner: questions.live_tags(owner).count(),
        "your tags, and how many questions have each",
    ),
    EntityName.STUDY_LIST: Sheet(
        "lists",
        practice.ITEMS,
        practice.items,
        lambda owner: practice.live_items(owner).count(),
        "the questions of your study lists, in their order",
    ),
    EntityName.GOAL: Sheet(
        "goals",
        practice.GOALS,
        practice.goals,
        lambda owner: practice.live_goals(owner).count(),
        "the interviews that you prepare for",
    ),
    EntityName.SESSION: Sheet(
        "sessions",
        practice.TURNS,
        practice.turns,
        lambda owner: practice.live_turns(owner).count(),
        "the questions of your practice sessions, in their order",
    ),
    EntityName.SETTINGS: Sheet(
        "settings",
        questions.SETTINGS_COLUMNS,
        questions.settings_of,
        lambda owner: len(SETTINGS.columns),
        "how you practise: time zone, limits, scheduler",
    ),
}
