"""On which days somebody practises and how much: busier at weekends, with gaps of days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from project.fake_data.people import Person

SHORTEST_HISTORY_DAYS = 45
LONGEST_HISTORY_DAYS = 900
_ATTEMPTS_A_DAY = 2.4
_WEEKEND = 5  # Saturday, as date.weekday() counts
_BEDTIME_HOUR = 23.0


@dataclass(frozen=True)
class PracticeDay:
    """A day with practice.

    ``progress`` is 0 on the first and 1 on the last day of the history.
    """

    day: date
    attempts: int
    progress: float


def practice_days(person: Person, *, attempts: int, until: date, rng: Random) -> list[PracticeDay]:
    """The days before ``until`` (00:00 UTC) that share a number of attempts, oldest first."""
    last = midnight(until).astimezone(person.zone).date() - timedelta(days=1)
    length = round(attempts / _ATTEMPTS_A_DAY)
    length = min(max(length, SHORTEST_HISTORY_DAYS), LONGEST_HISTORY_DAYS)
    away = _days_away(rng, length)
    weights = {
        back: _eagerness(person, last - timedelta(days=back), rng)
        for back in range(length, -1, -1)
        if back not in away
    }
    days = []
    for back, count in _shared_out(attempts, weights).items():
        progress = 1 - back / length
        days.append(PracticeDay(last - timedelta(days=back), count, progress))
    return days


def evening(day: PracticeDay, zone: ZoneInfo, *, hours: float, rng: Random) -> datetime:
    """When that day's session begins: in the evening, sooner if it will take long (UTC)."""
    latest = _BEDTIME_HOUR - hours
    start = max(min(rng.gauss(19.5, 0.9), latest), 7.0)
    if day.day.weekday() >= _WEEKEND and rng.random() < 0.4:
        start = rng.uniform(9.5, 14.0)
    local = datetime.combine(day.day, time(0), zone) + timedelta(minutes=int(start * 60))
    return local.astimezone(UTC)


def midnight(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime.combine(day, time(0), UTC)


def _days_away(rng: Random, length: int) -> set[int]:
    """Holidays, illness, a project at work: about one gap every two months."""
    away: set[int] = set()
    for _ in range(length // 60):
        start = rng.randrange(3, length)
        away.update(range(start, start + rng.randint(4, 12)))
    return away - {length}


def _eagerness(person: Person, day: date, rng: Random) -> float:
    is_weekend = day.weekday() >= _WEEKEND
    if rng.random() > person.regularity + 0.2 * is_weekend:
        return 0.0
    return rng.uniform(0.6, 1.4) * (1.8 if is_weekend else 1.0)


def _shared_out(attempts: int, weights: dict[int, float]) -> dict[int, int]:
    """Whole numbers in proportion to the weights, with exactly the given sum."""
    whole = sum(weights.values()) or 1.0
    reached, given = 0.0, 0
    shares = {}
    for back, weight in weights.items():
        reached += weight
        count = round(attempts * reached / whole) - given
        given += count
        if count:
            shares[back] = count
    return shares
