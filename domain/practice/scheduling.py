"""When a question should be practised again: a pure replay of its reviews by FSRS."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import fsrs

from domain.practice.models import Help, Rating, ReviewStage
from domain.practice.models.reviews import LEECH_LAPSES, MAX_STABILITY
from domain.questions.models import Outcome


@dataclass(frozen=True)
class Review:
    """One counted attempt, as the scheduler sees it."""

    at: datetime
    rating: Rating


@dataclass(frozen=True)
class Memory:
    """How well a question is remembered: the derived columns of ``ReviewState``.

    Attributes:
        stability: in days; None while NEW, like the two moments.
        difficulty: 1 to 10; None while NEW.
    """

    state: ReviewStage = ReviewStage.NEW
    stability: float | None = None
    difficulty: float | None = None
    due_at: datetime | None = None
    last_review_at: datetime | None = None
    reps: int = 0
    lapses: int = 0

    @property
    def is_leech(self) -> bool:
        """Whether it was forgotten too often."""
        return self.lapses >= LEECH_LAPSES

    def card(self) -> fsrs.Card:
        """The same as the package has it."""
        card = fsrs.Card(card_id=1)  # without an id, the package sleeps a millisecond to find one
        if self.state is not ReviewStage.NEW:
            card.state = fsrs.State(self.state)
            card.step = None if self.state is ReviewStage.REVIEW else 0
            card.stability, card.difficulty = self.stability, self.difficulty
            card.last_review = _utc(self.last_review_at)
            card.due = _utc(self.due_at) or card.due
        return card


NOTHING = Memory()


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


def replay(
    reviews: Iterable[Review], scheduler: fsrs.Scheduler, *, start: Memory = NOTHING
) -> Memory:
    """What is remembered after these reviews, oldest first.

    Args:
        start: what was remembered before the first of them; reviews up to then are skipped.
    """
    card = start.card()
    reps, lapses = start.reps, start.lapses
    for review in reviews:
        at = review.at.astimezone(UTC)
        if start.last_review_at is not None and at <= start.last_review_at:
            continue
        lapses += reps > 0 and review.rating is Rating.AGAIN
        reps += 1
        card, _ = scheduler.review_card(card, fsrs.Rating(review.rating), at)
        card.stability = min(card.stability or 0, MAX_STABILITY)
    return NOTHING if card.last_review is None else _memory(card, reps, lapses)


def _memory(card: fsrs.Card, reps: int, lapses: int) -> Memory:
    return Memory(
        state=ReviewStage(card.state),
        stability=card.stability,
        difficulty=card.difficulty,
        due_at=card.due,
        last_review_at=card.last_review,
        reps=reps,
        lapses=lapses,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
