"""How many reviews the coming days bring, and how the daily limit spreads them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice import forecasting, queue
from domain.practice.days import local_day
from domain.practice.models import ReviewStage, ReviewState
from domain.questions.models import Question
from tests.domain.practice.test_queue import CHANGES, DAY, ENDS, MICROSECOND, STARTS, prefer
from tests.factories import NOW, QuestionLogFactory, ReviewStateFactory


def forecast(user, days, at=NOW, **options):
    """The forecast for a person with the settings that they have now."""
    return forecasting.review_forecast(
        owner=user, settings=user.settings, at=at, days=days, **options
    )


def due(user, days=3, **options):
    """The numbers of reviews that are due, day by day."""
    return [day.due for day in forecast(user, days, **options)]


def test_counts_each_day_and_what_is_overdue_today(user):
    for due_at in (
        STARTS - 300 * DAY,
        STARTS - MICROSECOND,
        STARTS,
        ENDS - MICROSECOND,
        ENDS,
        ENDS + DAY,
        ENDS + 2 * DAY - MICROSECOND,
        ENDS + 2 * DAY,
    ):
        ReviewStateFactory(owner=user, due_at=due_at)

    found = forecast(user, 3)

    assert [day.due for day in found] == [4, 1, 2]
    assert [day.date for day in found] == [NOW.date() + n * DAY for n in range(3)]


def test_without_reviews_every_day_is_empty(user):
    assert [(day.due, day.planned, day.backlog) for day in forecast(user, 365)] == [(0, 0, 0)] * 365


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"is_suspended": True}, [0, 0, 0]),
        ({"question__is_archived": True}, [0, 0, 0]),
        ({"question__deleted_at": NOW}, [0, 0, 0]),
        ({"postponed_until": NOW - MICROSECOND}, [1, 0, 0]),
        ({"postponed_until": ENDS - MICROSECOND}, [1, 0, 0]),
        ({"postponed_until": ENDS}, [0, 1, 0]),
        ({"postponed_until": ENDS + 2 * DAY - MICROSECOND}, [0, 0, 1]),
        ({"postponed_until": ENDS + 2 * DAY}, [0, 0, 0]),
        ({"postponed_until": ENDS, "due_at": ENDS + DAY}, [0, 0, 1]),
        (
            {
                "state": ReviewStage.NEW,
                "stability": None,
                "due_at": None,
                "last_review_at": None,
                "postponed_until": ENDS,
                "question__last_attempted_at": NOW,
            },
            [0, 0, 0],
        ),
    ],
)
def test_counts_what_is_in_play_on_the_day_on_which_it_is(values, expected, user):
    ReviewStateFactory(owner=user, **values)

    assert due(user) == expected


@pytest.mark.parametrize(("repeat", "expected"), [(False, [0, 1, 0]), (True, [1, 0, 0])])
def test_what_was_attempted_today_and_is_still_due_comes_when_the_queue_has_it(
    repeat, expected, user
):
    prefer(user, same_day_repeat=repeat)
    ReviewStateFactory(owner=user, question__last_attempted_at=STARTS)

    assert due(user) == expected


def test_what_was_attempted_today_keeps_its_later_day(user):
    ReviewStateFactory(owner=user, question__last_attempted_at=NOW, due_at=ENDS + DAY)

    assert due(user) == [0, 0, 1]


def test_today_is_what_the_queue_counts(user):
    for hours in range(-60, 60, 7):
        at = NOW + timedelta(hours=hours)
        ReviewStateFactory(owner=user, due_at=at)
        ReviewStateFactory(owner=user, question__last_attempted_at=at)

    found = queue.review_queue(owner=user, settings=user.settings, at=NOW)

    assert due(user, days=1) == [found.due_count]


def test_counts_nobody_elses_and_only_the_rows_that_it_is_given(user, stranger):
    ReviewStateFactory(owner=user, question__title="mine")
    ReviewStateFactory(owner=user)
    ReviewStateFactory(owner=stranger, question__title="mine")

    assert due(user) == [2, 0, 0]
    assert due(user, questions=Question.objects.filter(title="mine")) == [1, 0, 0]


@pytest.mark.parametrize(
    ("limit", "done", "planned", "backlog"),
    [
        (4, 0, [4, 4, 2, 0], [5, 2, 0, 0]),
        (4, 3, [1, 4, 4, 1], [8, 5, 1, 0]),
        (4, 9, [0, 4, 4, 2], [9, 6, 2, 0]),
        (200, 0, [9, 1, 0, 0], [0, 0, 0, 0]),
        (0, 0, [0, 0, 0, 0], [9, 10, 10, 10]),
    ],
)
def test_the_daily_limit_spreads_the_backlog(limit, done, planned, backlog, user):
    prefer(user, reviews_per_day=limit)
    for _ in range(9):
        ReviewStateFactory(owner=user)
    ReviewStateFactory(owner=user, due_at=ENDS)
    for _ in range(done):
        question = QuestionLogFactory(question__owner=user, attempted_at=NOW - 90 * DAY).question
        for at in (NOW - 80 * DAY, NOW - 40 * DAY, NOW):
            QuestionLogFactory(question=question, attempted_at=at)

    found = forecast(user, 4)

    assert [day.planned for day in found] == planned
    assert [day.backlog for day in found] == backlog


@pytest.mark.parametrize("hour", [0, 4, 23])
@pytest.mark.parametrize("change", [0, 1], ids=["spring", "autumn"])
@pytest.mark.parametrize("timezone", CHANGES)
def test_keeps_to_the_persons_days_when_the_clock_changes(timezone, change, hour, user):
    prefer(user, timezone=timezone, day_start_hour=hour)
    changes_at = datetime.fromisoformat(CHANGES[timezone][change]).replace(tzinfo=UTC)
    at = changes_at - 2 * DAY
    shorter = (timezone, change) in (("America/New_York", 0), ("Pacific/Auckland", 1))
    moments = [at + timedelta(minutes=20 * n) for n in range(500)]
    rows = Question.objects.bulk_create(
        Question(owner=user, title=f"{n}", slug=f"{n}") for n in range(len(moments))
    )
    ReviewState.objects.bulk_create(
        ReviewState(
            owner=user, question=row, due_at=moment, last_review_at=NOW, state=2, stability=1
        )
        for row, moment in zip(rows, moments, strict=True)
    )

    found = forecast(user, 5, at=at)

    expected = Counter(local_day(moment, timezone, hour) for moment in moments)
    assert {day.date: day.due for day in found} == {day.date: expected[day.date] for day in found}
    assert found[0].date == local_day(at, timezone, hour)
    # Where the clock changes, one of the days is an hour longer or shorter than the others.
    lengths = Counter(day.due for day in found[1:])
    changed = {} if timezone == "Asia/Kathmandu" else {69 if shorter else 75: 1}
    assert lengths == Counter({72: 4 - len(changed), **changed})


def test_takes_two_statements_however_many_there_are(user):
    counts = []
    for _ in range(2):
        for n in range(15):
            ReviewStateFactory(owner=user, due_at=NOW + n * DAY)
        with CaptureQueriesContext(connection) as captured:
            forecast(user, 365)
        counts.append(len(captured))

    assert counts == [2, 2]
