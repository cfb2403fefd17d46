"""What makes the API cheap is really taken, and answers exactly as the long way does."""

from datetime import timedelta
from typing import Any

import pytest
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry_django.fields.field import StrawberryDjangoField

from domain.questions.models import Difficulty, Question, TagKind
from schema.root import schema
from tests.client import GraphQLClient, access_token, cursor, node_id
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, QuestionTagFactory, TagFactory

LOG = "id attemptedAt durationSeconds outcome rating help approach mistakes platform version"
QUESTION = """
  __typename id slug name: title again: title url platform externalId difficulty importance
  isStarred targetSeconds createdAt deletedAt version logCount totalSeconds lastAttemptedAt
  lastOutcome dueAt status tags { __typename id name kind colour questionCount }
  tagLinks { frequency window tag { name } }
"""
PAGE = f"""
  pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  edges {{ cursor node {{ {LOG} }} }}
"""


def listing(selection: str) -> str:
    """Asks for that of every question."""
    return f"query Listing {{ questions(first: 5) {{ edges {{ node {{ {selection} }} }} }} }}"


OPERATIONS = {
    "everything": listing(f"{QUESTION} logs {{ totalCount {PAGE} }}"),
    "uncounted": listing(f"{QUESTION} logs(first: 2) {{ {PAGE} }}"),
    "backwards": listing(f"logs(last: 1) {{ {PAGE} }}"),
    "one page twice": listing(f"a: logs(first: 1) {{ {PAGE} }} b: logs(first: 1) {{ totalCount }}"),
    "two pages": (
        f"{{ a: questionLogs(first: 1) {{ {PAGE} }}"
        f" b: questionLogs(last: 1) {{ totalCount {PAGE} }} }}"
    ),
    "there and back": listing(
        "logs(first: 1) { edges { node { question { url logs(first: 2) { edges { cursor } } } } } }"
    ),
    "fragments": listing("...Q logs { ...P }")
    + f"fragment Q on Question {{ {QUESTION} }}"
    + f"fragment P on QuestionLogConnection {{ ... {{ totalCount }} {PAGE} }}",
    "left out": listing(
        "title @skip(if: true) url @include(if: true) logs(first: 0) { totalCount edges { cursor }}"
    ),
    "viewer": "{ viewer { __typename id email role settings { timezone desiredRetention } } }",
}


@pytest.fixture
def client(user) -> Any:
    """Asks as ``user``, who has a question with all that a question can have, and an empty one."""
    full = QuestionFactory(owner=user, title="Full", difficulty=Difficulty.HARD, target_seconds=600)
    for hours, rating in enumerate([None, 3, 1]):
        moment = NOW - timedelta(hours=hours)
        QuestionLogFactory(
            question=full, attempted_at=moment, rating=rating, mistakes=["BUG", "SYNTAX"][:hours]
        )
    company = TagFactory(owner=user, name="Acme", kind=TagKind.COMPANY, colour="#00ff00")
    QuestionTagFactory(question=full, tag=company, frequency=12.5)
    QuestionTagFactory(question=full, tag=TagFactory(owner=user, name="arrays"))
    QuestionFactory(owner=user, title="Empty")
    graphql, token = GraphQLClient(), access_token(user)
    graphql.may_fail = True
    return lambda query, **extra: graphql.send({"query": query, **extra}, token=token)


@pytest.fixture
def long_way(monkeypatch) -> Any:
    """Has the library's own executor serve, and its optimizer wrap what it wants to."""
    return lambda: monkeypatch.setattr(
        schema, "execution_context_class", StrawberryGraphQLCoreExecutionContext
    )


@pytest.mark.parametrize("operation", list(OPERATIONS.values()), ids=list(OPERATIONS))
def test_answers_as_the_long_way_does(operation, client, long_way):
    short = client(operation)
    long_way()

    assert short.data
    assert client(operation).anonymous == short.anonymous  # as text: in the same order


def test_uncounted_pages_go_on_after_a_cursor(client):
    log = Question.objects.get(title="Full").logs.get(rating=3)
    after = cursor("-attempted_at", log.attempted_at.isoformat(), str(log.uid))
    query = (
        f'{{ questions {{ edges {{ node {{ title logs(after: "{after}") {{ {PAGE} }} }} }} }} }}'
    )

    pages = {node["title"]: node["logs"] for node in client(query).nodes}

    assert [edge["node"]["rating"] for edge in pages["Full"]["edges"]] == ["AGAIN"]
    assert (pages["Full"]["pageInfo"]["hasNextPage"], pages["Empty"]["edges"]) == (False, [])


@pytest.mark.parametrize("broken", [{"platform": "ELSEWHERE"}, {"difficulty": 9}])
@pytest.mark.parametrize("field", ["platform", "difficulty"])
def test_unknown_values_fail_as_on_the_long_way(broken, field, client, long_way):
    Question.objects.filter(title="Full").update(**broken)
    query = f"{{ questions {{ edges {{ node {{ title {field} }} }} }} }}"

    short = client(query)
    long_way()

    assert len(short.codes) == (field in broken)
    assert client(query).anonymous == short.anonymous


def test_mutation_answers_as_the_long_way_does(client, long_way):
    question = node_id(Question.objects.get(title="Empty"))
    query = f"""mutation ($question: ID!) {{
      updateQuestion(input: {{id: $question, title: "Empty"}}) {{
        ... on Question {{ {QUESTION} logs {{ totalCount {PAGE} }} }}
        ... on OperationInfo {{ messages {{ code }} }}
      }}
    }}"""

    short = client(query, variables={"question": question})
    long_way()

    assert short.only["name"] == "Empty"
    assert client(query, variables={"question": question}).anonymous == short.anonymous


def test_columns_and_prefetched_lists_are_not_resolved(client, monkeypatch):
    resolved = []
    get_result = StrawberryDjangoField.get_result

    def watched(self: Any, source: Any, *args: Any, **kwargs: Any) -> Any:
        if source is not None:
            resolved.append(self.python_name)
        return get_result(self, source, *args, **kwargs)

    monkeypatch.setattr(StrawberryDjangoField, "get_result", watched)

    client(OPERATIONS["everything"])

    # The tags of two links, a count that the database made for two tags, and two formulas.
    assert sorted(resolved) == ["question_count"] * 2 + ["status"] * 2 + ["tag"] * 2


def test_nothing_wraps_every_field():
    wrapping = [one for one in schema.get_extensions(sync=True) if one._implements_resolve()]

    assert wrapping == []
    assert not SchemaExtension._implements_resolve()


def test_second_request_parses_and_validates_nothing(client, monkeypatch):
    parsed, validated = [], []
    count(monkeypatch, "schema.documents.parse", parsed)
    count(monkeypatch, "strawberry.schema.schema.validate", validated)
    query = "query Unheard($n: Int) { questions(first: $n) { totalCount } }"

    first = client(query, variables={"n": 1}), len(parsed), len(validated)
    second = client(query, variables={"n": 2}), len(parsed), len(validated)

    assert first[0].data == second[0].data == {"questions": {"totalCount": 2}}
    assert first[1:] == second[1:] == (1, 1)


def count(monkeypatch: pytest.MonkeyPatch, name: str, calls: list[str]) -> None:
    """Note each call of a function that goes by this name."""
    module_name, _, attribute = name.rpartition(".")
    module = __import__(module_name, fromlist=[attribute])
    function = getattr(module, attribute)

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return function(*args, **kwargs)

    monkeypatch.setattr(module, attribute, counted)
