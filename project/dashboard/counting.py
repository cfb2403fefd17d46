"""The two kinds of figures: a number of now, and a number for each day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Aggregate, Count, QuerySet
from django.db.models.functions import TruncDate

from project.dashboard.asking import Asking, left_out
from project.dashboard.periods import ONE_DAY, Period, runs, start_of

YOUNG_SECONDS = 60
OVER_SECONDS = 86_400
# What was begun before midnight, such as an import, may be stored after it.
SETTLED_AFTER = timedelta(hours=1)
DAYS_A_STATEMENT = 10

type Counts = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Number:
    """Something as it is now.

    Attributes:
        name: its own in the cache; another one when what it means changes.
        count: reads it, given the moment.
        seconds: how old it may be; 0 for what each server says of itself at once.
        is_slow: whether it reads so much that others are asked for before.
    """

    name: str
    count: Callable[[datetime], Any]
    seconds: int = YOUNG_SECONDS
    is_slow: bool = False

    def keys(self, period: Period) -> list[str]:
        """Where the cache has it."""
        return [self._key, left_out(self.name)]

    def read(self, asking: Asking, period: Period) -> Any:
        """The number.

        Raises:
            NotAvailable: it takes too long.
        """
        if not self.seconds:
            return self.count(period.at)
        if self._key not in asking.known:
            number = asking.ask(self.name, partial(self.count, period.at))
            asking.learn(self._key, number, seconds=self.seconds)
        return asking.known[self._key]

    @property
    def _key(self) -> str:
        return f"dashboard:{self.name}"


@dataclass(frozen=True, eq=False)
class Daily:
    """Counts of each day's rows. Those of days that are over come from the cache.

    Attributes:
        name: its own in the cache; another one when what it counts changes.
        rows: those of a stretch of time, as ``rows(after=…, before=…)``; an index must find them.
        moment: the column that tells on which day a row counts.
        counts: what is counted, by the name of the series.
        by: a column whose values are the series, each the number of its rows, instead.
        is_slow: whether it reads so much that others are asked for before.
    """

    name: str
    rows: Callable[..., QuerySet[Any]]
    moment: str
    counts: Mapping[str, Aggregate] = field(default_factory=dict)
    by: str = ""
    is_slow: bool = False

    def keys(self, period: Period) -> list[str]:
        """Where the cache has the days."""
        return [*map(self._key, period.days), left_out(self.name)]

    def read(self, asking: Asking, period: Period) -> dict[date, Counts]:
        """The counts of all days in their order; a series that is missing on a day is 0.

        The latest days are asked for first, and a few at a time: what is learned before the time is
        up is not asked for again.

        Raises:
            NotAvailable: it takes too long.
        """
        missing = [day for day in period.days if self._key(day) not in asking.known]
        for first, last in runs(missing, longest=DAYS_A_STATEMENT):
            counted = asking.ask(self.name, partial(self._counted, first, last))
            for passed in range((last - first).days + 1):
                day = first + passed * ONE_DAY
                is_over = start_of(day + ONE_DAY) + SETTLED_AFTER <= period.at
                seconds = OVER_SECONDS if is_over else YOUNG_SECONDS
                asking.learn(self._key(day), counted.get(day, {}), seconds=seconds)
        return {day: asking.known[self._key(day)] for day in period.days}

    def _counted(self, first: date, last: date) -> Mapping[date, Counts]:
        rows = self.rows(after=start_of(first), before=start_of(last + ONE_DAY))
        days = rows.order_by().annotate(day=TruncDate(self.moment, tzinfo=UTC))
        if not self.by:
            return {row.pop("day"): row for row in days.values("day").annotate(**self.counts)}
        found: dict[date, dict[str, int]] = {}
        for day, series, number in days.values_list("day", self.by).annotate(Count("pk")):
            found.setdefault(day, {})[series] = number
        return found

    def _key(self, day: date) -> str:
        return f"dashboard:{self.name}:{day}"
