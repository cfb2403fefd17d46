"""Spreadsheets of questions, of tags and of settings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from domain.accounts.models import User
from domain.archive.entities import SETTINGS
from domain.archive.records import records
from domain.practice.days import local_day
from domain.practice.models import ReviewState
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.querysets import QuestionQuerySet, TagQuerySet
from domain.transfer.exporting.batches import in_batches
from domain.transfer.exporting.cells import Columns, words

type Day = Callable[[datetime], date]
type Tags = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Described:
    """A question, with its tags by kind and its owner's way to count days."""

    question: Question
    tags: Tags
    day: Day

    @property
    def review(self) -> ReviewState | None:
        """What is remembered of it; None unless it was ever attempted, suspended or postponed."""
        return getattr(self.question, "review", None)


def day_of(owner: User) -> Day:
    """The day of a person that a moment belongs to."""
    settings = owner.settings
    return partial(local_day, timezone=settings.timezone, day_start_hour=settings.day_start_hour)


def difficulty_of(question: Question) -> str | None:
    """Easy, Medium or Hard; None if unknown."""
    return question.get_difficulty_display() if question.difficulty else None


def live_questions(owner: User) -> QuestionQuerySet:
    """The questions that are not in the trash."""
    return Question.objects.owned_by(owner).live()


def described(owner: User) -> Iterator[Described]:
    """The live questions, in the order in which they were made."""
    day = day_of(owner)
    for batch in in_batches(live_questions(owner).prefetch_related("review"), "uid"):
        tags = tags_of(batch)
        yield from (Described(question, tags[question.pk], day) for question in batch)


def tags_of(questions: Iterable[Question]) -> dict[int, Tags]:
    """The names of the tags that some questions have, by question and kind."""
    links = QuestionTag.objects.live().filter(question__in=questions)
    named = links.order_by("tag__name", "tag__uid")
    found: dict[int, Tags] = defaultdict(lambda: defaultdict(list))
    for question, kind, name in named.values_list("question", "tag__kind", "tag__name"):
        found[question][kind].append(name)
    return found


def live_tags(owner: User) -> TagQuerySet:
    """The tags that are not in the trash."""
    return Tag.objects.owned_by(owner).live()


def counted_tags(owner: User) -> Iterator[tuple[Tag, int]]:
    """The live tags, each with the number of its live questions."""
    for batch in in_batches(live_tags(owner), "uid"):
        counts = QuestionTag.objects.filter(tag__in=batch).question_counts()
        yield from ((tag, counts.get(tag.pk, 0)) for tag in batch)


def settings_of(owner: User) -> Iterator[tuple[str, Any]]:
    """Name and value of each setting."""
    for record in records(SETTINGS, owner.pk):
        yield from record.items()


# The names of columns are those that imports of spreadsheets know; "Last Attempted" and "Date" are
# not among them here, for a line of this file is no attempt.
QUESTIONS: Columns = {
    "Problem": lambda row: row.question.title,
    "Link": lambda row: row.question.url,
    "Platform": lambda row: row.question.get_platform_display(),
    "Platform ID": lambda row: row.question.external_id,
    "Difficulty": lambda row: difficulty_of(row.question),
    "Platform Rating": lambda row: row.question.platform_rating,
    "Topics": lambda row: row.tags[TagKind.TOPIC],
    "Patterns": lambda row: row.tags[TagKind.PATTERN],
    "Companies": lambda row: row.tags[TagKind.COMPANY],
    "Tags": lambda row: row.tags[TagKind.CUSTOM],
    "Importance": lambda row: row.question.importance,
    "Starred": lambda row: row.question.is_starred,
    "Archived": lambda row: row.question.is_archived,
    "Source": lambda row: row.question.source,
    "Target Time": lambda row: seconds(row.question.target_seconds),
    "Content": lambda row: row.question.content,
    "Notes": lambda row: row.question.notes,
    "Attempts": lambda row: row.question.log_count,
    "Times Solved": lambda row: row.question.solved_count,
    "Total Time": lambda row: seconds(row.question.total_seconds),
    "Latest Attempt": lambda row: row.question.last_attempted_at,
    "Latest Outcome": lambda row: words(row.question.last_outcome),
    "Due On": lambda row: row.question.due_at and row.day(row.question.due_at),
    "Stability Days": lambda row: rounded(row.review and row.review.stability),
    "Lapses": lambda row: row.review and row.review.lapses,
    "Suspended": lambda row: bool(row.review and row.review.is_suspended),
    "Postponed Until": lambda row: row.review and row.review.postponed_until,
    "Created": lambda row: row.question.created_at,
    "ID": lambda row: row.question.uid,
}
TAGS: Columns = {
    "Name": lambda counted: counted[0].name,
    "Kind": lambda counted: words(counted[0].kind),
    "Description": lambda counted: counted[0].description,
    "Colour": lambda counted: counted[0].colour,
    "Questions": lambda counted: counted[1],
    "Created": lambda counted: counted[0].created_at,
    "ID": lambda counted: counted[0].uid,
}
SETTINGS_COLUMNS: Columns = {
    "Setting": lambda setting: setting[0],
    "Value": lambda setting: setting[1],
}


def seconds(number: int | None) -> timedelta | None:
    """A stored number of seconds as a duration."""
    return None if number is None else timedelta(seconds=number)


def rounded(number: float | None) -> float | None:
    """To two digits."""
    return None if number is None else round(number, 2)
