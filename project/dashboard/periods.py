"""The days that the page shows. A day here is one of UTC, whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched

LENGTHS = (7, 30, 90)
USUAL = 30
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The last days until a moment, today among them.

    Attributes:
        at: the moment, timezone-aware.
        length: how many days, one of ``LENGTHS``.
    """

    at: datetime
    length: int = USUAL

    @classmethod
    def asked_for(cls, text: str, *, at: datetime) -> "Period":
        """The period of ``?days=``; the usual one for anything that is not on offer."""
        return cls(at, next((length for length in LENGTHS if str(length) == text), USUAL))

    @property
    def today(self) -> date:
        """The last day."""
        return self.at.astimezone(UTC).date()

    @property
    def first(self) -> date:
        """The first day."""
        return self.today - (self.length - 1) * ONE_DAY

    @property
    def days(self) -> list[date]:
        """All days in their order."""
        return [self.first + passed * ONE_DAY for passed in range(self.length)]


def start_of(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time.min, UTC)


def runs(days: Iterable[date], *, longest: int) -> list[tuple[date, date]]:
    """Some days as stretches without a gap, by first and last day; the latest stretch first."""
    stretches: list[list[date]] = []
    for day in sorted(days, reverse=True):
        if stretches and stretches[-1][-1] - day == ONE_DAY:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [(part[-1], part[0]) for whole in stretches for part in batched(whole, longest)]
