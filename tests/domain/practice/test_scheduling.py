"""Grades and due dates, without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.practice.models import Rating
from domain.practice.scheduling import NOTHING, Review, grade, replay, scheduler_for
from tests.domain.practice.replay import GRADES, scheduler

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
BOUNDS = list(
    zip(fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS, strict=True)
)


def ours(**options):
    fixed = {"desired_retention": 0.9, "maximum_interval_days": 365, "parameters": None}
    return scheduler_for(**(fixed | options))


@pytest.mark.parametrize(("said", "expected"), GRADES.items())
def test_grade_follows_from_outcome_and_help(said, expected):
    outcome, help_used = said

    assert grade(outcome=outcome, help_used=help_used, rating=None) == expected


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
@pytest.mark.parametrize("outcome", ["SOLVED", "PARTIAL", "FAILED"])
def test_grade_is_the_persons_own_if_there_is_one(rating, outcome):
    assert grade(outcome=outcome, help_used="EDITORIAL", rating=rating) == rating


def test_due_after_nothing_is_never():
    assert replay([], ours()) == NOTHING


@pytest.mark.parametrize(
    ("rating", "days"), [(Rating.AGAIN, 1), (Rating.HARD, 1), (Rating.GOOD, 2), (Rating.EASY, 8)]
)
def test_due_after_the_first_review(rating, days):
    due = replay([Review(START, rating)], ours()).due_at

    assert due == START + timedelta(days=days)


reviews = st.lists(
    st.tuples(st.integers(0, 400 * 24 * 60), st.sampled_from(Rating)), min_size=1, max_size=12
).map(lambda pairs: [Review(START + timedelta(minutes=m), r) for m, r in sorted(pairs)])


@settings(max_examples=100, deadline=None)
@given(reviews, st.floats(0.7, 0.97), st.integers(1, 36_500))
def test_due_after_is_what_the_package_says(reviews, retention, interval):
    package = scheduler(desired_retention=retention, maximum_interval=interval)
    card = fsrs.Card(card_id=1)
    for review in reviews:
        card, _ = package.review_card(card, fsrs.Rating(review.rating), review.at)

    due = replay(reviews, ours(desired_retention=retention, maximum_interval_days=interval)).due_at

    assert due == card.due
    assert due <= reviews[-1].at + timedelta(days=interval)


@settings(max_examples=100, deadline=None)
@given(st.tuples(*[st.floats(low, high) for low, high in BOUNDS]), reviews)
def test_due_after_takes_any_parameters_that_are_allowed(parameters, reviews):
    due = replay(reviews, ours(parameters=list(parameters))).due_at

    assert due > reviews[-1].at


def test_due_after_survives_parameters_that_let_stability_grow_without_end():
    parameters = [high for _, high in BOUNDS]
    parameters[19] = 0.0
    reviews = [Review(START + timedelta(minutes=n), Rating.EASY) for n in range(300)]

    due = replay(reviews, ours(parameters=parameters)).due_at

    assert due == reviews[-1].at + timedelta(days=365)


@pytest.mark.parametrize("name", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_due_after_takes_moments_of_any_time_zone(name):
    review = Review(START.astimezone(ZoneInfo(name)), Rating.GOOD)

    assert replay([review], ours()).due_at == START + timedelta(days=2)


def test_due_after_never_exceeds_the_longest_interval():
    due = replay([Review(START, Rating.EASY)] * 3, ours(maximum_interval_days=3)).due_at

    assert due == START + timedelta(days=3)


def test_scheduler_refuses_parameters_out_of_range():
    with pytest.raises(ValueError, match="out of bounds"):
        ours(parameters=[1000.0] * 21)
