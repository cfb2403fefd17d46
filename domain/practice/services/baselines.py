"""What another program knew about a question: the replay starts from it."""

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.writing import apply_changes, check, hold, save
from domain.practice.models import ReviewBaseline
from domain.practice.recall import Curve
from domain.practice.services.logs import CLOCK_TOLERANCE, in_utc
from domain.practice.settling import settle_one
from domain.questions.models import Question

LONGEST_INTERVAL = timedelta(days=36_500)
_COLUMNS = "state", "stability", "difficulty", "reviewed_at", "due_at", "reps", "lapses"


class ReviewInTheFuture(DomainError):
    """Reviews have happened; a client's clock may run ahead by five minutes."""

    code = "in_the_future"
    message = "A review cannot lie in the future. Check the clock and the time zone."


class DueOutOfRange(DomainError):
    """No program plans a review before the last one, or a lifetime after it."""

    code = "due_out_of_range"
    message = "A question is due after its review, and at most %(limit)d days later."


class NoBaseline(DomainError):
    """There is nothing to remove."""

    code = "no_baseline"
    message = "This question has no review baseline."


class BaselineFields(TypedDict):
    """What to say about a baseline; the columns of ``ReviewBaseline`` explain each.

    Attributes:
        state: REVIEW unless given.
        due_at: what FSRS plans for that stability unless given.
        reps: 1 unless given.
        lapses: 0 unless given.
    """

    stability: float
    difficulty: float
    reviewed_at: datetime
    state: NotRequired[int]
    due_at: NotRequired[datetime | None]
    reps: NotRequired[int]
    lapses: NotRequired[int]


@transaction.atomic
def set_review_baseline(
    *, question: Question, actor: User, at: datetime, **fields: Unpack[BaselineFields]
) -> Question:
    """Say what was remembered at a moment; it replaces what was said before.

    Attempts after ``reviewed_at`` are replayed on top of it, earlier ones are part of it.

    Raises:
        NotFound: the question was deleted meanwhile.
        NoTimeZone: a moment is not timezone-aware.
        ReviewInTheFuture: more than five minutes ahead of ``at``.
        DueOutOfRange: due before the review, or a lifetime after it.
        ValidationError: another value is outside its range.
    """
    question = hold(question)
    # Read now that the question is locked: settings in memory may be older than those it has.
    settings = UserSettings.objects.get(user=question.owner_id)
    changed = _store(_checked(question, fields, settings, at))
    if changed:
        settle_one(question, settings=settings)
        verb = "question.baseline_set"
        audit.record(verb=verb, at=at, actor=actor, row=question, fields=changed)
    return question


@transaction.atomic
def remove_review_baseline(*, question: Question, actor: User, at: datetime) -> Question:
    """Forget what another program knew; only the attempts count from now on.

    Raises:
        NotFound: the question was deleted meanwhile.
        NoBaseline: there is none.
    """
    question = hold(question)
    removed, _ = ReviewBaseline.objects.filter(question=question).delete()
    if not removed:
        raise NoBaseline
    settle_one(question)
    audit.record(verb="question.baseline_removed", at=at, actor=actor, row=question)
    return question


def _checked(
    question: Question, fields: BaselineFields, settings: UserSettings, at: datetime
) -> ReviewBaseline:
    """The row that was described, not saved."""
    baseline = ReviewBaseline(owner_id=question.owner_id, question=question, **fields)
    baseline.reviewed_at = in_utc(baseline.reviewed_at, field="reviewed_at")
    is_planned = baseline.due_at is not None
    if is_planned:
        baseline.due_at = in_utc(baseline.due_at, field="due_at")
    check(baseline, unchecked=() if is_planned else ("due_at",))
    if baseline.reviewed_at > at + CLOCK_TOLERANCE:
        raise ReviewInTheFuture(field="reviewed_at")
    if not is_planned:
        baseline.due_at = baseline.reviewed_at + _interval(baseline.stability, settings)
    if not timedelta() <= baseline.due_at - baseline.reviewed_at <= LONGEST_INTERVAL:
        raise DueOutOfRange(field="due_at", limit=LONGEST_INTERVAL.days)
    return baseline


def _store(baseline: ReviewBaseline) -> list[str]:
    """Write it over the one that the question has; return the columns that changed."""
    values = {name: getattr(baseline, name) for name in _COLUMNS}
    stored = ReviewBaseline.objects.filter(question=baseline.question).first()
    if stored is None:
        save(baseline)
        return list(values)
    changed = apply_changes(stored, values)
    if changed:
        save(stored, fields=changed)
    return changed


def _interval(stability: float, settings: UserSettings) -> timedelta:
    """What FSRS plans after a review that left this stability."""
    days = Curve.of(settings).days_until(settings.desired_retention, stability=stability)
    return timedelta(days=min(max(round(days), 1), settings.maximum_interval_days))
