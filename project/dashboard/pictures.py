"""Bars for each day, one series on top of the other: where they stand, and what they say.

They are SVG in the page: no script has to run, a test can read them, and the texts around them are
HTML, which stays legible on a narrow screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from project.dashboard.counting import Counts

# As many as there are colours (dashboard.css).
MOST_SERIES = 6
OTHERS, NAMELESS = "others", "without a code"
HEIGHT = 100
# What an axis ends at, times a power of ten: half of it is a whole number, from 2 on.
_ROUND = (1, 2, 4, 6, 8, 10)


@dataclass(frozen=True)
class Series:
    """One colour of a picture.

    Attributes:
        number: of its colour, from 1.
        total: of all days; None where days do not add up.
    """

    label: str
    number: int
    total: int | None


@dataclass(frozen=True)
class Bar:
    """A part of a day's bar."""

    number: int
    y: str
    height: str


@dataclass(frozen=True)
class Column:
    """A day: its numbers in the order of the series, its bar, and the words for both."""

    day: date
    numbers: list[int]
    bars: list[Bar]
    words: str


@dataclass(frozen=True)
class Picture:
    """A picture of some days.

    Attributes:
        top: the number at which the axis ends.
        words: what it shows, for who cannot see it.
    """

    series: list[Series]
    columns: list[Column]
    top: int
    words: str

    @property
    def half(self) -> int | None:
        """The number in the middle of the axis, if it is a whole one."""
        return self.top // 2 if self.top % 2 == 0 else None

    @property
    def marks(self) -> list[date]:
        """The first day, the one in the middle, and the last."""
        days = [column.day for column in self.columns]
        return [days[0], days[len(days) // 2], days[-1]]


def drawn(
    counted: Mapping[date, Counts], labels: Mapping[str, str], *, adds_up: bool = True
) -> Picture:
    """The picture of a figure.

    Args:
        counted: the counts of all days, in the order of the days.
        labels: the series that are shown, with what they are called; without any, those that there
            are, the largest first, and what is beyond ``MOST_SERIES`` as one.
        adds_up: whether the sum over days means anything.
    """
    named = labels or {name: name or NAMELESS for name in _largest(counted)}
    rows = {day: _numbers(counts, list(named)) for day, counts in counted.items()}
    totals = [sum(column) for column in zip(*rows.values(), strict=True)]
    series = [
        Series(label, number, total if adds_up else None)
        for number, (label, total) in enumerate(zip(named.values(), totals, strict=True), start=1)
    ]
    top = top_of(max(sum(numbers) for numbers in rows.values()))
    columns = [
        Column(day, numbers, _bars(numbers, top), f"{day:%a} {day}: {_said(series, numbers)}")
        for day, numbers in rows.items()
    ]
    return Picture(series, columns, top, _summary(columns, series))


def top_of(most: int) -> int:
    """The round number at which an axis ends that has to reach another number."""
    tens = 1
    while _ROUND[-1] * tens < most:
        tens *= 10
    return next(step * tens for step in _ROUND if step * tens >= most)


def _largest(counted: Mapping[date, Counts]) -> list[str]:
    totals: dict[str, int] = {}
    for counts in counted.values():
        for name, number in counts.items():
            totals[name] = totals.get(name, 0) + number
    names = sorted(totals, key=lambda name: (-totals[name], name))
    return names if len(names) <= MOST_SERIES else [*names[: MOST_SERIES - 1], OTHERS]


def _numbers(counts: Counts, names: list[str]) -> list[int]:
    numbers = [counts.get(name, 0) for name in names]
    if OTHERS in names:
        numbers[names.index(OTHERS)] += sum(n for name, n in counts.items() if name not in names)
    return numbers


def _bars(numbers: list[int], top: int) -> list[Bar]:
    bars, below = [], 0
    for position, number in enumerate(numbers, start=1):
        below += number
        if number:
            y, height = HEIGHT - HEIGHT * below / top, HEIGHT * number / top
            bars.append(Bar(position, f"{y:.2f}", f"{height:.2f}"))
    return bars


def _said(series: Sequence[Series], numbers: Sequence[int | None]) -> str:
    told = zip(series, numbers, strict=True)
    return ", ".join(f"{number:,} {one.label}" for one, number in told if number is not None)


def _summary(columns: list[Column], series: list[Series]) -> str:
    words = f"{columns[0].day} to {columns[-1].day}"
    if totals := _said(series, [one.total for one in series]):
        words += f": {totals}"
    most = max(columns, key=lambda column: sum(column.numbers))
    number = sum(most.numbers)
    return f"{words}. Most on {most.day}: {number:,}." if number else f"{words}. None on any day."
