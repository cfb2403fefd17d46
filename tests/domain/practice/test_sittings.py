"""Time at work: what passed, pauses aside."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.practice.sittings import worked_seconds
from tests.factories import NOW

NEW_YORK = ZoneInfo("America/New_York")


def after(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], 100),
        ([(10, 30)], 80),
        ([(10, 30), (50, 51)], 79),
        ([(-50, -10)], 100),
        ([(-50, 10)], 90),
        ([(90, 500)], 90),
        ([(90, None)], 90),
        ([(200, None)], 100),
        ([(-10, 200)], 0),
        ([(0, 0.4)], 99),
        ([(0, 100)], 0),
    ],
)
def test_pauses_do_not_count(pauses, expected):
    intervals = [(after(begin), None if end is None else after(end)) for begin, end in pauses]

    assert worked_seconds(intervals, since=NOW, until=after(100)) == expected


def test_part_of_a_second_does_not_count():
    assert worked_seconds([], since=NOW, until=after(59.999999)) == 59


def test_is_never_negative():
    assert worked_seconds([], since=NOW, until=after(-5)) == 0


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 8, 1), (11, 1, 3)], ids=["skip", "twice"])
def test_a_change_of_the_clock_makes_no_difference(month, day, hours):
    """From 1:00 to 3:00 as the clock shows it, with a quarter of an hour's pause before that."""
    since = datetime(2026, month, day, 1, tzinfo=NEW_YORK)
    until = datetime(2026, month, day, 3, tzinfo=NEW_YORK)
    pause = since.astimezone(UTC), since.astimezone(UTC) + timedelta(minutes=15)

    seconds = worked_seconds([pause], since=since, until=until)

    assert seconds == hours * 3600 - 15 * 60
