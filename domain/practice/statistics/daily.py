"""What was practised day by day, and for how many days in a row."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Max, Min, Q

from domain.accounts.models import User, UserSettings
from domain.practice.days import local_day
from domain.practice.statistics.attempts import Attempts, seconds
from domain.questions.models import Outcome


@dataclass(frozen=True)
class HeatmapDay:
    """What a person did on one of their days.

    Attributes:
        attempts: at least 1.
        seconds: of those attempts whose time was measured.
    """

    date: date
    attempts: int
    solved: int
    seconds: int


@dataclass(frozen=True)
class Streaks:
    """Days in a row with at least one attempt.

    Attributes:
        current: the days that end today or yesterday, 0 if there is no such row.
        longest: the longest row there ever was.
    """

    current: int
    longest: int


def heatmap(*, owner: User, settings: UserSettings, since: date, until: date) -> list[HeatmapDay]:
    """The days from ``since`` to ``until`` on which a person attempted anything, in their order.

    Args:
        settings: the owner's, with the time zone and the hour at which their day begins.
    """
    return heatmap_of(Attempts.of(owner, settings, since=since, until=until))


def heatmap_of(attempts: Attempts) -> list[HeatmapDay]:
    """The same for some of a person's attempts."""
    days = attempts.within.annotate(day=attempts.day()).values("day").order_by("day")
    counted = days.annotate(
        attempts=Count("pk"),
        solved=Count("pk", filter=Q(outcome=Outcome.SOLVED)),
        seconds=seconds(),
    )
    return [
        HeatmapDay(date.fromordinal(day), *counts)
        for day, *counts in counted.values_list("day", "attempts", "solved", "seconds")
    ]


def streaks(attempts: Attempts, *, today: date) -> Streaks:
    """The streaks in attempts of all days, in two statements."""
    ends = attempts.every.aggregate(first=Min("attempted_at"), last=Max("attempted_at"))
    if ends["first"] is None:
        return Streaks(0, 0)
    zone = attempts.settings.timezone, attempts.settings.day_start_hour
    first, last = local_day(ends["first"], *zone), local_day(ends["last"], *zone)
    ever = replace(attempts, since=first, until=last)
    days = ever.within.annotate(day=ever.day()).values_list("day", flat=True)
    return _rows(days.distinct().order_by("day"), today.toordinal())


def _rows(days: Iterable[int], today: int) -> Streaks:
    row = longest = previous = 0
    for day in days:
        row = row + 1 if day == previous + 1 else 1
        longest = max(longest, row)
        previous = day
    # A clock that goes ahead of ours may have put the last attempt into tomorrow.
    return Streaks(row if previous >= today - 1 else 0, longest)
