"""When a question should be practised again: a pure replay of its reviews by FSRS."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import fsrs

from domain.practice.models import Help, Rating
from domain.questions.models import Outcome

# A person's own parameters can make stability grow without end; far below this, in days, it makes
# no difference any more.
MAX_STABILITY = 1e100


@dataclass(frozen=True)
class Review:
    """One counted attempt, as the scheduler sees it."""

    at: datetime
    rating: Rating


def scheduler_for(
    *, desired_retention: float, maximum_interval_days: int, parameters: Sequence[float] | None
) -> fsrs.Scheduler:
    """A scheduler without learning steps and without chance: the same reviews, the same answer.

    Raises:
        ValueError: a parameter is outside the range that FSRS allows.
    """
    given = {} if parameters is None else {"parameters": tuple(parameters)}
    return fsrs.Scheduler(
        desired_retention=desired_retention,
        maximum_interval=maximum_interval_days,
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
        **given,
    )


def grade(*, outcome: str, help_used: str, rating: int | None) -> Rating:
    """The FSRS grade of an attempt: the person's own, or what outcome and help say.

    Never EASY by itself; a failure is AGAIN, since "hard" for a failure makes intervals too long.
    """
    if rating is not None:
        return Rating(rating)
    if outcome != Outcome.SOLVED or help_used == Help.EDITORIAL:
        return Rating.AGAIN
    return Rating.HARD if help_used == Help.HINT else Rating.GOOD


def due_after(reviews: Iterable[Review], scheduler: fsrs.Scheduler) -> datetime | None:
    """The next review after these, oldest first; None without any."""
    card = fsrs.Card(card_id=1)  # without an id, the package sleeps a millisecond to find one
    reviewed = False
    for review in reviews:
        card, _ = scheduler.review_card(card, fsrs.Rating(review.rating), review.at.astimezone(UTC))
        card.stability = min(card.stability or 0, MAX_STABILITY)
        reviewed = True
    return card.due if reviewed else None
