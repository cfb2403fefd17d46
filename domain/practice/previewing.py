"""When a question would be due if it were attempted now: worked out, not written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.accounts.models import UserSettings
from domain.practice.models import Rating, ReviewState
from domain.practice.scheduling import NOTHING, Review, replay
from domain.practice.settling import memory_of, scheduler_of
from domain.questions.models import Question

_NEXT_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class ReviewPreview:
    """What a grade would lead to.

    Attributes:
        interval_days: from the attempt until it is due.
        stability: in days.
        difficulty: 1 to 10.
    """

    rating: Rating
    due_at: datetime
    interval_days: int
    stability: float
    difficulty: float


def preview(question: Question, *, settings: UserSettings, at: datetime) -> list[ReviewPreview]:
    """What each grade would lead to, AGAIN first.

    Args:
        settings: of the question's owner.
        at: when it would be attempted; with a review after that, when that one was.
    """
    state: ReviewState | None = getattr(question, "review", None)
    memory = NOTHING if state is None else memory_of(state)
    if memory.last_review_at is not None:
        at = max(at, memory.last_review_at + _NEXT_MOMENT)
    scheduler = scheduler_of(settings)
    reviews = [Review(at, rating) for rating in Rating]
    return [_after(review, replay([review], scheduler, start=memory)) for review in reviews]


def _after(review: Review, memory: Any) -> ReviewPreview:
    # After a review nothing of a memory is null.
    return ReviewPreview(
        rating=review.rating,
        due_at=memory.due_at,
        interval_days=(memory.due_at - review.at).days,
        stability=memory.stability,
        difficulty=memory.difficulty,
    )
