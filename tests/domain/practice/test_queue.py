"""What to review now, in which order, and how many."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice import queue
from domain.practice.days import local_day
from domain.practice.models import ReviewBaseline, ReviewStage, ReviewState
from domain.practice.recall import Curve
from domain.questions.models import Question
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    ReviewStateFactory,
)

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
# By default, days begin at 4 o'clock (UTC).
STARTS, ENDS = datetime(2026, 3, 2, 4, tzinfo=UTC), datetime(2026, 3, 3, 4, tzinfo=UTC)
# In Kathmandu, the clock never changes: there it is any night.
CHANGES = {
    "Pacific/Auckland": ["2026-04-04 14:00", "2026-09-26 14:00"],
    "Asia/Kathmandu": ["2026-03-28 18:15", "2026-10-24 18:15"],
    "America/New_York": ["2026-03-08 07:00", "2026-11-01 06:00"],
}


def ask(user, at=NOW, **options):
    """The queue of a person with the settings that they have now."""
    return queue.review_queue(owner=user, settings=user.settings, at=at, **options)


def questions(found):
    return [item.question for item in found.items]


def prefer(user, **values):
    """Change a person's settings."""
    for name, value in values.items():
        setattr(user.settings, name, value)
    user.settings.save()


def test_begins_with_what_is_remembered_worst(user):
    states = [
        ReviewStateFactory(owner=user, last_review_at=NOW - days * DAY, stability=stability)
        for days, stability in ((11, 10.0), (40, 10.0), (40, 300.0), (11, 2.0))
    ]

    found = questions(ask(user))

    assert found == [states[n].question for n in (3, 1, 0, 2)]


@pytest.mark.parametrize(("importance", "weight"), [(1, 0.7), (2, 1.0), (3, 1.3), (4, 1.6)])
def test_priority_is_the_chance_to_have_forgotten_times_the_weight(importance, weight, user):
    ReviewStateFactory(owner=user, question__importance=importance)

    (item,) = ask(user).items

    recall = Curve.of(user.settings).recall(stability=10.0, days=11)
    assert item.retrievability == pytest.approx(recall, rel=1e-12)
    assert item.priority == pytest.approx((1 - recall) * weight, rel=1e-12)


def test_importance_weighs_in(user):
    worse = ReviewStateFactory(owner=user, stability=9.0, question__importance=1)
    better = ReviewStateFactory(owner=user, stability=10.0, question__importance=4)

    assert questions(ask(user)) == [better.question, worse.question]


def test_equals_are_in_the_order_in_which_they_were_due_then_made(user):
    later = [ReviewStateFactory(owner=user) for _ in range(3)]
    sooner = ReviewStateFactory(owner=user, due_at=NOW - 2 * DAY)

    later = sorted((state.question for state in later), key=lambda question: question.uid)
    assert questions(ask(user)) == [sooner.question, *later]


def test_follows_the_persons_own_forgetting_curve(user):
    prefer(user, fsrs_parameters=[*([1.0] * 20), 0.5])
    ReviewStateFactory(owner=user)

    (item,) = ask(user).items

    assert item.retrievability == pytest.approx((1 + (0.9**-2 - 1) * 11 / 10) ** -0.5)


@pytest.mark.parametrize(
    ("due_at", "overdue_days", "reason"),
    [
        (ENDS - MICROSECOND, 0, "due today, recall 89 %"),
        (STARTS, 0, "due today, recall 89 %"),
        (STARTS - MICROSECOND, 1, "due yesterday, recall 89 %"),
        (STARTS - 2 * DAY, 2, "due 2 days ago, recall 89 %"),
        (STARTS - 400 * DAY, 400, "due 400 days ago, recall 89 %"),
    ],
)
def test_says_why(due_at, overdue_days, reason, user):
    ReviewStateFactory(owner=user, due_at=due_at)

    (item,) = ask(user).items

    assert (item.due_at, item.overdue_days, item.reason) == (due_at, overdue_days, reason)


