"""Sittings: paused and resumed, gone through question by question, finished.

Every change holds the row of the session, so that two devices act one after the other.
"""

from datetime import UTC, datetime

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.writing import hold
from domain.practice.models import PracticePause, PracticeSession
from domain.practice.services import answering
from domain.practice.services.answering import Answer

MAX_PAUSES = 100


class SessionClosed(DomainError):
    """What is over stays over: a call that comes late must not reach into the next session."""

    code = "session_closed"
    message = (
        "This session is over. Log the attempt with createQuestionLog, or start another session."
    )


class AlreadyPaused(DomainError):
    """It stands still already."""

    code = "already_paused"
    message = "The session is paused already. Resume it first."


class TooManyPauses(DomainError):
    """They are shown together, so they must have an end."""

    code = "too_many_pauses"
    message = "A session takes %(limit)d pauses. Finish it and start another."


class NotPaused(DomainError):
    """Its time runs already."""

    code = "not_paused"
    message = "The session is not paused."


@transaction.atomic
def pause_practice_session(
    *, session: PracticeSession, actor: User, at: datetime
) -> PracticeSession:
    """Stop the time.

    Raises:
        SessionClosed: it is over.
        AlreadyPaused: it stands still.
        TooManyPauses: it had a hundred.
    """
    session, at = _held(session, at)
    ends = list(session.pauses.values_list("ended_at", flat=True))
    if None in ends:
        raise AlreadyPaused
    if len(ends) >= MAX_PAUSES:
        raise TooManyPauses(limit=MAX_PAUSES)
    PracticePause.objects.create(owner_id=session.owner_id, session=session, started_at=at)
    return _noted(session, verb="practice_session.paused", actor=actor, at=at)


@transaction.atomic
def resume_practice_session(
    *, session: PracticeSession, actor: User, at: datetime
) -> PracticeSession:
    """Let the time run again.

    Raises:
        SessionClosed: it is over.
        NotPaused: its time runs.
    """
    session, at = _held(session, at)
    if not _end_pause(session, at):
        raise NotPaused
    return _noted(session, verb="practice_session.resumed", actor=actor, at=at)


@transaction.atomic
def next_practice_question(
    *, session: PracticeSession, actor: User, at: datetime, position: int, answer: Answer | None
) -> PracticeSession:
    """Log the shown question, or skip it, and show the next; after the last one, finish.

    A pause ends with it. The attempt lasted as long as the question was shown, pauses aside.

    Args:
        position: of the question that the person was shown.
        answer: how it went; None skips it.

    Raises:
        SessionClosed: it is over.
        NotCurrent: another question is shown by now.
        NotFound: the question was deleted this moment.
        ValidationError: as ``create_question_log``.
    """
    session, at = _held(session, at)
    _end_pause(session, at)
    more = answering.end_question(
        session=session, actor=actor, at=at, position=position, answer=answer
    )
    if not more:
        return _finished(session, actor, at)
    return _noted(session, verb="practice_session.advanced", actor=actor, at=at)


@transaction.atomic
def finish_practice_session(
    *,
    session: PracticeSession,
    actor: User,
    at: datetime,
    position: int | None = None,
    answer: Answer | None = None,
) -> PracticeSession:
    """End a sitting; a pause ends with it.

    Args:
        position: of the shown question, if it is to be logged first.
        answer: how that one went; without it nothing is logged.

    Raises:
        SessionClosed, NotCurrent, NotFound, ValidationError: as ``next_practice_question``.
    """
    session, at = _held(session, at)
    _end_pause(session, at)
    if position is not None and answer is not None:
        answering.end_question(
            session=session, actor=actor, at=at, position=position, answer=answer
        )
    return _finished(session, actor, at)


def _held(session: PracticeSession, at: datetime) -> tuple[PracticeSession, datetime]:
    """The session kept from others, and the moment, which is never before the last one noted."""
    session, at = hold(session), at.astimezone(UTC)
    if not session.is_open(at=at):
        raise SessionClosed
    # Clocks of servers differ, and a request that came first may be served second.
    return session, max(at, session.last_active_at)


def _end_pause(session: PracticeSession, at: datetime) -> bool:
    """Whether there was one."""
    return session.pauses.filter(ended_at=None).update(ended_at=at) > 0


def _finished(session: PracticeSession, actor: User, at: datetime) -> PracticeSession:
    session.finished_at = at
    return _noted(session, verb="practice_session.finished", actor=actor, at=at)


def _noted(session: PracticeSession, *, verb: str, actor: User, at: datetime) -> PracticeSession:
    session.wait(at=at)
    session.save(update_fields=["finished_at", "closes_at"])
    audit.record(verb=verb, at=at, actor=actor, row=session)
    return session
