"""A person's days: they begin at the hour the person chose, in the person's time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Least

from domain.base.moments import MICROSECONDS_A_DAY, Microseconds, microseconds, whole

_ONE_DAY = timedelta(days=1)


def start_of_day(day: date, timezone: str, day_start_hour: int) -> datetime:
    """The moment at which a day begins.

    Where the clock jumps over that hour, it comes later by as much as the clock jumped; where the
    clock shows the hour twice, it is the first time.

    Args:
        timezone: an IANA name.
        day_start_hour: 0 to 23.
    """
    return datetime.combine(day, time(day_start_hour), tzinfo=ZoneInfo(timezone))


def local_day(moment: datetime, timezone: str, day_start_hour: int) -> date:
    """The day that a moment belongs to: the last one that had begun by then.

    Through every change of the clock, a later moment never belongs to an earlier day.

    Args:
        moment: timezone-aware.
        timezone: an IANA name.
        day_start_hour: 0 to 23; with 4, half past three at night belongs to the day before.
    """
    # Aware moments of one zone are compared by what the clock shows, so compare in another zone.
    utc = moment.astimezone(UTC)
    shown = utc.astimezone(ZoneInfo(timezone))
    day = (shown - timedelta(hours=day_start_hour)).date()
    while start_of_day(day + _ONE_DAY, timezone, day_start_hour) <= utc:
        day += _ONE_DAY
    while start_of_day(day, timezone, day_start_hour) > utc:
        day -= _ONE_DAY
    return day


def ordinal_day(
    column: str, *, first: date, last: date, timezone: str, day_start_hour: int
) -> Case:
    """The day of ``local_day`` that a column's moment belongs to, as an expression.

    Days begin 24 hours after each other but where the clock changes, so a few cases cover years.

    Args:
        column: of moments between the start of ``first`` and the end of ``last``; null outside.

    Returns:
        The day as ``date.toordinal`` counts.
    """
    starts = list(_starts(first, last, timezone, day_start_hour))
    moments = Microseconds(F(column))
    cases = []
    latest = last
    # The latest first: most attempts are recent.
    for day, start in reversed(starts):
        passed = (moments - whole(microseconds(start))) / whole(MICROSECONDS_A_DAY)
        # The day before the clock is put back is longer than the others.
        number = Least(Value(day.toordinal()) + passed, Value(latest.toordinal()))
        cases.append(When(**{f"{column}__gte": start}, then=number))
        latest = day - _ONE_DAY
    after = start_of_day(last + _ONE_DAY, timezone, day_start_hour)
    outside = When(**{f"{column}__gte": after}, then=Value(None))
    return Case(outside, *cases, default=None, output_field=IntegerField())


def _starts(
    first: date, last: date, timezone: str, day_start_hour: int
) -> Iterator[tuple[date, datetime]]:
    """The days that do not begin 24 hours after the one before, and when they do; ``first`` too."""
    expected = None
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        start = start_of_day(day, timezone, day_start_hour).astimezone(UTC)
        if start != expected:
            yield day, start
        expected = start + _ONE_DAY
