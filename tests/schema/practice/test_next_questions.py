"""``nextQuestions``."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.base.models import new_uid
from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)

NEXT = """
  query (
    $limit: Int, $studyList: ID, $weakTags: Boolean = false, $filter: QuestionFilter
  ) {
    nextQuestions(limit: $limit, studyList: $studyList, weakTags: $weakTags, filter: $filter) {
      question { title }
      reason
    }
  }
"""
NESTED = """
  query ($studyList: ID, $limit: Int = 100) {
    nextQuestions(limit: $limit, studyList: $studyList, weakTags: true) {
      question { id notes tags { name } review { stability } logs(first: 2) { totalCount } }
    }
  }
"""


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def titles(answer):
    return [each["question"]["title"] for each in answer.only]


def test_says_what_to_take_up_and_why(graphql, user):
    QuestionFactory(owner=user, title="Two Sum", difficulty=1, importance=3)
    QuestionFactory(owner=user, title="Candy", difficulty=3)
    QuestionLogFactory(question__owner=user)

    assert graphql(NEXT, as_user=user).only == [
        {"question": {"title": "Two Sum"}, "reason": "importance 3 of 4, easy"},
        {"question": {"title": "Candy"}, "reason": "importance 2 of 4, hard"},
    ]


def test_without_a_limit_leaves_what_todays_new_ones_leave(graphql, user):
    for _ in range(7):
        QuestionFactory(owner=user)
    QuestionLogFactory(question__owner=user, attempted_at=NOW)

    assert len(graphql(NEXT, as_user=user).only) == 4
    assert len(graphql(NEXT, as_user=user, limit=6).only) == 6
    assert graphql(NEXT, as_user=user, limit=0).only == []


@pytest.mark.parametrize("limit", [-1, 101])
def test_refuses_other_limits(limit, graphql, user):
    answer = graphql(NEXT, as_user=user, limit=limit)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == f"limit is {limit}; ask for 0 to 100."


def test_goes_by_list_tag_and_difficulty(graphql, user):
    blind, tag = StudyListFactory(owner=user, name="Blind 75"), TagFactory(owner=user)
    rows = [
        QuestionFactory(owner=user, title=f"{difficulty}", difficulty=difficulty)
        for difficulty in (3, 1, 2)
    ]
    for position, question in enumerate(rows):
        StudyListItemFactory(study_list=blind, question=question, position=position)
    for question in (rows[0], rows[2], QuestionFactory(owner=user, difficulty=1)):
        QuestionTagFactory(question=question, tag=tag)
    by_tag, by_list = {"tagsAny": [node_id(tag)]}, node_id(blind)

    asked = [
        {"studyList": by_list},
        {"studyList": by_list, "filter": by_tag},
        {"studyList": by_list, "filter": by_tag | {"difficulty": ["MEDIUM", "EASY"]}},
    ]
    found = [titles(graphql(NEXT, as_user=user, **arguments)) for arguments in asked]

    assert found == [["3", "1", "2"], ["3", "2"], ["2"]]


def test_begins_with_weak_tags(graphql, user):
    weak = TagFactory(owner=user, name="graphs")
    QuestionTagFactory(question=QuestionFactory(owner=user, log_count=4, solved_count=1), tag=weak)
    QuestionFactory(owner=user, title="important", importance=4)
    QuestionTagFactory(question=QuestionFactory(owner=user, title="weak"), tag=weak)

    answer = graphql(NEXT, as_user=user, weakTags=True)

    assert answer.only[0] == {
        "question": {"title": "weak"},
        "reason": "weakest tag graphs: 25 % solved of 4",
    }
    assert titles(graphql(NEXT, as_user=user)) == ["important", "weak"]


def test_a_list_that_is_not_there_is_not_found_whoever_has_it(graphql, user, stranger):
    ids = [
        node_id(StudyListFactory(owner=stranger)),
        node_id(StudyListFactory(owner=user, deleted_at=NOW)),
        node_id(type_name="StudyList", uid=new_uid()),
    ]

    answers = [graphql(NEXT, as_user=user, studyList=id) for id in ids]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes == ["NOT_FOUND"]


def test_shows_nobody_elses(graphql, user, stranger):
    QuestionFactory(owner=stranger)
    # No service makes such a row; were there one, it would not be shown.
    study_list = StudyListFactory(owner=user)
    StudyListItemFactory(study_list=study_list, question=QuestionFactory(owner=stranger))

    assert graphql(NEXT, as_user=user).only == []
    assert graphql(NEXT, as_user=user, studyList=node_id(study_list)).only == []


def test_what_it_can_bring_has_its_price(graphql, user):
    asked = NESTED.replace("first: 2) { totalCount }", "first: 99) { edges { node { id } } }")

    assert graphql(asked, as_user=user).codes == ["COST_EXCEEDED"]
    assert graphql(asked, as_user=user, limit=50).codes == []


def test_costs_as_many_statements_for_few_as_for_many(graphql, user):
    token, study_list = access_token(user), StudyListFactory(owner=user)
    counts = []
    for more in (3, 57):
        for n in range(more):
            question, tag = QuestionFactory(owner=user), TagFactory(owner=user)
            QuestionTagFactory(question=question, tag=tag)
            tried = QuestionFactory(owner=user, log_count=5)
            QuestionTagFactory(question=tried, tag=tag)
            StudyListItemFactory(study_list=study_list, question=question, position=more + n)
        with CaptureQueriesContext(connection) as captured:
            found = graphql(NESTED, token=token, studyList=node_id(study_list)).only
        assert len(found) in (3, 60)
        counts.append(len(captured))

    assert counts == [9, 9]
