"""Within a list, a nested list is asked for once."""

import pytest

from tests.client import node_id
from tests.factories import QuestionFactory, QuestionLogFactory

LIST = "{ questions { edges { node { %s } } } }"
PAGE = "edges { node { outcome } }"


@pytest.mark.parametrize(
    "selection",
    [
        f"a: logs(first: 1) {{ {PAGE} }} b: logs(first: 2) {{ {PAGE} }}",
        f"logs {{ {PAGE} }} ... on Question {{ b: logs(first: 2) {{ totalCount }} }}",
    ],
)
def test_two_pages_of_one_list_are_refused_in_each_row(selection, graphql, user):
    answer = graphql(LIST % selection, as_user=user)

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_two_pages_are_refused_through_fragments(graphql, user):
    query = LIST % "...A ...B" + (
        " fragment A on Question { a: logs(first: 1) { totalCount } }"
        " fragment B on Question { b: logs(last: 1) { totalCount } }"
    )

    answer = graphql(query, as_user=user)

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_the_same_page_may_be_asked_for_twice(graphql, user):
    QuestionLogFactory(question__owner=user)

    same = "logs(first: 1) { totalCount } b: logs(first: 1) { totalCount }"

    answer = graphql(LIST % same, as_user=user)

    assert answer.only["edges"] == [{"node": {"logs": {"totalCount": 1}, "b": {"totalCount": 1}}}]


def test_one_question_gives_both_ends_of_its_list(graphql, user):
    question = QuestionFactory(owner=user)
    ends = "a: logs(first: 1) { totalCount } b: logs(last: 1) { totalCount }"
    query = f"query($id: ID!) {{ question(id: $id) {{ {ends} }} }}"

    answer = graphql(query, as_user=user, id=node_id(question))

    assert answer.only == {"a": {"totalCount": 0}, "b": {"totalCount": 0}}
