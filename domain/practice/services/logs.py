"""Attempts: logged, edited, deleted. Each settles its question in the same transaction."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError, NotFound
from domain.base.models import new_uid
from domain.base.text import tidy
from domain.base.writing import apply_changes, check, expect, put_in_trash, stamp, write
from domain.practice.models import QuestionLog
from domain.practice.settling import lock, settle_one
from domain.questions.models import Question

CLOCK_TOLERANCE = timedelta(minutes=5)
_TIDIED = ("approach", "time_complexity", "space_complexity", "language")


class InTheFuture(DomainError):
    """Attempts have happened; a client's clock may run ahead by five minutes."""

    code = "in_the_future"
    message = "An attempt cannot lie in the future. Check the clock and the time zone."


class NoTimeZone(DomainError):
    """A clock reading is a moment only together with its time zone."""

    code = "no_time_zone"
    message = "Send the moment with its time zone, such as 2026-03-02T09:30:00Z."


class LogFields(TypedDict, total=False):
    """What a person may say about an attempt; the columns of ``QuestionLog`` explain each."""

    attempted_at: datetime
    duration_seconds: int | None
    outcome: str
    rating: int | None
    help: str
    approach: str
    time_complexity: str
    space_complexity: str
    language: str
    notes: str
    solution_code: str
    mistakes: list[str]
    counts_for_review: bool


@transaction.atomic
def create_question_log(
    *,
    question: Question,
    actor: User,
    at: datetime,
    uid: UUID | None = None,
    **fields: Unpack[LogFields],
) -> QuestionLog:
    """Log one attempt; ``attempted_at`` is now unless given.

    Raises:
        NotFound: the question was deleted meanwhile.
        InTheFuture: more than five minutes ahead of ``at``.
        NoTimeZone: ``attempted_at`` is not timezone-aware.
        ValidationError: a value is not allowed, or ``id_taken``.
    """
    if not lock([question.pk]):
        raise NotFound(field="question")
    log = new_log(question=question, actor=actor, at=at, uid=uid, fields=fields)
    write(log)
    settle_one(question)
    audit.record(verb="question_log.created", at=at, actor=actor, row=log, fields=fields)
    return log


@transaction.atomic
def update_question_log(
    *,
    log: QuestionLog,
    actor: User,
    at: datetime,
    expected_version: int | None = None,
    **fields: Unpack[LogFields],
) -> QuestionLog:
    """Change what is given and leave the rest.

    Raises:
        NotFound, VersionConflict: it was deleted, or its question, or changed meanwhile.
        InTheFuture, NoTimeZone, ValidationError: as ``create_question_log``.
    """
    log = _held(log, expected_version)
    changed = change_log(log, fields, at=at)
    if changed:
        write(log, fields=[*changed, *stamp(log, actor=actor, at=at)])
        settle_one(log.question)
        audit.record(verb="question_log.updated", at=at, actor=actor, row=log, fields=changed)
    return log


@transaction.atomic
def delete_question_log(
    *, log: QuestionLog, actor: User, at: datetime, expected_version: int | None = None
) -> QuestionLog:
    """Put an attempt in the trash; its question counts without it.

    Raises:
        NotFound, VersionConflict: it was deleted, or its question, or changed meanwhile.
    """
    log = _held(log, expected_version)
    put_in_trash(log, actor=actor, at=at)
    settle_one(log.question)
    audit.record(verb="question_log.deleted", at=at, actor=actor, row=log)
    return log


def new_log(
    *, question: Question, actor: User, at: datetime, uid: UUID | None, fields: LogFields
) -> QuestionLog:
    """An unsaved attempt, checked.

    Raises:
        InTheFuture, NoTimeZone, ValidationError: as ``create_question_log``.
    """
    log = QuestionLog(question=question, owner_id=question.owner_id, uid=uid or new_uid())
    log.attempted_at = log.created_at = log.updated_at = at
    log.created_by = log.updated_by = actor
    apply_changes(log, _tidied(fields))
    _check(log, at)
    return log


def change_log(log: QuestionLog, fields: LogFields, *, at: datetime) -> list[str]:
    """Set what is given on an attempt, unsaved; return the columns that really changed.

    Raises:
        InTheFuture, NoTimeZone, ValidationError: as ``create_question_log``.
    """
    changed = apply_changes(log, _tidied(fields))
    if changed:
        _check(log, at)
    return changed


def in_utc(moment: datetime, *, field: str) -> datetime:
    """A moment that a client sent, in UTC.

    Args:
        field: to blame.

    Raises:
        NoTimeZone: it is not timezone-aware.
    """
    if moment.utcoffset() is None:
        raise NoTimeZone(field=field)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar: refused for its year
        return moment


def _held(log: QuestionLog, expected_version: int | None) -> QuestionLog:
    """The attempt and its question as they are now, kept from others until the transaction ends."""
    lock([log.question_id])
    current = QuestionLog.objects.live().select_related("question").filter(pk=log.pk).first()
    if current is None:
        raise NotFound
    expect(current, expected_version)
    return current


def _check(log: QuestionLog, at: datetime) -> None:
    if log.attempted_at and log.attempted_at > at + CLOCK_TOLERANCE:
        raise InTheFuture(field="attempted_at")
    check(log)


def _tidied(fields: LogFields) -> LogFields:
    changes: dict[str, Any] = dict(fields)
    for name in _TIDIED:
        if isinstance(changes.get(name), str):
            changes[name] = tidy(changes[name])
    if moment := changes.get("attempted_at"):
        changes["attempted_at"] = in_utc(moment, field="attempted_at")
    return changes  # type: ignore[return-value]
