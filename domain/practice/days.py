"""A person's days: they begin at the hour the person chose, in the person's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
