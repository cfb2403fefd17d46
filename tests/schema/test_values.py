"""How many values the variables of an operation may hold."""

from typing import Any

import pytest

from tests.schema.tables import nothing_changes

SHOWN = "{ ... on OperationInfo { messages { code } } }"
CREATE = f"createQuestions(input: {{items: $items, errorPolicy: $policy}}) {SHOWN}"
DECLARED = "$items: [CreateQuestionInput!]!, $policy: ErrorPolicy! = REJECT_ALL"
LARGE = [{"title": "x", "notes": "y"}] * 5_000  # 15,000 values with the rows themselves
REFUSED = (413, ["TOO_LARGE"])


@pytest.fixture
def sent(graphql, token):
    """Send an operation with many values; gives the status and the codes."""

    def send(query: str, values: object = LARGE, *, token: str | None = token) -> Any:
        answer = graphql.send({"query": query, "variables": {"items": values}}, token=token)
        return answer.status, answer.codes

    return send


@pytest.mark.parametrize(
    "query",
    [
        f"mutation ({DECLARED}) {{ {CREATE} }}",
        f"mutation ({DECLARED}) {{ {CREATE} __typename }}",
        f"query ({DECLARED}) {{ {CREATE} }}",
    ],
)
def test_many_are_read_where_one_field_at_the_root_takes_them(query, sent):
    with nothing_changes():
        status, codes = sent(query)

    assert (status, codes[0]) in [(200, "row_count"), (200, "GRAPHQL_VALIDATION_FAILED")]


@pytest.mark.parametrize(
    "query",
    [
        # Twice.
        f"mutation ({DECLARED}) {{ a: {CREATE} b: {CREATE} }}",
        # Once for each row of a list.
        "query ($items: Int) { tags { edges { node { x(first: $items) { totalCount } } } } }",
        # Once for each place where the fragment is spread.
        f"mutation ({DECLARED}) {{ ...F }} fragment F on Mutation {{ {CREATE} }}",
        f"mutation ({DECLARED}) {{ ... {{ {CREATE} }} }}",
        f"mutation ({DECLARED}) {{ {CREATE} }} "
        "fragment F on Question { logs(first: $items) { totalCount } }",
        # By directives.
        f"mutation ({DECLARED}) {{ {CREATE} __typename @skip(if: $items) }}",
        # By one of several operations.
        f"mutation A ({DECLARED}) {{ {CREATE} }} mutation B {{ __typename }}",
        # By none.
        "{ __typename }",
        "{",
        "",
    ],
)
def test_many_are_refused_where_they_could_be_read_more_than_once(query, sent):
    assert sent(query or " ") == REFUSED


def test_there_is_an_end_to_it(sent):
    query = f"mutation ({DECLARED}) {{ {CREATE} }}"

    assert sent(query, ["x"] * 49_999)[0] == 200
    assert sent(query, ["x"] * 50_000) == REFUSED


def test_many_are_read_of_people_only(sent):
    query = f"mutation ({DECLARED}) {{ {CREATE} }}"

    assert sent(query, token=None) == REFUSED
    assert sent(query, token="expired") == REFUSED  # noqa: S106
