"""A square for each day of 53 weeks, the stronger the more was practised."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil

from domain.sharing.pictures.svg import Colours, Picture, Theme, counted

WEEKS = 53
_SQUARE, _PITCH = 11, 14
_LEFT, _TOP = 40, 34
_WIDTH = _LEFT + WEEKS * _PITCH + 11
_HEIGHT = _TOP + 7 * _PITCH + 38
_LABEL_WEEKS = 3  # as wide as the name of a month needs


def first_day(today: date, *, week_starts_on: int) -> date:
    """The day at which the picture begins: the first of the week 52 weeks before this one.

    Args:
        week_starts_on: 0 for Monday to 6 for Sunday.
    """
    into_week = (today.weekday() - week_starts_on) % 7
    return today - timedelta(days=into_week + (WEEKS - 1) * 7)


def heatmap_picture(
    attempts: Mapping[date, int],
    *,
    today: date,
    week_starts_on: int,
    current_streak: int,
    longest_streak: int,
    theme: Theme,
) -> str:
    """The last 53 weeks as squares, with their total and the streaks in words.

    Args:
        attempts: their number by day; days without are left out.
        week_starts_on: 0 for Monday to 6 for Sunday.
    """
    colours: Colours = theme.value
    first = first_day(today, week_starts_on=week_starts_on)
    shown = {day: count for day, count in attempts.items() if first <= day <= today}
    total = _total(shown)
    streaks = f"Current streak: {counted(current_streak, 'day')}"
    longest = f"longest: {counted(longest_streak, 'day')}"
    picture = Picture(
        _WIDTH,
        _HEIGHT,
        colours=colours,
        title="Practice heatmap",
        description=f"{total} {streaks}, {longest}.",
    )
    _label(picture, first, today, colours)
    most = max(shown.values(), default=0)
    for passed in range((today - first).days + 1):
        count = shown.get(first + timedelta(days=passed), 0)
        week, weekday = divmod(passed, 7)
        picture.rectangle(
            _LEFT + week * _PITCH,
            _TOP + weekday * _PITCH,
            _SQUARE,
            _SQUARE,
            rx="2",
            fill=colours.levels[_level(count, most)],
        )
    picture.text(_LEFT, _HEIGHT - 14, total, fill=colours.text)
    picture.text(
        _WIDTH - 14, _HEIGHT - 14, f"{streaks}, {longest}", fill=colours.text, anchor="end"
    )
    return str(picture)


def _total(shown: Mapping[date, int]) -> str:
    if not shown:
        return f"No attempts in the last {WEEKS} weeks."
    attempts = counted(sum(shown.values()), "attempt")
    return f"{attempts} on {counted(len(shown), 'day')} in the last {WEEKS} weeks."


def _level(count: int, most: int) -> int:
    """0 for nothing, 1 to 4 by the share of the day with most."""
    return ceil(4 * count / most) if count else 0


def _label(picture: Picture, first: date, today: date, colours: Colours) -> None:
    for row in (0, 2, 4):
        name = f"{first + timedelta(days=row):%a}"
        picture.text(_LEFT - 8, _TOP + row * _PITCH + 9, name, fill=colours.quiet, anchor="end")
    starts = [first + timedelta(weeks=week) for week in range(WEEKS)]
    months = [
        (week, start)
        for week, start in enumerate(starts)
        if week == 0 or start.month != starts[week - 1].month
    ]
    ends = [week for week, _ in months[1:]] + [WEEKS]
    for (week, start), end in zip(months, ends, strict=True):
        if end - week >= _LABEL_WEEKS:
            picture.text(_LEFT + week * _PITCH, _TOP - 10, f"{start:%b}", fill=colours.quiet)
