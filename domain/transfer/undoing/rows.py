"""Deletes the rows that an import created, but for those that the person changed or needs."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import models

from domain.base.trash import erase
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    ReviewBaseline,
    ReviewState,
)
from domain.questions.models import Question, QuestionTag, Tag
from domain.transfer.journal import WATCHED, watched_columns
from domain.transfer.models import ImportedChange
from domain.transfer.storing.batches import in_batches
from domain.transfer.undoing.undo import KINDS, Columns, Undo

# What may stand on a row. What the import itself put there is gone by then.
USED_BY: Mapping[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    PracticeSession: (),
    Goal: (),
    StudyList: ((GoalList, "study_list"), (PracticeSession, "study_list")),
    QuestionLog: ((PracticeSessionItem, "log"),),
    Question: (
        (QuestionLog, "question"),
        (StudyListItem, "question"),
        (PracticeSessionItem, "question"),
    ),
    Tag: ((QuestionTag, "tag"), (GoalTag, "tag"), (Goal, "company")),
}
UNDECIDED: Columns = {"is_suspended": False, "postponed_until": None}


def unmake(model: Any, undo: Undo) -> None:
    """Delete those rows of a table that are as the import left them and that nothing needs."""
    expected = undo.created(model)
    for batch in in_batches(sorted(expected)):
        there = _there(model, batch)
        kept = {pk for pk, columns in there.items() if columns != expected[pk]}
        if model is QuestionLog:
            kept -= _changed_by_imports(there, kept, undo)
        if model is Question:
            kept |= _decided(batch, undo) | _rebased(batch, undo)
        kept |= _used(model, there.keys() - kept)
        gone = there.keys() - kept
        erase(model, gone)
        undo.removed[KINDS[model._meta.label]] += len(gone)
        undo.keep(model.objects.filter(pk__in=kept).order_by("pk"))
        undo.progress.advance(len(batch))


def _there(model: Any, pks: Collection[int]) -> dict[int, Columns]:
    """The rows that still are, with what shows whether they were changed; they are held.

    Whoever is changing or using one of them just now is waited for, and seen.
    """
    held = model.objects.select_for_update(of=("self",)).order_by("pk")
    rows = held.filter(pk__in=pks).values_list("pk", *WATCHED[model])
    return {pk: watched_columns(model, values) for pk, *values in rows}


def _used(model: Any, pks: Collection[int]) -> set[int]:
    used: set[int] = set()
    for user, column in USED_BY[model]:
        rows: Any = models.QuerySet(user)
        used.update(rows.filter(**{f"{column}__in": pks}).values_list(column, flat=True))
    return used


def _changed_by_imports(there: Mapping[int, Columns], pks: Collection[int], undo: Undo) -> set[int]:
    """The attempts that nobody but later imports changed: they let another one of the day count."""
    changes = ImportedChange.objects.owned_by(undo.batch.owner_id).exclude(batch=undo.batch)
    changes = changes.filter(table=QuestionLog._meta.label, row_id__in=pks)
    return {
        pk
        for pk, after in changes.values_list("row_id", "after")
        if after["version"] == there[pk]["version"]
    }


def _decided(question_ids: Collection[int], undo: Undo) -> set[int]:
    """The questions that the person suspended, resumed or postponed since."""
    changed, created = undo.changed(ReviewState), undo.created(ReviewState)
    decided = set()
    for pk, question, *values in _rows(ReviewState, question_ids):
        left = changed[pk].after if pk in changed else created.get(pk, {})
        if watched_columns(ReviewState, values) != UNDECIDED | left:
            decided.add(question)
    return decided


def _rebased(question_ids: Collection[int], undo: Undo) -> set[int]:
    """The questions that have another review baseline since."""
    created = undo.created(ReviewBaseline)
    rebased = set()
    for pk, question, *values in _rows(ReviewBaseline, question_ids):
        if watched_columns(ReviewBaseline, values) != created.get(pk):
            rebased.add(question)
    return rebased


def _rows(model: Any, question_ids: Collection[int]) -> Iterator[Any]:
    rows = model.objects.filter(question__in=question_ids)
    return iter(rows.values_list("pk", "question_id", *WATCHED[model]))
