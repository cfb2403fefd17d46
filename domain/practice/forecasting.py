"""How many reviews the coming days bring, and what the daily limit makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, Value, When
from django.db.models.functions import Greatest

from domain.accounts.models import User, UserSettings
from domain.practice.daily import Day, current_day, done_on
from domain.practice.days import ordinal_day, start_of_day
from domain.practice.models import ReviewState
from domain.questions.querysets import QuestionQuerySet

LONGEST_FORECAST = 365


@dataclass(frozen=True)
class ForecastDay:
    """One of the coming days.

    Attributes:
        due: reviews that the schedule puts on it; today's are with all that are overdue.
        planned: reviews that the daily limit leaves to it, out of those and the backlog before.
        backlog: reviews that are still waiting when it ends.
    """

    date: date
    due: int
    planned: int
    backlog: int


def review_forecast(
    *,
    owner: User,
    settings: UserSettings,
    at: datetime,
    days: int,
    questions: QuestionQuerySet | None = None,
) -> list[ForecastDay]:
    """The reviews of the coming days as they are scheduled now, today first; two statements.

    What will follow from those reviews is not guessed.

    Args:
        settings: the owner's.
        days: 1 to 365.
        questions: only these, which are the owner's and live; all when None.
    """
    today = current_day(settings, at=at)
    last = today.date + timedelta(days=days - 1)
    due = _due_by_day(owner, settings, today, last, questions)
    left_today = done_on(today, owner=owner).reviews_left(settings)
    return list(_spread(today.date, [due.get(n, 0) for n in range(days)], left_today, settings))


def _due_by_day(
    owner: User,
    settings: UserSettings,
    today: Day,
    last: date,
    questions: QuestionQuerySet | None,
) -> dict[int, int]:
    """Numbers of reviews by days from today, with one grouped statement."""
    zone, hour = settings.timezone, settings.day_start_hour
    end = start_of_day(last + timedelta(days=1), zone, hour)
    reviews = ReviewState.objects.owned_by(owner).in_play(at=end)
    if questions is not None:
        reviews = reviews.filter(question__in=questions.order_by().values("pk"))
    # Without a due date there is no review, even though `Greatest` would give a moment.
    reviews = reviews.filter(due_at__isnull=False).annotate(comes_at=_comes_at(settings, today))
    reviews = reviews.filter(comes_at__lt=end)
    day = ordinal_day("comes_at", first=today.date, last=last, timezone=zone, day_start_hour=hour)
    first = today.date.toordinal()
    # What is overdue lies before the first day, where the day is null.
    grouped = reviews.values(day=day).annotate(count=Count("pk")).order_by()
    counts: dict[int, int] = {}
    for ordinal, count in grouped.values_list("day", "count"):
        number = 0 if ordinal is None else ordinal - first
        counts[number] = counts.get(number, 0) + count
    return counts


def _comes_at(settings: UserSettings, today: Day) -> Any:
    """From when on a review is in the queue, as an expression over review states."""
    postponed = When(postponed_until__gt=F("due_at"), then="postponed_until")
    comes_at = Case(postponed, default="due_at", output_field=DateTimeField())
    if settings.same_day_repeat:
        return comes_at
    attempted_today = Q(question__last_attempted_at__gte=today.starts_at)
    tomorrow = Value(today.ends_at, output_field=DateTimeField())
    return Case(When(attempted_today, then=Greatest(comes_at, tomorrow)), default=comes_at)


def _spread(
    first: date, due: list[int], left_today: int, settings: UserSettings
) -> Iterator[ForecastDay]:
    backlog, limit = 0, left_today
    for number, count in enumerate(due):
        waiting = backlog + count
        planned = min(waiting, limit)
        backlog, limit = waiting - planned, settings.reviews_per_day
        yield ForecastDay(first + timedelta(days=number), count, planned, backlog)
