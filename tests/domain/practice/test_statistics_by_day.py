"""The heatmap and the streaks follow the person's own days."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.practice.days import local_day
from domain.practice.models import QuestionLog
from domain.practice.statistics import Attempts, HeatmapDay, heatmap
from domain.practice.statistics.daily import Streaks, streaks
from tests.domain.practice.attempting import attempted, moments_of
from tests.factories import NOW, QuestionFactory, QuestionLogFactory

DAY = timedelta(days=1)
TODAY = NOW.date()
ZONES = ["Pacific/Auckland", "Asia/Kathmandu", "America/New_York"]
# Both changes of the clock, in the south and in the north.
CHANGES = [(date(2026, 3, 1), date(2026, 4, 12)), (date(2026, 9, 20), date(2026, 11, 8))]


def days_of(user, since=date(2000, 1, 1), until=date(2030, 1, 1)):  # noqa: B008
    return heatmap(owner=user, settings=user.settings, since=since, until=until)


def set_day(user, timezone, day_start_hour):
    user.settings.timezone, user.settings.day_start_hour = timezone, day_start_hour
    user.settings.save()


def streaks_of(user, *moments, today=TODAY):
    attempted(QuestionFactory(owner=user), moments)
    attempts = Attempts.of(user, user.settings, since=today, until=today)
    return streaks(attempts, today=today)


@pytest.mark.parametrize(("first", "last"), CHANGES)
@pytest.mark.parametrize("day_start_hour", [0, 4, 23])
@pytest.mark.parametrize("timezone", ZONES)
def test_heatmap_has_every_attempt_on_its_own_day(timezone, day_start_hour, first, last, user):
    set_day(user, timezone, day_start_hour)
    moments = moments_of(first, last, timezone, day_start_hour)
    attempted(QuestionFactory(owner=user), moments)

    found = {day.date: day.attempts for day in days_of(user, first, last)}

    assert found == Counter(local_day(at, timezone, day_start_hour) for at in moments)
    assert set(found) == {first + n * DAY for n in range((last - first).days + 1)}
    assert sum(found.values()) == len(moments)


@given(
    st.lists(
        st.datetimes(datetime(2000, 1, 2), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        max_size=12,
    ),
    st.sampled_from([*ZONES, "UTC", "Pacific/Apia", "Antarctica/Troll", "Australia/Lord_Howe"]),
    st.integers(0, 23),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_heatmap_has_as_many_attempts_as_there_are(user, moments, timezone, day_start_hour):
    QuestionLog.objects.all().delete()
    set_day(user, timezone, day_start_hour)
    attempted(QuestionFactory(owner=user), moments)

    found = days_of(user)

    assert sum(day.attempts for day in found) == len(moments)
    assert {day.date: day.attempts for day in found} == Counter(
        local_day(at, timezone, day_start_hour) for at in moments
    )


def test_heatmap_has_every_attempt_once_wherever_the_person_moves(user):
    moments = moments_of(*CHANGES[0], "America/New_York", 4)
    attempted(QuestionFactory(owner=user), moments)
    seen = []

    for timezone in ("America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Niue"):
        set_day(user, timezone, 4)
        found = days_of(user)
        seen.append(found)
        assert sum(day.attempts for day in found) == len(moments)
        assert len({day.date for day in found}) == len(found)

    assert seen[0] != seen[1]


def test_heatmap_adds_up_what_was_done_on_a_day(user, now):
    question = QuestionFactory(owner=user)
    attempted(question, [now, now], duration_seconds=90)
    attempted(question, [now], outcome="FAILED", duration_seconds=None)
    attempted(question, [now - 2 * DAY], outcome="PARTIAL", duration_seconds=5)

    assert days_of(user) == [
        HeatmapDay(TODAY - 2 * DAY, 1, 0, 5),
        HeatmapDay(TODAY, 3, 2, 180),
    ]


def test_heatmap_ends_with_its_days(user, now):
    attempted(QuestionFactory(owner=user), [now - n * DAY for n in range(5)])

    found = days_of(user, TODAY - 3 * DAY, TODAY - DAY)

    assert [day.date for day in found] == [TODAY - n * DAY for n in (3, 2, 1)]


def test_heatmap_leaves_out_strangers_and_the_trash(user, stranger, now):
    QuestionLogFactory(question__owner=stranger)
    QuestionLogFactory(question__owner=user, deleted_at=now, deleted_by=user)
    QuestionLogFactory(question=QuestionFactory(owner=user, deleted_at=now, deleted_by=user))

    assert days_of(user) == []


def test_time_that_no_answer_could_hold_is_cut(user, now):
    attempted(QuestionFactory(owner=user), [now] * 24_900, duration_seconds=86_400)

    assert [day.seconds for day in days_of(user)] == [2**31 - 1]


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([], Streaks(0, 0)),
        ([0], Streaks(1, 1)),
        ([1], Streaks(1, 1)),
        ([2], Streaks(0, 1)),
        ([0, 0, 1, 1, 2], Streaks(3, 3)),
        ([1, 2, 3], Streaks(3, 3)),
        ([0, 2, 3, 4], Streaks(1, 3)),
        ([0, 1, 3, 4, 5, 900, 901, 902, 903], Streaks(2, 4)),
        ([2, 3, 4], Streaks(0, 3)),
    ],
)
def test_streaks_are_days_in_a_row(ages, expected, user, now):
    assert streaks_of(user, *[now - age * DAY for age in ages]) == expected


def test_streak_goes_on_if_a_clock_is_ahead(user):
    midnight = datetime(2026, 3, 3, 4, tzinfo=UTC)

    found = streaks_of(user, midnight - timedelta(minutes=1), midnight + timedelta(minutes=4))

    assert found == Streaks(2, 2)


@pytest.mark.parametrize("day_start_hour", [0, 4, 23])
@pytest.mark.parametrize("timezone", ZONES)
def test_streak_lasts_through_changes_of_the_clock(timezone, day_start_hour, user):
    set_day(user, timezone, day_start_hour)
    first, last = date(2025, 12, 20), date(2026, 12, 20)
    starts = moments_of(first, last, timezone, day_start_hour)
    by_day = {local_day(at, timezone, day_start_hour): at for at in starts}
    missed = date(2026, 6, 1)

    found = streaks_of(user, *[at for day, at in by_day.items() if day != missed], today=last)

    assert found == Streaks((last - missed).days, (last - missed).days)


def test_streaks_look_at_all_days_but_only_at_the_given_attempts(user, now):
    question = QuestionFactory(owner=user)
    attempted(question, [now - n * DAY for n in range(4)])
    attempted(question, [now - n * DAY for n in range(4, 6)], outcome="FAILED")
    attempts = Attempts.of(user, user.settings, since=TODAY, until=TODAY)
    failed = replace(attempts, every=attempts.every.filter(outcome="FAILED"))

    assert streaks(attempts, today=TODAY) == Streaks(6, 6)
    assert streaks(failed, today=TODAY) == Streaks(0, 2)


def test_streaks_leave_out_strangers_and_the_trash(user, stranger, now):
    QuestionLogFactory(question__owner=stranger)
    QuestionLogFactory(question__owner=user, deleted_at=now, deleted_by=user)

    assert streaks_of(user) == Streaks(0, 0)
