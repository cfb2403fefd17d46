"""What an import did, as its journal tells, and what has been taken back of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models

from domain.accounts.models import User
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.questions.models import Question
from domain.transfer.models import ImportBatch, ImportedChange
from domain.transfer.steps import Progress
from domain.transfer.storing.batches import in_batches

MAX_NAMED = 200
# What kind of object a kept row is, for programs.
KINDS = {
    "questions.Question": "questions",
    "questions.Tag": "tags",
    "practice.QuestionLog": "logs",
    "practice.PracticeSession": "sessions",
    "lists.StudyList": "study_lists",
    "goals.Goal": "goals",
}

type Columns = dict[str, Any]


class Changed(NamedTuple):
    """Columns of a row as they were, and as the import left them."""

    before: Columns
    after: Columns


class Undo:
    """One import on its way back.

    Attributes:
        logs: the primary keys of the attempts that it created.
        removed: how many rows are gone, by kind of object.
        kept: how many are not, since the person changed them or built upon them.
        restored: how many of the person's rows are, at least in part, as they were.
    """

    def __init__(self, batch: ImportBatch, actor: User, at: datetime, progress: Progress) -> None:
        self.batch, self.actor, self.at, self.progress = batch, actor, at, progress
        self.removed: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.restored = 0
        self._named: list[dict[str, str]] = []
        self._created: dict[str, dict[int, Columns]] = defaultdict(dict)
        self._changed: dict[str, dict[int, Changed]] = defaultdict(dict)
        journal = ImportedChange.objects.filter(batch=batch)
        for table, pk, before, after in journal.values_list(
            "table", "row_id", "before", "after"
        ).iterator():
            if before is None:
                self._created[table][pk] = after
            else:
                self._changed[table][pk] = Changed(before, after)
        imported = QuestionLog.objects.filter(owner=batch.owner_id, import_batch=batch.uid)
        for pk in imported.values_list("pk", flat=True).iterator():
            self._created[QuestionLog._meta.label].setdefault(pk, {"version": 1})

    @property
    def size(self) -> int:
        """How many rows there are to look at."""
        tables: list[dict[int, Any]] = [*self._created.values(), *self._changed.values()]
        return sum(len(rows) for rows in tables)

    def created(self, model: type[models.Model]) -> dict[int, Columns]:
        """The rows of a table that the import made: what shows whether they were changed since."""
        return self._created[model._meta.label]

    def created_ids(self, model: type[models.Model]) -> set[int]:
        """Their primary keys."""
        return set(self.created(model))

    def changed(self, model: type[models.Model]) -> dict[int, Changed]:
        """The rows of a table that it changed."""
        return self._changed[model._meta.label]

    def questions(self) -> set[int]:
        """Of which something may follow anew, besides those that the import made alone."""
        logs = self.created_ids(QuestionLog) | set(self.changed(QuestionLog))
        found = set(self.changed(Question))
        found |= _questions_of(QuestionLog, logs)
        baselines = self.created_ids(ReviewBaseline)
        states = self.created_ids(ReviewState) | set(self.changed(ReviewState))
        return found | _questions_of(ReviewBaseline, baselines) | _questions_of(ReviewState, states)

    def keep(self, rows: Iterable[models.Model]) -> None:
        """Tell the person which rows are kept."""
        for row in rows:
            kind = KINDS[row._meta.label]
            self.kept[kind] += 1
            if len(self._named) < MAX_NAMED:
                self._named.append({"kind": kind, "title": str(row)})

    def report(self) -> dict[str, Any]:
        """What came of it, in terms of JSON."""
        return {
            "removed": dict(self.removed),
            "restored": self.restored,
            "kept": dict(self.kept),
            "named": self._named,
        }


def _questions_of(model: Any, pks: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for batch in in_batches(pks):
        rows = model.objects.filter(pk__in=batch)
        found.update(rows.values_list("question_id", flat=True).distinct())
    return found
