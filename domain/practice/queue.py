"""What to review now: the questions that are due, those worst remembered and most wanted first.

A day takes no more than the person's limit. After a pause, the rest waits for the days that follow.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, FloatField, Value, When

from domain.accounts.models import User, UserSettings
from domain.practice.daily import Day, Done, current_day, done_on, due_on
from domain.practice.days import local_day
from domain.practice.models import ReviewState
from domain.practice.querysets import ReviewStateQuerySet
from domain.practice.recall import Curve
from domain.questions.models import Question
from domain.questions.querysets import QuestionQuerySet

LARGEST_QUEUE = 200
# By importance: what is forgotten of a question counts so many times.
WEIGHTS = {1: 0.7, 2: 1.0, 3: 1.3, 4: 1.6}


@dataclass(frozen=True)
class QueueItem:
    """A question that is due, and why it has its place.

    Attributes:
        retrievability: the chance that it is recalled now, 0 to 1.
        overdue_days: the person's days since the one on which it was due.
        priority: 0 to 1.6; the queue begins with the highest.
        lapses: how often it was forgotten, if that makes it a leech; 0 otherwise.
    """

    question: Question
    due_at: datetime
    retrievability: float
    overdue_days: int
    priority: float
    lapses: int

    @property
    def reason(self) -> str:
        """Why it is in the queue, for people."""
        reasons = [_when_due(self.overdue_days), f"recall {round(self.retrievability * 100)} %"]
        if self.lapses:
            reasons.append(f"forgotten {self.lapses} times")
        return ", ".join(reasons)


@dataclass(frozen=True)
class ReviewQueue:
    """A person's reviews of their current day; rows are read when they are asked for.

    Attributes:
        due: what is due, with ``recall`` and ``priority``.
        questions: the rows of them.
        size: number of items at most.
    """

    settings: UserSettings
    day: date
    done: Done
    due: ReviewStateQuerySet
    questions: QuestionQuerySet
    size: int

    @cached_property
    def due_count(self) -> int:
        """How many are due, beyond the limits too."""
        return self.due.count()

    @cached_property
    def items(self) -> list[QueueItem]:
        """The reviews to do, in their order; two statements."""
        return self.read(self.questions)

    def read(self, questions: QuestionQuerySet) -> list[QueueItem]:
        """The same, with the rows as another queryset reads them."""
        if not self.size:
            return []
        # Sorted without their texts: of thousands that are due, a few are shown.
        due = list(
            self.due.order_by("-priority", "due_at", "question__uid").values_list(
                "question", "due_at", "recall", "priority", "lapses", "is_leech", named=True
            )[: self.size]
        )
        rows = questions.in_bulk([state.question for state in due])
        return [self._item(rows[state.question], state) for state in due if state.question in rows]

    def _item(self, question: Question, state: Any) -> QueueItem:
        return QueueItem(
            question=question,
            due_at=state.due_at,
            retrievability=state.recall,
            overdue_days=max(0, (self.day - self._day_of(state.due_at)).days),
            priority=state.priority,
            lapses=state.lapses if state.is_leech else 0,
        )

    def _day_of(self, moment: datetime) -> date:
        return local_day(moment, self.settings.timezone, self.settings.day_start_hour)


def review_queue(
    *,
    owner: User,
    settings: UserSettings,
    at: datetime,
    limit: int | None = None,
    questions: QuestionQuerySet | None = None,
) -> ReviewQueue:
    """What a person should review at a moment.

    Args:
        settings: the owner's.
        limit: items at most; never more than the day's reviews that are left.
        questions: only these, which are the owner's and live; all when None.
    """
    day = current_day(settings, at=at)
    done = done_on(day, owner=owner)
    due = due_reviews(owner=owner, settings=settings, at=at, day=day)
    if questions is None:
        questions = Question.objects.owned_by(owner).live()
    else:
        due = due.filter(question__in=questions.order_by().values("pk"))
    left = done.reviews_left(settings)
    return ReviewQueue(
        settings=settings,
        day=day.date,
        done=done,
        due=_prioritised(due, settings, at),
        questions=questions,
        size=left if limit is None else min(limit, left),
    )


def due_reviews(
    *, owner: User, settings: UserSettings, at: datetime, day: Day
) -> ReviewStateQuerySet:
    """Reviews that are in play and due before the day ends.

    Args:
        day: the owner's, to which ``at`` belongs.
    """
    in_play = ReviewState.objects.owned_by(owner).in_play(at=at)
    return in_play.filter(due_on(day, at=at, settings=settings))


def _prioritised(
    due: ReviewStateQuerySet, settings: UserSettings, at: datetime
) -> ReviewStateQuerySet:
    weight = Case(
        *(When(question__importance=key, then=Value(value)) for key, value in WEIGHTS.items()),
        output_field=FloatField(),
    )
    forgotten = Value(1.0) - F("recall")
    priority = ExpressionWrapper(forgotten * weight, output_field=FloatField())
    recall = Curve.of(settings).recall_at(at)
    rows: ReviewStateQuerySet = due.annotate(recall=recall).annotate(priority=priority)
    return rows


def _when_due(overdue_days: int) -> str:
    if not overdue_days:
        return "due today"
    return "due yesterday" if overdue_days == 1 else f"due {overdue_days} days ago"
