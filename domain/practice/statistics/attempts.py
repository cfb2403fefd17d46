"""The attempts that statistics are about, and the person's days that they belong to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.db.models import Sum, Value
from django.db.models.functions import Coalesce, Least

from domain.accounts.models import User, UserSettings
from domain.practice.days import ordinal_day, start_of_day
from domain.practice.models import QuestionLog
from domain.practice.querysets import QuestionLogQuerySet

MOST_SECONDS = 2**31 - 1  # 68 years; an Int of GraphQL holds no more
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Attempts:
    """Some of one person's live attempts, on some of their days.

    Attributes:
        every: those of all days; narrower than everything the person did where a filter is.
        since: the first day.
        until: the last day; not before the first.
    """

    owner: User
    settings: UserSettings
    every: QuestionLogQuerySet
    since: date
    until: date

    @classmethod
    def of(cls, owner: User, settings: UserSettings, *, since: date, until: date) -> Self:
        """Everything that a person attempted on these days."""
        every = QuestionLog.objects.live().owned_by(owner)
        return cls(owner, settings, every, since, until)

    @cached_property
    def within(self) -> QuestionLogQuerySet:
        """Those of the days."""
        return self.every.attempted_between(after=self.begin, before=self.end)

    @property
    def begin(self) -> datetime:
        """When the first day begins (UTC)."""
        return self._start_of(self.since)

    @property
    def end(self) -> datetime:
        """When the last day is over (UTC)."""
        return self._start_of(self.until + _ONE_DAY)

    def day(self) -> Any:
        """The day of an attempt among ``within``, as ``date.toordinal`` counts: an expression."""
        return ordinal_day(
            "attempted_at",
            first=self.since,
            last=self.until,
            timezone=self.settings.timezone,
            day_start_hour=self.settings.day_start_hour,
        )

    def _start_of(self, day: date) -> datetime:
        start = start_of_day(day, self.settings.timezone, self.settings.day_start_hour)
        return start.astimezone(UTC)


def seconds() -> Any:
    """The time of some attempts, at most ``MOST_SECONDS``: an aggregate."""
    return Least(Coalesce(Sum("duration_seconds"), Value(0)), Value(MOST_SECONDS))
