"""Writes down what an import does to each row, so that it can be taken back.

New attempts are not written down: they name their import themselves, and begin with version 1. Nor
are the parts of a new row, which go with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models

from domain.archive.canonical import plain
from domain.archive.restored import Restored
from domain.goals.models import Goal
from domain.lists.models import StudyList
from domain.practice.models import PracticeSession, QuestionLog, ReviewBaseline, ReviewState
from domain.questions.models import Question, QuestionTag, Tag
from domain.transfer.models import ImportBatch, ImportedChange
from domain.transfer.storing.batches import BATCH, in_batches

STAMPS = ("version", "updated_at", "updated_by_id")
# By which columns it is seen that a created row is as the import left it.
WATCHED: Mapping[type[models.Model], tuple[str, ...]] = {
    Question: ("version",),
    Tag: ("version",),
    QuestionLog: ("version",),
    StudyList: ("version",),
    Goal: ("version",),
    PracticeSession: ("finished_at", "is_abandoned"),
    QuestionTag: ("frequency", "window"),
    ReviewState: ("is_suspended", "postponed_until"),
    ReviewBaseline: (
        "state", "stability", "difficulty", "reviewed_at", "due_at", "reps", "lapses",
    ),
}  # fmt: skip


class Journal:
    """Collects what an import does; ``write`` stores it."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self._changes: list[ImportedChange] = []

    def created(self, rows: Iterable[models.Model]) -> None:
        """Note rows that were made, once they are stored."""
        for row in rows:
            watched = {name: plain(getattr(row, name)) for name in WATCHED.get(type(row), ())}
            self._note(row._meta.label, row.pk, None, watched)

    def changed(
        self, row: models.Model, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Note columns of a row that the person had, as they were and as they are now."""
        self._note(row._meta.label, row.pk, _plain(before), _plain(after))

    def restored(self, restored: Restored) -> None:
        """Note what reading an export back did."""
        for table, pks in restored.created.items():
            model = apps.get_model(table)
            if model in WATCHED:
                self._note_created(model, pks)
        for change in restored.updated:
            self._note(change.table, change.row_id, change.before, change.after)

    def write(self) -> None:
        """Store all of it, once the batch is."""
        ImportedChange.objects.bulk_create(self._changes, batch_size=BATCH)

    def _note_created(self, model: Any, pks: Sequence[int]) -> None:
        for batch in in_batches(pks):
            rows = model.objects.filter(pk__in=batch)
            for pk, *values in rows.values_list("pk", *WATCHED[model]):
                watched = watched_columns(model, values)
                # Attempts are found without this unless they begin with another version.
                if model is not QuestionLog or watched != {"version": 1}:
                    self._note(model._meta.label, pk, None, watched)

    def _note(
        self, table: str, row_id: int, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        self._changes.append(
            ImportedChange(
                owner_id=self.batch.owner_id,
                batch=self.batch,
                table=table,
                row_id=row_id,
                before=before,
                after=after,
            )
        )


def watched_columns(model: type[models.Model], values: Iterable[Any]) -> dict[str, Any]:
    """The columns of ``WATCHED`` with the values that were read of a row, in terms of JSON."""
    return dict(zip(WATCHED[model], map(plain, values), strict=True))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}
