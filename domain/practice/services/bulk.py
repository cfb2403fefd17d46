"""Many attempts in one call: logged, edited, deleted.

Each is judged as the service for one judges it; the touched questions are settled once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.bulk import (
    BATCH,
    BulkRowStatus,
    Entry,
    ErrorPolicy,
    Ref,
    entries_of,
    judge,
    to_store,
    undisturbed,
)
from domain.base.bulk_writing import find_held, put_all_in_trash, write_changes
from domain.base.errors import NotFound
from domain.base.uniqueness import Uniqueness
from domain.base.writing import stamp
from domain.practice.models import QuestionLog
from domain.practice.services.logs import LogFields, change_log, new_log
from domain.practice.settling import lock, settle
from domain.questions.models import Question


@dataclass(frozen=True)
class NewLog:
    """An attempt to log."""

    question: Question
    fields: LogFields
    uid: UUID | None = None


@dataclass(frozen=True)
class LogChange:
    """What to change of an attempt."""

    ref: Ref[QuestionLog]
    fields: LogFields


type NewEntry = Entry[NewLog, QuestionLog]
type ChangeEntry = Entry[LogChange, QuestionLog]
type RefEntry = Entry[Ref[QuestionLog], QuestionLog]


def create_question_logs(
    *, owner: User, at: datetime, rows: Sequence[NewLog | ValidationError], policy: ErrorPolicy
) -> list[NewEntry]:
    """Log attempts, each as ``create_question_log`` does; give what became of each, in order.

    Args:
        rows: what to log; in the place of a row whose ids lead nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
        Disturbed: other devices were faster again and again; nothing is stored.
    """
    return undisturbed(lambda: _create(owner, at, rows, policy))


def update_question_logs(
    *, owner: User, at: datetime, rows: Sequence[LogChange | ValidationError], policy: ErrorPolicy
) -> list[ChangeEntry]:
    """Change attempts, each as ``update_question_log`` does; give what became of each, in order.

    Args:
        rows: what to change; in the place of a row whose id leads nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
    """
    return undisturbed(lambda: _update(owner, at, rows, policy))


def delete_question_logs(
    *,
    owner: User,
    at: datetime,
    rows: Sequence[Ref[QuestionLog] | ValidationError],
    policy: ErrorPolicy,
) -> list[RefEntry]:
    """Put attempts in the trash; give what became of each, in order.

    Args:
        rows: which; in the place of a row whose id leads nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
    """
    return undisturbed(lambda: _delete(owner, at, rows, policy))


def _create(
    owner: User, at: datetime, rows: Sequence[NewLog | ValidationError], policy: ErrorPolicy
) -> list[NewEntry]:
    entries = entries_of(rows, QuestionLog)
    live = lock({entry.item.question.pk for entry in entries if entry.item})

    def make(entry: NewEntry) -> None:
        wanted = entry.wanted
        if wanted.question.pk not in live:
            raise NotFound(field="question")
        entry.fields = list(wanted.fields)
        entry.row = new_log(
            question=wanted.question, actor=owner, at=at, uid=wanted.uid, fields=wanted.fields
        )

    good = judge(entries, make)
    uniqueness = Uniqueness([entry.standing for entry in good], owner=owner, policy=policy)

    def admit(entry: NewEntry) -> None:
        uniqueness.refuse(entry.standing)
        uniqueness.take(entry.standing)

    judge(good, admit)
    good = to_store(entries, policy)
    for entry in good:
        entry.status = BulkRowStatus.CREATED
    QuestionLog.objects.bulk_create([entry.standing for entry in good], batch_size=BATCH)
    _bring_up_to_date(good, owner)
    created = [(entry.standing, entry.fields) for entry in good]
    audit.record_each(verb="question_log.created", at=at, actor=owner, changes=created)
    return entries


def _update(
    owner: User, at: datetime, rows: Sequence[LogChange | ValidationError], policy: ErrorPolicy
) -> list[ChangeEntry]:
    entries = entries_of(rows, QuestionLog)
    held = _held(entry.item.ref for entry in entries if entry.item)
    find_held(entries, held, lambda change: change.ref)

    def change(entry: ChangeEntry) -> None:
        entry.fields = change_log(entry.standing, entry.wanted.fields, at=at)

    judge(entries, change)
    good = to_store(entries, policy)
    changed = [entry for entry in good if entry.fields]
    stamped: set[str] = set()
    for entry in good:
        entry.status = BulkRowStatus.UPDATED if entry.fields else BulkRowStatus.UNCHANGED
        if entry.fields:
            stamped |= {*stamp(entry.standing, actor=owner, at=at)}
    write_changes(changed, stamped)
    _bring_up_to_date(changed, owner)
    events = [(entry.standing, entry.fields) for entry in changed]
    audit.record_each(verb="question_log.updated", at=at, actor=owner, changes=events)
    return entries


def _delete(
    owner: User,
    at: datetime,
    rows: Sequence[Ref[QuestionLog] | ValidationError],
    policy: ErrorPolicy,
) -> list[RefEntry]:
    entries = entries_of(rows, QuestionLog)
    held = _held(entry.item for entry in entries if entry.item)
    find_held(entries, held, lambda ref: ref)
    good = to_store(entries, policy)
    for entry in good:
        entry.status = BulkRowStatus.DELETED
    deleted = [entry.standing for entry in good]
    put_all_in_trash(deleted, actor=owner, at=at)
    _bring_up_to_date(good, owner)
    audit.record_all(verb="question_log.deleted", at=at, actor=owner, rows=deleted)
    return entries


def _held(refs: Iterable[Ref[QuestionLog]]) -> dict[int, QuestionLog]:
    """The live attempts among those named; their questions are kept from others."""
    named = [ref.row for ref in refs]
    lock({log.question_id for log in named})
    held: dict[int, QuestionLog] = {}
    for batch in batched(sorted({log.pk for log in named}), BATCH):
        held |= {log.pk: log for log in QuestionLog.objects.live().filter(pk__in=batch)}
    return held


def _bring_up_to_date(stored: Sequence[Entry[Any, QuestionLog]], owner: User) -> None:
    touched = {entry.standing.question_id for entry in stored}
    if touched:
        # Read now that the questions are locked: settings in memory may be older than theirs.
        settle(sorted(touched), settings=UserSettings.objects.get(user=owner))