def test_says_what_is_forgotten_again_and_again(user):
    ReviewStateFactory(owner=user, stability=1.0, lapses=5, is_leech=True)

    (item,) = ask(user).items

    assert item.reason == "due yesterday, recall 68 %, forgotten 5 times"


def test_has_what_is_due_later_today_and_not_tomorrow(user):
    today = ReviewStateFactory(owner=user, due_at=ENDS - MICROSECOND)
    ReviewStateFactory(owner=user, due_at=ENDS)

    found = ask(user)

    assert questions(found) == [today.question]
    assert (found.day, found.due_count) == (NOW.date(), 1)


@pytest.mark.parametrize(
    "values",
    [
        {"is_suspended": True},
        {"postponed_until": NOW + MICROSECOND},
        {"question__is_archived": True},
        {"question__deleted_at": NOW},
        {"state": ReviewStage.NEW, "stability": None, "due_at": None, "last_review_at": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_leaves_out_what_is_not_in_play(values, user):
    ReviewStateFactory(owner=user, **values)

    assert (ask(user).items, ask(user).due_count) == ([], 0)


def test_has_what_was_postponed_until_now(user):
    state = ReviewStateFactory(owner=user, postponed_until=NOW)

    assert questions(ask(user)) == [state.question]


def test_has_nobody_elses(user, stranger):
    ReviewStateFactory(owner=stranger)
    QuestionLogFactory(question__owner=stranger, attempted_at=NOW)

    found = ask(user)

    assert (found.items, found.due_count, found.done.new) == ([], 0, 0)


def test_takes_no_more_than_the_rows_that_it_is_given(user, stranger):
    mine = ReviewStateFactory(owner=user, question__title="mine")
    ReviewStateFactory(owner=user)
    ReviewStateFactory(owner=stranger, question__title="mine")

    found = ask(user, questions=Question.objects.filter(title="mine"))

    assert (questions(found), found.due_count) == ([mine.question], 1)


@pytest.mark.parametrize(
    ("attempted_at", "due_at", "repeat", "is_there"),
    [
        (STARTS - MICROSECOND, ENDS - MICROSECOND, False, True),
        (STARTS, NOW - DAY, False, False),
        (STARTS, NOW, True, True),
        (STARTS, NOW + MICROSECOND, True, False),
        (STARTS - MICROSECOND, NOW + MICROSECOND, True, True),
    ],
)
def test_has_no_question_twice_on_one_day_unless_that_is_wanted(
    attempted_at, due_at, repeat, is_there, user
):
    prefer(user, same_day_repeat=repeat)
    ReviewStateFactory(owner=user, due_at=due_at, question__last_attempted_at=attempted_at)

    assert (ask(user).due_count, len(ask(user).items)) == (is_there, is_there)


def test_has_what_was_imported_without_attempts(user):
    state = ReviewStateFactory(owner=user, question__log_count=0, question__last_attempted_at=None)

    assert questions(ask(user)) == [state.question]


@pytest.mark.parametrize(
    ("limit", "done", "size"),
    [(None, 0, 5), (None, 2, 3), (2, 0, 2), (9, 2, 3), (0, 0, 0), (9, 7, 0)],
)
def test_is_as_long_as_the_day_and_the_limit_allow(limit, done, size, user):
    prefer(user, reviews_per_day=5)
    for _ in range(8):
        ReviewStateFactory(owner=user)
    for _ in range(done):
        question = QuestionLogFactory(question__owner=user, attempted_at=NOW - 9 * DAY).question
        QuestionLogFactory(question=question, attempted_at=NOW)

    found = ask(user, limit=limit)

    assert (len(found.items), found.due_count) == (size, 8)
    assert found.done.reviews_left(user.settings) == max(0, 5 - done)


def test_after_a_pause_the_days_take_turns_with_the_worst_first(user):
    prefer(user, reviews_per_day=4)
    for days in range(10):
        QuestionLogFactory(question__owner=user, attempted_at=NOW - (90 + 10 * days) * DAY)
    worst_first = list(Question.objects.order_by("last_attempted_at"))
    taken = []

    for day in range(3):
        at = NOW + day * DAY
        taken.append(questions(ask(user, at=at)))
        for question in taken[-1]:
            QuestionLogFactory(question=question, attempted_at=at)

    assert taken == [worst_first[:4], worst_first[4:8], worst_first[8:]]
    assert ask(user, at=NOW + 2 * DAY).due_count == 0


@pytest.mark.parametrize(
    ("attempts", "done"),
    [
        ([NOW - DAY], (0, 0)),
        ([NOW], (0, 1)),
        ([STARTS, NOW, ENDS - MICROSECOND], (0, 1)),
        ([STARTS - MICROSECOND, STARTS, NOW], (1, 0)),
        ([STARTS - MICROSECOND, ENDS], (0, 0)),
        ([ENDS], (0, 0)),
    ],
)
def test_counts_each_question_once_a_day_as_new_or_as_a_review(attempts, done, user):
    question = QuestionFactory(owner=user)
    for at in attempts:
        QuestionLogFactory(question=question, attempted_at=at)

    found = ask(user).done

    assert (found.reviews, found.new) == done


def test_counts_no_trash(user):
    first = QuestionLogFactory(question__owner=user, attempted_at=NOW - DAY, deleted_at=NOW)
    QuestionLogFactory(question=first.question, attempted_at=NOW)
    gone = QuestionFactory(owner=user, deleted_at=NOW)
    QuestionLogFactory(question=gone, attempted_at=NOW)
    QuestionLogFactory(question__owner=user, attempted_at=NOW, deleted_at=NOW)

    found = ask(user).done

    assert (found.reviews, found.new) == (0, 1)


@pytest.mark.parametrize(
    ("reviewed_at", "done"), [(STARTS - MICROSECOND, (1, 0)), (STARTS, (0, 1))]
)
def test_what_was_reviewed_elsewhere_before_is_not_new(reviewed_at, done, user):
    question = QuestionFactory(owner=user)
    ReviewBaseline.objects.create(
        owner=user,
        question=question,
        stability=3,
        difficulty=5,
        reviewed_at=reviewed_at,
        due_at=NOW,
    )
    QuestionLogFactory(question=question, attempted_at=NOW)

    found = ask(user).done

    assert (found.reviews, found.new) == done


@pytest.mark.parametrize("hour", [0, 4, 23])
@pytest.mark.parametrize("change", [0, 1], ids=["spring", "autumn"])
@pytest.mark.parametrize("timezone", CHANGES)
def test_keeps_to_the_persons_day_when_the_clock_changes(timezone, change, hour, user):
    prefer(user, timezone=timezone, day_start_hour=hour, reviews_per_day=200)
    changes_at = datetime.fromisoformat(CHANGES[timezone][change]).replace(tzinfo=UTC)
    moments = [changes_at + timedelta(minutes=30 * n) for n in range(-60, 60)]
    rows = Question.objects.bulk_create(
        Question(owner=user, title=f"{n}", slug=f"{n}", last_attempted_at=attempted, due_at=due)
        for n, (attempted, due) in enumerate(
            [(at, NOW - DAY) for at in moments] + [(NOW - 99 * DAY, at) for at in moments]
        )
    )
    ReviewState.objects.bulk_create(
        ReviewState(
            owner=user, question=row, due_at=row.due_at, last_review_at=NOW, state=2, stability=1
        )
        for row in rows
    )

    for hours in range(-26, 27, 4):
        at = changes_at + timedelta(hours=hours)
        found = set(ask(user, at=at).due.values_list("question", flat=True))

        def day(moment):
            return local_day(moment, timezone, hour)

        today = day(at)
        assert 0 < len(found) < len(rows)
        assert found == {
            row.pk
            for row in rows
            if day(row.due_at) <= today and day(row.last_attempted_at) < today
        }


def test_takes_three_statements_however_many_are_due(user):
    counts = []
    for _ in range(2):
        for _ in range(15):
            ReviewStateFactory(owner=user)
        with CaptureQueriesContext(connection) as captured:
            assert len(ask(user).items) in (15, 20)
        counts.append(len(captured))

    assert counts == [3, 3]
