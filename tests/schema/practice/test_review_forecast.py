"""``reviewForecast``."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import access_token
from tests.factories import NOW, QuestionFactory, ReviewStateFactory

DAY = timedelta(days=1)
FORECAST = """
  query ($days: Int!, $filter: QuestionFilter) {
    reviewForecast(days: $days, filter: $filter) {
      total
      days { date due planned backlog }
    }
  }
"""


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def test_spreads_what_is_due_over_the_days(graphql, user):
    user.settings.reviews_per_day = 2
    user.settings.save()
    for days in (-9, -1, 0, 1, 5):
        ReviewStateFactory(owner=user, due_at=NOW + days * DAY)

    forecast = graphql(FORECAST, as_user=user, days=3).only

    assert forecast == {
        "total": 4,
        "days": [
            {"date": "2026-03-02", "due": 3, "planned": 2, "backlog": 1},
            {"date": "2026-03-03", "due": 1, "planned": 2, "backlog": 0},
            {"date": "2026-03-04", "due": 0, "planned": 0, "backlog": 0},
        ],
    }


@pytest.mark.parametrize("days", [1, 365])
def test_has_each_day_that_is_asked_for(days, graphql, user):
    assert len(graphql(FORECAST, as_user=user, days=days).only["days"]) == days


@pytest.mark.parametrize("days", [0, -1, 366])
def test_refuses_other_numbers_of_days(days, graphql, user):
    answer = graphql(FORECAST, as_user=user, days=days)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == f"days is {days}; ask for 1 to 365."


def test_takes_the_filter_of_lists(graphql, user):
    ReviewStateFactory(owner=user, question__importance=4)
    ReviewStateFactory(owner=user)

    forecast = graphql(FORECAST, as_user=user, days=1, filter={"importance": [4]}).only

    assert forecast["total"] == 1


def test_counts_nobody_elses(graphql, user, stranger):
    ReviewStateFactory(owner=stranger)
    # No service makes such a row; were there one, it would not be counted.
    ReviewStateFactory(owner=user, question=QuestionFactory(owner=stranger))

    assert graphql(FORECAST, as_user=user, days=365).only["total"] == 0


def test_costs_as_many_statements_for_few_as_for_many(graphql, user):
    token = access_token(user)
    counts = []
    for more in (3, 57):
        for n in range(more):
            ReviewStateFactory(owner=user, due_at=NOW + n * DAY)
        with CaptureQueriesContext(connection) as captured:
            graphql(FORECAST, token=token, days=365)
        counts.append(len(captured))

    assert counts == [4, 4]
