"""Which of a person's days a moment belongs to."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.practice.days import local_day, ordinal_day, start_of_day
from domain.practice.models import QuestionLog
from tests.factories import NOW, QuestionFactory, QuestionLogFactory

moments = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll"]
    + ["Pacific/Apia", "America/Santiago", "Asia/Kathmandu", "Asia/Beirut", "Africa/Casablanca"]
)
hours = st.integers(0, 23)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-02 03:59:59", date(2026, 3, 1)),
        ("2026-03-02 04:00:00", date(2026, 3, 2)),
        ("2026-03-02 23:59:59", date(2026, 3, 2)),
        ("2026-03-03 00:00:00", date(2026, 3, 2)),
    ],
)
def test_counts_a_late_night_to_the_day_before(moment, day):
    assert local_day(utc(moment), "UTC", 4) == day


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Pacific/Kiritimati", date(2026, 3, 3)),
        ("UTC", date(2026, 3, 2)),
        ("Pacific/Niue", date(2026, 3, 1)),
    ],
)
def test_follows_the_time_zone(timezone, day):
    assert local_day(utc("2026-03-02 10:30"), timezone, 0) == day


def test_takes_a_moment_in_any_time_zone():
    moment = datetime(2026, 3, 2, 3, 30, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert local_day(moment, "America/New_York", 4) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # In New York, 2 o'clock does not exist on 2026-03-08; 3 o'clock comes at 07:00 UTC.
        ("2026-03-08 06:59:59", date(2026, 3, 7)),
        ("2026-03-08 07:00:00", date(2026, 3, 8)),
        # On 2026-11-01, 1 o'clock comes twice, at 05:00 and at 06:00 UTC.
        ("2026-11-01 06:59:59", date(2026, 10, 31)),
        ("2026-11-01 07:00:00", date(2026, 11, 1)),
    ],
)
def test_begins_at_two_where_the_clock_changes_at_two(moment, day):
    assert local_day(utc(moment), "America/New_York", 2) == day


def test_does_not_go_back_to_the_day_before_when_the_clock_does():
    # At Troll, the clock goes from 2:59 back to 1:00; the day has begun at 2 already.
    moments = [utc("2026-10-25 00:30"), utc("2026-10-25 01:30")]

    assert [local_day(moment, "Antarctica/Troll", 2) for moment in moments] == [
        date(2026, 10, 25),
        date(2026, 10, 25),
    ]


def test_leaves_out_a_day_that_the_zone_left_out():
    # Samoa went from 2011-12-29 to 2011-12-31 at midnight.
    start = utc("2011-12-29 10:00")
    days = [local_day(start + timedelta(hours=hour), "Pacific/Apia", 0) for hour in range(72)]

    assert sorted(set(days)) == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_knows_every_zone():
    days = {local_day(utc("2026-03-02 12:00"), zone, 4) for zone in available_timezones()}

    assert days == {date(2026, 3, 1), date(2026, 3, 2)}


@given(moments, st.timedeltas(timedelta(0), timedelta(days=2)), zones, hours)
@settings(max_examples=500)
def test_never_goes_backwards(moment, later, timezone, hour):
    assert local_day(moment, timezone, hour) <= local_day(moment + later, timezone, hour)


@given(moments, zones, hours)
@settings(max_examples=500)
def test_lies_between_the_start_of_its_day_and_the_next(moment, timezone, hour):
    day = local_day(moment, timezone, hour)

    assert start_of_day(day, timezone, hour).astimezone(UTC) <= moment
    assert moment < start_of_day(day + timedelta(days=1), timezone, hour).astimezone(UTC)


@pytest.mark.parametrize("day_start_hour", [0, 3, 4, 23])
@pytest.mark.parametrize(
    "timezone",
    [
        "UTC",
        "Pacific/Auckland",
        "Asia/Kathmandu",
        "America/New_York",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ],
)
def test_database_and_python_agree_on_every_day(timezone, day_start_hour, user):
    first, last = date(2009, 12, 31), date(2012, 1, 2)
    starts = start_of_day(first, timezone, day_start_hour)
    ends = start_of_day(last + timedelta(days=1), timezone, day_start_hour)
    question = QuestionFactory(owner=user)
    edges = [
        start_of_day(date.fromordinal(day), timezone, day_start_hour)
        for day in range(first.toordinal(), last.toordinal() + 2)
    ]
    lengths = [(b.astimezone(UTC) - a.astimezone(UTC)) for a, b in pairwise(edges)]
    odd = {n for n, length in enumerate(lengths) if length != timedelta(days=1)}
    edges = [edge for n, edge in enumerate(edges) if n % 50 == 0 or odd & {*range(n - 3, n + 4)}]
    spread = [starts + n * timedelta(hours=31, minutes=13) for n in range(550)]
    nearby = [edge + timedelta(microseconds=step) for edge in edges for step in (-1, 0, 1)]
    moments = [at.astimezone(UTC) for at in {*spread, *nearby} if starts <= at < ends]
    QuestionLog.objects.bulk_create(
        QuestionLog(owner=user, question=question, attempted_at=at, outcome="SOLVED")
        for at in moments
    )

    day = ordinal_day(
        "attempted_at", first=first, last=last, timezone=timezone, day_start_hour=day_start_hour
    )
    found = dict(QuestionLog.objects.annotate(day=day).values_list("attempted_at", "day"))

    assert found == {at: local_day(at, timezone, day_start_hour).toordinal() for at in moments}


def test_days_outside_the_range_are_not_told(user):
    question = QuestionFactory(owner=user)
    for at in (NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)):
        QuestionLogFactory(question=question, attempted_at=at)

    day = ordinal_day(
        "attempted_at", first=NOW.date(), last=NOW.date(), timezone="UTC", day_start_hour=0
    )

    logs = QuestionLog.objects.order_by("attempted_at").annotate(day=day)
    assert list(logs.values_list("day", flat=True)) == [None, NOW.date().toordinal(), None]
