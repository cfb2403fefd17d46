"""Dates as people and spreadsheets write them. Nothing is guessed: 3/4/2026 has to be explained."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

MAX_CHARACTERS = 80
NOON = 12
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)

_TIME = r"(?:(?:T|[,\s]\s*(?:at\s+)?)(?P<time>[0-9]{1,2}:.*))?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_LAYOUTS = tuple(
    re.compile(layout + _TIME, re.IGNORECASE)
    for layout in (
        r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
        rf"(?P<one>[0-9]{{1,2}})(?P<mark>[-/.])(?P<two>[0-9]{{1,2}})(?P=mark){_YEAR}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_WEEKDAY}{_DAY}[-\s]+{_MONTH},?[-\s]+{_YEAR}",
    )
)
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?(?P<sign>[-+])(?P<h>[0-9]{2}):?(?P<m>[0-9]{2}))?"
    r"(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """A text is no date, or no duration; the words say what to write instead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened.

    Attributes:
        at: in UTC; noon in the person's time zone if only the day is known.
        day: there.
        is_day: whether only the day is known.
    """

    at: datetime
    day: date
    is_day: bool


def moment_of(text: str, *, zone: tzinfo, day_first: bool | None) -> Moment:
    """Read a date, perhaps with a time.

    Args:
        zone: of times that come without one.
        day_first: how 3/4/2026 is read; None refuses it.

    Raises:
        Unreadable: it is no date, or could be two.
    """
    text = with_ascii_digits(text)
    for layout in _LAYOUTS:
        found = layout.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
        if found:
            try:
                day = datetime(*_day(found.groupdict(), day_first))  # noqa: DTZ001
                return _at(day, found["time"], zone)
            except (ValueError, OverflowError) as error:
                if isinstance(error, Unreadable):
                    raise
                raise Unreadable("This is no time that a calendar has.") from error
    raise Unreadable("Expected a date, such as 2026-03-02, Mar 2, 2026 or 2026-03-02 09:30.")


def with_ascii_digits(text: str) -> str:
    """The text with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def _day(parts: dict[str, str | None], day_first: bool | None) -> tuple[int, int, int]:
    year = parts["year"] or ""
    full_year = int(year) + 2000 * (len(year) == 2)
    if parts.get("one"):
        return (full_year, *_in_order(parts, day_first))
    month = parts["month"] or ""
    return full_year, int(month) if month.isdecimal() else _month(month), int(parts["day"] or 0)


def _month(name: str) -> int:
    name = name.lower()
    if name in MONTH_NAMES:
        return MONTH_NAMES.index(name) + 1
    short = "sep" if name == "sept" else name
    if short not in MONTHS:
        raise Unreadable("There is no such month. Write it in English or as a number.")
    return MONTHS.index(short) + 1


def _in_order(parts: dict[str, str | None], day_first: bool | None) -> tuple[int, int]:
    """Month and day of two numbers. With points the day comes first wherever dates have points."""
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    if one > 12 or parts["mark"] == ".":
        return two, one
    if two > 12 or one == two:
        return one, two
    if day_first is None:
        raise Unreadable(
            "This date could be two days. Say with the option dayFirst which number is the day."
        )
    return (two, one) if day_first else (one, two)


def _at(day: datetime, time: str | None, zone: tzinfo) -> Moment:
    clock = _CLOCK.fullmatch(time.strip()) if time else None
    if time and clock is None:
        raise Unreadable("Expected a time such as 09:30, 9:30 AM or 09:30:00+01:00.")
    # Programs write midnight where a spreadsheet has only a day.
    if clock is None or not (
        clock["zone"] or int(clock["hour"] + clock["minute"]) or clock["half"]
    ):
        noon = day.replace(hour=NOON, tzinfo=zone)
        return Moment(noon.astimezone(UTC), day.date(), is_day=True)
    fraction = (clock["fraction"] or "0").ljust(6, "0")[:6]
    moment = day.replace(
        hour=_hour(int(clock["hour"]), clock["half"]),
        minute=int(clock["minute"]),
        second=int(clock["second"] or 0),
        microsecond=int(fraction),
        tzinfo=_zone(clock, zone),
    )
    return Moment(moment.astimezone(UTC), day.date(), is_day=False)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise Unreadable("With AM or PM, the hour is 1 to 12.")
    return hour % 12 + 12 * (half[0] in "pP")


def _zone(clock: re.Match[str], zone: tzinfo) -> tzinfo:
    if not clock["zone"]:
        return zone
    if not clock["sign"]:
        return UTC
    offset = timedelta(hours=int(clock["h"]), minutes=int(clock["m"]))
    return timezone(-offset if clock["sign"] == "-" else offset)
