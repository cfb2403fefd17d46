"""The shown question of a sitting: how it went, and which one follows."""

from datetime import datetime
from typing import TypedDict

from domain.accounts.models import User
from domain.base.errors import DomainError
from domain.practice.models import PracticeSession, PracticeSessionItem, QuestionLog
from domain.practice.services import logs
from domain.practice.sittings import worked_seconds

LONGEST_SECONDS = 86_400


class NotCurrent(DomainError):
    """Another call was first, or the question was deleted."""

    code = "not_current"
    message = (
        "Another question is shown by now: this one was answered, skipped or deleted. Read "
        "practiceSession and go on with its currentItem."
    )


class Answer(TypedDict, total=False):
    """What a person may say about an attempt in a sitting, which measures the time itself."""

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


def end_question(
    *,
    session: PracticeSession,
    actor: User,
    at: datetime,
    position: int,
    answer: Answer | None,
) -> bool:
    """Log or skip the shown question of a session that is held, and show the next.

    Questions that are in the trash are passed over.

    Returns:
        Whether there is a next one.

    Raises:
        NotCurrent: the shown question has another position.
    """
    waiting = list(session.items.filter(ended_at=None).select_related("question"))
    shown, *following = [item for item in waiting if item.question.is_live] or [None]
    if shown is None or shown.position != position:
        raise NotCurrent(field="skip" if answer is None else "position")
    passed = [item for item in waiting if item.position < position]
    _write(passed, ended_at=at)
    since = shown.started_at or min(at, _turned_up(session, passed))
    seconds = _measured(session, since, at)
    log = None if answer is None else _logged(shown, seconds, answer, actor=actor, at=at)
    _write([shown], started_at=since, ended_at=at, measured_seconds=seconds, log=log)
    _write(following[:1], started_at=at)
    return bool(following)


def _turned_up(session: PracticeSession, passed: list[PracticeSessionItem]) -> datetime:
    """When a question took the place of those before it, which are in the trash."""
    moments = [item.question.deleted_at for item in passed if item.question.deleted_at]
    # The shown one may even be deleted for good; when, nobody knows.
    if not any(item.started_at for item in passed):
        moments.append(session.last_active_at)
    return max(moments)


def _measured(session: PracticeSession, since: datetime, until: datetime) -> int:
    pauses = session.pauses.values_list("started_at", "ended_at")
    return min(worked_seconds(pauses, since=since, until=until), LONGEST_SECONDS)


def _logged(
    item: PracticeSessionItem, seconds: int, answer: Answer, *, actor: User, at: datetime
) -> QuestionLog:
    return logs.create_question_log(
        question=item.question, actor=actor, at=at, duration_seconds=seconds, **answer
    )


def _write(items: list[PracticeSessionItem], **values: object) -> None:
    # Not by `save()`, which fails if somebody deletes the question for good at this moment.
    PracticeSessionItem.objects.filter(pk__in=[item.pk for item in items]).update(**values)
