"""``reviewQueue``."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewStateFactory,
    TagFactory,
)

DAY = timedelta(days=1)
QUEUE = """
  query ($limit: Int, $filter: QuestionFilter) {
    reviewQueue(limit: $limit, filter: $filter) {
      day dueCount
      reviewsPerDay reviewsDoneToday reviewsLeftToday newPerDay newDoneToday newLeftToday
      items { question { title } reason dueAt overdueDays retrievability priority }
    }
  }
"""
NESTED = """
  query ($limit: Int) {
    reviewQueue(limit: $limit) {
      dueCount
      items {
        reason
        question {
          id title notes
          tags { name }
          review { stability retrievability }
          reviewPreview { rating dueAt }
          logs(first: 2) { totalCount edges { node { outcome } } }
        }
      }
    }
  }
"""


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def test_says_what_to_review_and_why(graphql, user):
    ReviewStateFactory(owner=user, question__title="Two Sum", due_at=NOW - 3 * DAY)
    QuestionLogFactory(question__owner=user, attempted_at=NOW)

    queue = graphql(QUEUE, as_user=user).only

    (item,) = queue.pop("items")
    assert item.pop("retrievability") == pytest.approx(0.893319, abs=1e-6)
    assert item.pop("priority") == pytest.approx(0.106681, abs=1e-6)
    assert item == {
        "question": {"title": "Two Sum"},
        "reason": "due 3 days ago, recall 89 %",
        "dueAt": "2026-02-27T09:30:00Z",
        "overdueDays": 3,
    }
    assert queue == {
        "day": "2026-03-02",
        "dueCount": 1,
        "reviewsPerDay": 20,
        "reviewsDoneToday": 0,
        "reviewsLeftToday": 20,
        "newPerDay": 5,
        "newDoneToday": 1,
        "newLeftToday": 4,
    }


def test_a_day_is_the_persons_own(graphql, user):
    user.settings.timezone = "Pacific/Kiritimati"
    user.settings.day_start_hour = 23
    user.settings.save()

    with time_machine.travel(NOW.replace(hour=9, minute=0), tick=False):
        assert graphql(QUEUE, as_user=user).only["day"] == "2026-03-02"
    with time_machine.travel(NOW.replace(hour=8, minute=59), tick=False):
        assert graphql(QUEUE, as_user=user).only["day"] == "2026-03-01"


@pytest.mark.parametrize(("limit", "size"), [(None, 20), (0, 0), (3, 3), (200, 20)])
def test_takes_a_limit_and_keeps_to_the_days(limit, size, graphql, user):
    for _ in range(22):
        ReviewStateFactory(owner=user)

    queue = graphql(QUEUE, as_user=user, limit=limit).only

    assert (len(queue["items"]), queue["dueCount"]) == (size, 22)


@pytest.mark.parametrize("limit", [-1, 201])
def test_refuses_other_limits(limit, graphql, user):
    answer = graphql(QUEUE, as_user=user, limit=limit)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == f"limit is {limit}; ask for 0 to 200."


def test_takes_the_filter_of_lists(graphql, user):
    tag = TagFactory(owner=user)
    wanted = ReviewStateFactory(owner=user, question__title="graph", question__importance=4)
    ReviewStateFactory(owner=user, question__importance=4)
    QuestionTagFactory(question=wanted.question, tag=tag)
    filter = {"tagsAny": [node_id(tag)], "importance": [4], "isDue": True}

    queue = graphql(QUEUE, as_user=user, filter=filter).only

    assert [item["question"] for item in queue["items"]] == [{"title": "graph"}]
    assert queue["dueCount"] == 1


def test_shows_nobody_elses(graphql, user, stranger):
    ReviewStateFactory(owner=stranger)
    QuestionLogFactory(question__owner=stranger, attempted_at=NOW)
    # No service makes such a row; were there one, it would not be shown nor counted.
    ReviewStateFactory(owner=user, question=QuestionFactory(owner=stranger))

    queue = graphql(QUEUE, as_user=user).only

    assert (queue["items"], queue["dueCount"], queue["newDoneToday"]) == ([], 0, 0)


def test_each_alias_reads_what_is_selected_of_it(graphql, user):
    log = QuestionLogFactory(question__owner=user, attempted_at=NOW - 40 * DAY)
    QuestionLogFactory(question=log.question, attempted_at=NOW - 39 * DAY)
    operation = """{
      reviewQueue {
        one: items { question { logs(first: 1) { edges { node { outcome } } } } }
        ...Rest
      }
    }
    fragment Rest on ReviewQueue {
      both: items { it: question { logs { totalCount edges { node { outcome } } } } }
      none: items { overdueDays }
    }"""

    found = graphql(operation, as_user=user).only

    solved = {"node": {"outcome": "SOLVED"}}
    assert found["one"] == [{"question": {"logs": {"edges": [solved]}}}]
    assert found["both"] == [{"it": {"logs": {"totalCount": 2, "edges": [solved, solved]}}}]
    assert len(found["none"]) == 1


def test_refuses_two_pages_of_a_nested_list(graphql, user):
    operation = """{
      reviewQueue {
        items {
          a: question { logs(first: 1) { totalCount } }
          b: question { logs(first: 2) { totalCount } }
        }
      }
    }"""

    assert graphql(operation, as_user=user).codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_what_it_can_bring_has_its_price(graphql, user):
    answer = graphql(NESTED.replace("first: 2", "first: 100"), as_user=user)

    assert answer.codes == ["COST_EXCEEDED"]
    assert graphql(NESTED.replace("first: 2", "first: 100"), as_user=user, limit=20).codes == []


@pytest.mark.parametrize(
    ("operation", "statements"),
    [
        ("{ reviewQueue { day reviewsLeftToday newLeftToday } }", 3),
        ("{ reviewQueue { dueCount } }", 4),
        ("{ reviewQueue { items { question { id title } reason } } }", 5),
        (NESTED, 8),
    ],
)
def test_costs_as_many_statements_for_few_as_for_many(operation, statements, graphql, user):
    user.settings.reviews_per_day = 100
    user.settings.save()
    tag = TagFactory(owner=user)
    token = access_token(user)
    counts = []
    for more in (3, 57):
        for _ in range(more):
            log = QuestionLogFactory(question__owner=user, attempted_at=NOW - 40 * DAY)
            QuestionTagFactory(question=log.question, tag=tag)
        with CaptureQueriesContext(connection) as captured:
            assert graphql(operation, token=token).codes == []
        counts.append(len(captured))

    assert counts == [statements] * 2
