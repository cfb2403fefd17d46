"""Within a list, a nested list is asked for once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import node_id
from tests.factories import QuestionFactory, QuestionLogFactory

LIST = "{ questions { edges { node { %s } } } }"
PAGE = "edges { node { outcome } }"


@pytest.mark.parametrize(
    "selection",
    [
        f"a: logs(first: 1) {{ {PAGE} }} b: logs(first: 2) {{ {PAGE} }}",
        f"logs {{ {PAGE} }} ... on Question {{ b: logs(first: 2) {{ totalCount }} }}",
        f"logs {{ {PAGE} }} }} node {{ b: logs(first: 2) {{ totalCount }}",
        f"logs {{ {PAGE} }} }} }} edges {{ node {{ b: logs(first: 2) {{ totalCount }}",
        f"logs {{ {PAGE} }} }} }} b: edges {{ node {{ logs {{ totalCount }}",
        f"logs {{ {PAGE} }} }} b: node {{ logs {{ totalCount }}",
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


def test_two_pages_are_refused_in_a_question_that_is_asked_for_twice(graphql, user):
    query = """{ questionLogs { edges { node {
        question { logs(first: 1) { totalCount } }
        b: question { logs(first: 2) { totalCount } }
    } } } }"""

    answer = graphql(query, as_user=user)

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_fragments_that_are_woven_without_end_are_refused(graphql, user):
    # Which of them meet depends on each of the last fifteen fields: 2**15 selections to compare.
    steps = " ".join(
        f"fragment F{n} on Query {{ a {{ ...F{n + 1} }} b {{ ...F{n + 1} }} }}" for n in range(15)
    )
    query = "{ ...S } fragment S on Query { a { ...S ...F0 } b { ...S } }" + steps

    answer = graphql(query + " fragment F15 on Query { __typename }", as_user=user)

    assert "The fragments of the operation are too entangled." in [
        error["message"] for error in answer.body["errors"]
    ]


def test_the_same_page_is_read_once_for_two_names(graphql, user, token):
    QuestionLogFactory(question__owner=user)

    same = "logs(first: 1) { totalCount } b: logs(first: 1) { totalCount }"

    with CaptureQueriesContext(connection) as captured:
        answer = graphql(LIST % same, token=token)

    assert len(captured) == 3
    assert answer.only["edges"] == [{"node": {"logs": {"totalCount": 1}, "b": {"totalCount": 1}}}]


def test_one_question_gives_both_ends_of_its_list(graphql, user):
    question = QuestionFactory(owner=user)
    ends = "a: logs(first: 1) { totalCount } b: logs(last: 1) { totalCount }"
    query = f"query($id: ID!) {{ question(id: $id) {{ {ends} }} }}"

    answer = graphql(query, as_user=user, id=node_id(question))

    assert answer.only == {"a": {"totalCount": 0}, "b": {"totalCount": 0}}
