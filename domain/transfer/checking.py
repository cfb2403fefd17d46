"""Checks the rows of a file as the services check what a person types."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models

from domain.base.findings import Finding
from domain.base.writing import check
from domain.practice.models import QuestionLog, ReviewBaseline
from domain.practice.services.baselines import (
    LONGEST_INTERVAL,
    DueOutOfRange,
    ReviewInTheFuture,
)
from domain.practice.services.logs import CLOCK_TOLERANCE, InTheFuture
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.services.tagging import NotACompany
from domain.transfer.formats.base import Reader
from domain.transfer.formats.imported import ImportedTag
from domain.transfer.reading import inside

# What a file says of an attempt; the other columns are ours.
SAID_OF_LOGS = (
    "attempted_at", "duration_seconds", "outcome", "rating", "help", "approach", "time_complexity",
    "space_complexity", "language", "notes", "solution_code", "mistakes", "platform", "external_id",
)  # fmt: skip
ALL_OF_LOGS = frozenset(field.name for field in QuestionLog._meta.concrete_fields)
# Of these there are few: a value that was checked once in a file is not checked again.
REPEATED = frozenset(["outcome", "rating", "help", "language", "platform"])
NOTHING: tuple[object, ...] = (None, "", [])


class Checks:
    """What is wrong with the parts of a row; nothing is looked up.

    Args:
        at: now; nothing that has happened may lie after it.
    """

    def __init__(self, at: datetime) -> None:
        self.latest = at + CLOCK_TOLERANCE
        self._good_tags: set[ImportedTag] = set()
        self._good_values: set[tuple[str, object]] = set()

    def question(
        self, question: Question, tags: Iterable[ImportedTag], position: str, reader: Reader
    ) -> Iterator[Finding]:
        """Of an unsaved question and its tags."""
        # The slug is chosen when the person's other slugs are known.
        yield from _problems(question, position, reader.paths, unchecked=["slug"])
        for tag in tags:
            if tag not in self._good_tags:
                problems = list(_of_tag(tag, position))
                yield from problems
                if not problems:
                    self._good_tags.add(tag)

    def log(self, log: QuestionLog, position: str, reader: Reader) -> Iterator[Finding]:
        """Of an unsaved attempt."""
        said = ((name, getattr(log, name)) for name in SAID_OF_LOGS)
        news = [
            it
            for it in said
            if it[1] not in NOTHING and not (it[0] in REPEATED and it in self._good_values)
        ]
        unchecked = ALL_OF_LOGS.difference(name for name, _ in news)
        problems = _problems(log, position, reader.log_paths, unchecked=unchecked)
        yield from problems
        if not problems:
            self._good_values.update(it for it in news if it[0] in REPEATED)
        if log.attempted_at > self.latest:
            yield _problem(position, reader.log_paths, "attempted_at", InTheFuture.message)

    def baseline(
        self, baseline: ReviewBaseline, position: str, reader: Reader
    ) -> Iterator[Finding]:
        """Of what another program remembered."""
        paths = reader.baseline_paths
        yield from _problems(baseline, position, paths)
        if baseline.reviewed_at > self.latest:
            yield _problem(position, paths, "reviewed_at", ReviewInTheFuture.message)
        if not timedelta() <= baseline.due_at - baseline.reviewed_at <= LONGEST_INTERVAL:
            text = DueOutOfRange.message % {"limit": LONGEST_INTERVAL.days}
            yield _problem(position, paths, "due_at", text)


def _of_tag(tag: ImportedTag, position: str) -> Iterator[Finding]:
    yield from _problems(Tag(kind=tag.kind, name=tag.name), position, {"name": tag.path})
    if tag.frequency is None and tag.window is None:
        return
    if tag.kind != TagKind.COMPANY:
        yield _problem(position, {}, tag.path, NotACompany.message)
    asked = QuestionTag(frequency=tag.frequency, window=tag.window)
    yield from _problems(asked, position, {})


def _problems(
    row: models.Model, position: str, paths: Mapping[str, str], *, unchecked: Iterable[str] = ()
) -> list[Finding]:
    try:
        check(row, unchecked=unchecked)
    except ValidationError as error:
        return [
            _problem(position, paths, column, " ".join(messages))
            for column, messages in error.message_dict.items()
        ]
    return []


def _problem(position: str, paths: Mapping[str, str], column: str, text: str) -> Finding:
    return Finding("bad_value", inside(position, paths.get(column, column)), text)
