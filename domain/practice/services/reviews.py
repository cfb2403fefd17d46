"""What a person decides about reviewing a question: not at all for now, or not before a moment."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.writing import apply_changes, hold, save
from domain.practice.models import ReviewState
from domain.practice.services.logs import in_utc
from domain.questions.models import Question

LONGEST_POSTPONEMENT = timedelta(days=365)


class NotInTheFuture(DomainError):
    """Postponing until a moment that has passed would do nothing."""

    code = "not_in_the_future"
    message = "Postpone it until a moment in the future, or send null to bring it back."


class TooFarAway(DomainError):
    """What is postponed for years is forgotten: suspending it says so."""

    code = "too_far_away"
    message = "Postpone it by at most %(limit)d days, or suspend it."


@transaction.atomic
def suspend_question(*, question: Question, actor: User, at: datetime) -> Question:
    """Keep a question out of the queue until it is resumed.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    verb = "question.suspended"
    return _decide(question, verb=verb, actor=actor, at=at, is_suspended=True)


@transaction.atomic
def resume_question(*, question: Question, actor: User, at: datetime) -> Question:
    """Let a suspended question into the queue again; when it is due has not changed.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    verb = "question.resumed"
    return _decide(question, verb=verb, actor=actor, at=at, is_suspended=False)


@transaction.atomic
def postpone_question(
    *, question: Question, actor: User, at: datetime, until: datetime | None
) -> Question:
    """Keep a question out of the queue before a moment; when it is due does not change.

    Args:
        until: timezone-aware, at most 365 days ahead; None brings it back at once.

    Raises:
        NotFound: it was deleted meanwhile.
        NoTimeZone, NotInTheFuture, TooFarAway: ``until`` is none of the moments allowed.
    """
    if until is None:
        verb = "question.brought_back"
    else:
        verb = "question.postponed"
        until = _bounded(until, at)
    return _decide(question, verb=verb, actor=actor, at=at, postponed_until=until)


def _bounded(until: datetime, at: datetime) -> datetime:
    until = in_utc(until, field="until")
    if until <= at:
        raise NotInTheFuture(field="until")
    if until > at + LONGEST_POSTPONEMENT:
        raise TooFarAway(field="until", limit=LONGEST_POSTPONEMENT.days)
    return until


def _decide(
    question: Question, *, verb: str, actor: User, at: datetime, **decision: Any
) -> Question:
    """Set columns of the review state; a question that has none gets one if it needs it."""
    # Whoever writes a review state holds its question: no two create one at once.
    question = hold(question)
    state = ReviewState.objects.filter(question=question).first()
    is_new = state is None
    state = state or ReviewState(owner_id=question.owner_id, question=question)
    changed = apply_changes(state, decision)
    if changed:
        save(state, fields=None if is_new else changed)
        audit.record(verb=verb, at=at, actor=actor, row=question, fields=changed)
    return question
