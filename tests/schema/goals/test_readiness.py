"""``Goal.readiness``."""

from datetime import timedelta

import pytest
import time_machine

from domain.goals.models import GoalList, GoalTag
from domain.practice.models import ReviewState
from domain.practice.recall import Curve
from tests.client import node_id
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)

TODAY = NOW.date()
READINESS = """
  query ($id: ID!) { goal(id: $id) { readiness {
    day daysLeft questionCount newCount predictedRecall shareAboveTarget belowTargetCount
    reviewsNeeded reviewsPerDay
    belowTarget { predictedRecall question { id } }
    perTag { tag { name } questionCount newCount predictedRecall shareAboveTarget }
    perList { studyList { name } questionCount newCount predictedRecall shareAboveTarget }
  } } }
"""


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


def practised(user, days):
    at = NOW - timedelta(days=days)
    return QuestionLogFactory(question__owner=user, attempted_at=at).question


def readiness(graphql, goal):
    return graphql(READINESS, as_user=goal.owner, id=node_id(goal)).only["readiness"]


def test_says_what_will_be_known_on_the_day(graphql, user):
    goal = GoalFactory(owner=user, date=TODAY + timedelta(days=3))
    faded, fresh, new = practised(user, 60), practised(user, 0), QuestionFactory(owner=user)
    study_list = StudyListFactory(owner=user, name="Blind 75")
    StudyListItemFactory(study_list=study_list, question=faded)
    tag = TagFactory(owner=user, name="graphs")
    for question in (faded, fresh, new):
        QuestionTagFactory(question=question, tag=tag)
    GoalTag.objects.create(owner=user, goal=goal, tag=tag)
    GoalList.objects.create(owner=user, goal=goal, study_list=study_list)

    found = readiness(graphql, goal)

    (below,) = [
        item for item in found.pop("belowTarget") if item["question"]["id"] == node_id(faded)
    ]
    # 62 whole days lie between the attempt and the beginning of the day.
    review = ReviewState.objects.get(question=faded)
    curve = Curve.from_parameters(None)
    assert below["predictedRecall"] == pytest.approx(
        curve.recall(stability=review.stability, days=62)
    )
    assert found.pop("perList") == [
        {
            "studyList": {"name": "Blind 75"},
            "questionCount": 1,
            "newCount": 0,
            "predictedRecall": below["predictedRecall"],
            "shareAboveTarget": 0.0,
        }
    ]
    (by_tag,) = found.pop("perTag")
    assert by_tag == {
        "tag": {"name": "graphs"},
        "questionCount": 3,
        "newCount": 1,
        "predictedRecall": found["predictedRecall"],
        "shareAboveTarget": found["shareAboveTarget"],
    }
    below_count = found["belowTargetCount"]
    assert found == {
        "day": "2026-03-05",
        "daysLeft": 3,
        "questionCount": 3,
        "newCount": 1,
        "predictedRecall": found["predictedRecall"],
        "shareAboveTarget": pytest.approx((2 - below_count) / 3),
        "belowTargetCount": below_count,
        "reviewsNeeded": 1 + below_count,
        "reviewsPerDay": 1,
    }


def test_follows_the_persons_parameters(graphql, user):
    goal = GoalFactory(owner=user)
    practised(user, 10)
    before = readiness(graphql, goal)["predictedRecall"]
    parameters = [0.2] * 21
    user.settings.fsrs_parameters = parameters
    user.settings.save()

    after = readiness(graphql, goal)["predictedRecall"]

    assert after != before


def test_is_null_once_the_day_is_over(graphql, user):
    assert readiness(graphql, GoalFactory(owner=user, date=TODAY - timedelta(days=1))) is None
    assert readiness(graphql, GoalFactory(owner=user, date=TODAY))["daysLeft"] == 0


def test_the_answer_of_a_change_knows_of_it(graphql, user):
    goal = GoalFactory(owner=user)
    practised(user, 3)
    tag = TagFactory(owner=user)
    operation = """mutation ($id: ID!, $tag: ID!) {
      tagged: updateGoal(input: {id: $id, tags: [$tag]}) { ...Count }
      all: updateGoal(input: {id: $id, tags: []}) { ...Count }
    }
    fragment Count on Goal { readiness { questionCount } }"""
    operation = operation.replace("...Count }", "... on Goal { ...Count } }")

    answer = graphql(operation, as_user=user, id=node_id(goal), tag=node_id(tag))

    assert answer.data == {
        "tagged": {"readiness": {"questionCount": 0}},
        "all": {"readiness": {"questionCount": 1}},
    }


def test_aliases_each_show_what_they_select(graphql, user):
    practised(user, 40)
    GoalFactory.create_batch(2, owner=user)
    operation = """{ goals { edges { node {
      a: readiness { belowTarget { question { title } } }
      b: readiness { belowTarget { question { logCount tags { name } } } }
    } } } }"""

    nodes = graphql(operation, as_user=user).nodes

    titles = [node["a"]["belowTarget"][0]["question"] for node in nodes]
    assert [set(question) for question in titles] == [{"title"}] * 2
    assert [node["b"]["belowTarget"][0]["question"] for node in nodes] == [
        {"logCount": 1, "tags": []}
    ] * 2


def test_two_pages_of_a_nested_list_are_refused(graphql, user):
    operation = """query ($id: ID!) { goal(id: $id) { readiness { belowTarget { question {
      a: logs(first: 1) { totalCount } b: logs(first: 2) { totalCount }
    } } } } }"""

    answer = graphql(operation, as_user=user, id=node_id(GoalFactory(owner=user)))

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_its_lists_count_for_what_an_operation_costs(graphql, user):
    operation = """{ goals(first: 50) { edges { node { readiness { belowTarget { question {
      logs(first: 100) { edges { node { id } } }
    } } } } } } }"""

    assert graphql(operation, as_user=user).codes == ["COST_EXCEEDED"]
