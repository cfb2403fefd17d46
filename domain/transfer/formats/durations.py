"""Durations as people and spreadsheets write them."""

import re

from domain.transfer.formats.dates import Unreadable, with_ascii_digits

MAX_CHARACTERS = 60
SECOND, MINUTE, HOUR = 1, 60, 3600

_NUMBER = r"[0-9]{1,6}(?:[.,][0-9]{1,3})?"
_BARE = re.compile(_NUMBER)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_SHORT_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_HOURS_AND_MINUTES = re.compile(r"([0-9]{1,3})\s*h\s*([0-5]?[0-9])", re.IGNORECASE)
_UNITS = re.compile(
    rf"(?:(?P<hours>{_NUMBER})\s*h(?:(?:ou)?rs?)?\.?,?)?"
    rf"\s*(?:and\s+)?(?:(?P<minutes>{_NUMBER})\s*m(?:in(?:ute)?s?)?\.?,?)?"
    rf"\s*(?:and\s+)?(?:(?P<seconds>{_NUMBER})\s*s(?:ec(?:ond)?s?)?\.?)?",
    re.IGNORECASE,
)
_IN_SECONDS = re.compile(r"(?:seconds|secs|sec)$")
_IN_HOURS = re.compile(r"(?:hours|hrs)$")


def seconds_of(text: str, *, bare: int = MINUTE) -> int:
    """Read a duration such as 25, 25 min, 1h 20m or 00:25:00, in whole seconds.

    Args:
        bare: what a number without a unit counts, in seconds.

    Raises:
        Unreadable: it is none, or could be two.
    """
    text = with_ascii_digits(text)[: MAX_CHARACTERS + 1].lstrip("~\u2248 ").removeprefix("PT")
    if _BARE.fullmatch(text):
        return round(_decimal(text) * bare)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, clock.groups())
        return hours * HOUR + minutes * MINUTE + seconds
    if clock := _HOURS_AND_MINUTES.fullmatch(text):
        return int(clock[1]) * HOUR + int(clock[2]) * MINUTE
    if clock := _SHORT_CLOCK.fullmatch(text):
        return _short(*map(int, clock.groups()))
    return _with_units(text)


def unit_of(header: str) -> int:
    """What a number without a unit counts in a column of this name, in seconds: minutes mostly.

    Args:
        header: its letters and digits in lower case.
    """
    if _IN_SECONDS.search(header):
        return SECOND
    return HOUR if _IN_HOURS.search(header) else MINUTE


def _with_units(text: str) -> int:
    units = _UNITS.fullmatch(text)
    if units is None or not any(units.groups()):
        raise Unreadable("Expected a duration, such as 25, 25 min, 1h 20m or 00:25:00.")
    scales = {"hours": HOUR, "minutes": MINUTE, "seconds": SECOND}
    return round(sum(_decimal(units[name]) * scale for name, scale in scales.items()))


def _short(first: int, second: int) -> int:
    # No attempt takes a day, so these can only be minutes.
    if first >= 24:
        return first * MINUTE + second
    text = f"This could be minutes or hours. Write {first}h {second}m or 00:{first:02}:{second:02}."
    raise Unreadable(text)


def _decimal(number: str | None) -> float:
    return float((number or "0").replace(",", "."))
