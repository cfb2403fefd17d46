"""Dates and durations are read as people write them, and refused where they could mean two."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.transfer.formats.dates import Unreadable, moment_of
from domain.transfer.formats.durations import HOUR, SECOND, seconds_of, unit_of

pytestmark = pytest.mark.once

BERLIN = ZoneInfo("Europe/Berlin")


def read(text, *, day_first=None, zone=BERLIN):
    return moment_of(text, zone=zone, day_first=day_first)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *[("2026-03-02", "2026-03-02"), ("2026/3/2", "2026-03-02"), ("2026.03.02", "2026-03-02")],
        *[("Mar 2, 2026", "2026-03-02"), ("March 2nd 2026", "2026-03-02")],
        *[
            ("2 March 2026", "2026-03-02"),
            ("2-Mar-26", "2026-03-02"),
            ("2 mar. 2026", "2026-03-02"),
        ],
        *[("Mon, 2 Mar 2026", "2026-03-02"), ("Monday, March 2, 2026", "2026-03-02")],
        *[("Sept 30, 2025", "2025-09-30"), ("may 5, 2025", "2025-05-05")],
        *[("25/12/2025", "2025-12-25"), ("12/25/2025", "2025-12-25"), ("3/3/26", "2026-03-03")],
        *[("02.03.2026", "2026-03-02"), ("2026-03-02 00:00:00", "2026-03-02")],
        *[("٢٠٢٦-٠٣-٠٢", "2026-03-02"), ("２０２６/３/２", "2026-03-02")],
    ],
)
def test_a_day_is_its_noon_there(text, day):
    moment = read(text)

    assert moment.is_day
    assert moment.day.isoformat() == day
    assert moment.at.astimezone(BERLIN) == datetime.fromisoformat(f"{day}T12:00").replace(
        tzinfo=BERLIN
    )


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-02T09:30:00Z", "2026-03-02T09:30:00+00:00"),
        ("2026-03-02T09:30:00.123456Z", "2026-03-02T09:30:00.123456+00:00"),
        ("2026-03-02T00:00:00Z", "2026-03-02T00:00:00+00:00"),
        ("2026-03-02 09:30", "2026-03-02T08:30:00+00:00"),
        ("2026-07-02 09:30", "2026-07-02T07:30:00+00:00"),
        ("2026-03-02 09:30:00+0530", "2026-03-02T04:00:00+00:00"),
        ("March 2, 2026 9:30 AM", "2026-03-02T08:30:00+00:00"),
        ("Mar 2, 2026, 12:05\u202fam", "2026-03-01T23:05:00+00:00"),
        ("2 Mar 2026 at 9:30 p.m.", "2026-03-02T20:30:00+00:00"),
        ("13/2/2026 21:05:06", "2026-02-13T20:05:06+00:00"),
        ("Mon Mar 02 2026 09:30:00 GMT+0100 (Central European Time)", "2026-03-02T08:30:00+00:00"),
    ],
)
def test_a_time_is_in_the_persons_zone_unless_it_says_another(text, at):
    moment = read(text)

    assert (moment.at.isoformat(), moment.is_day) == (at, False)


@pytest.mark.parametrize("text", ["3/4/2026", "3-4-2026", "03/04/26", "3/4/2026 09:30"])
def test_what_could_be_two_days_needs_a_choice(text):
    with pytest.raises(Unreadable, match="option dayFirst"):
        read(text)

    assert [read(text, day_first=it).day.month for it in (True, False)] == [4, 3]


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "46083", "2026", "2026-13-01", "2026-02-30", "30/30/2026", "0000-01-01"),
        *("2026-03-02 25:00", "2026-03-02 9:30 XM", "2026-03-02 13:00 PM", "Mrz 2, 2026"),
        *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-03-02T09:30:00+99:99"),
        *("-1-1-1", "2026-03-02, 2026-03-03", "2026-03-02" + " " * 90, "1" * 100_000, "2026-W10-1"),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("25", 1500), ("25.5", 1530), ("25,5", 1530), ("0", 0), ("٢٥", 1500), ("２５", 1500)],
        *[("25 min", 1500), ("25m", 1500), ("~25 minutes", 1500), ("90 sec", 90), ("45s", 45)],
        *[("1h 20m", 4800), ("1h20", 4800), ("1.5 hours", 5400), ("1 hour and 5 min", 3900)],
        *[("1h", 3600), ("1 hr, 2 mins, 3 secs", 3723), ("PT1H20M", 4800), ("2h 30s", 7230)],
        *[("00:25:00", 1500), ("0:25:00", 1500), ("1:02:03", 3723), ("45:30", 2730)],
        *[("0:25", None), ("1:20", None), ("1:60:00", None), ("", None), ("-5", None)],
        *[("a while", None), ("-0:25:00", None), ("1e3", None), ("9" * 100_000, None)],
        *[("9999999", None), ("1 day", None), ("25 apples", None), ("h", None)],
    ],
)
def test_durations(text, seconds):
    if seconds is None:
        with pytest.raises(Unreadable):
            seconds_of(text)
    else:
        assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("duration", 90 * 60), ("durationseconds", 90), ("timemins", 90 * 60), ("timehrs", 90 * 3600)],
)
def test_a_header_may_name_the_unit(header, seconds):
    assert seconds_of("90", bare=unit_of(header)) == seconds
    assert {unit_of("timesec"), unit_of("hours")} == {SECOND, HOUR}


@given(st.text(st.sampled_from("0123456789:/-. ,TZapmhs+'()MarchJun٢２"), max_size=40))
def test_nothing_else_ever_happens(text):
    for read_it in (read, lambda it: read(it, day_first=True), seconds_of):
        with suppress(Unreadable):
            read_it(text)


@given(st.integers(0, 36_524), st.times(), st.sampled_from(["T", " "]))
def test_every_moment_that_we_write_is_read(days, time, between):
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days)
    at = datetime.combine(at.date(), time, UTC)

    assert read(at.isoformat(between)).at == at
    assert read(at.isoformat(between).replace("+00:00", "Z")).at == at
