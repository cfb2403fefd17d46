"""Operations that are named by the hash of their text, and lists of the only ones executed."""

import json
from hashlib import sha256

import pytest
from django.core.cache import cache
from django_redis.cache import RedisCache

from domain.base import counting
from schema import persisted
from tests.client import GraphQLClient, access_token
from tests.factories import QuestionFactory

pytestmark = pytest.mark.once

NAME = "{ __typename }"
QUESTIONS = "query ($n: Int!) { questions(first: $n) { totalCount } }"
CREATE_TAG = """mutation ($name: String!) {
  createTag(input: {name: $name}) { ... on Tag { name } ... on OperationInfo { __typename } }
}"""
EXPLORER = {"Accept": "text/html"}


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def named(text: str, **body):
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}}} | body


def is_kept(text: str) -> bool:
    return cache.get(f"persisted:{hash_of(text)}") == text


@pytest.fixture
def graphql():
    """Without the database, where nothing is read."""
    return GraphQLClient()


@pytest.fixture
def keep(user, graphql):
    """Send a text with its hash, as somebody who is signed in."""
    token = access_token(user)
    return lambda text, **more: graphql.send(named(text, query=text), token=token, **more)


@pytest.fixture
def listed(settings):
    settings.PERSISTED_OPERATIONS = {hash_of(text): text for text in (NAME, QUESTIONS)}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_an_unknown_hash_is_answered_as_clients_of_the_protocol_expect(accept, graphql):
    answer = graphql.send(named(NAME), headers={"Accept": accept})

    assert answer.status == 200
    assert answer.codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert answer.body["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "data" not in answer.body


def test_a_text_that_came_with_its_hash_is_known_by_it_from_then_on(graphql, keep):
    keep(NAME)

    answer = graphql.send(named(NAME))

    assert answer.data == {"__typename": "Query"}


@pytest.mark.usefixtures("db")
def test_a_query_may_be_named_in_the_address(user, graphql):
    extensions = json.dumps(named(NAME)["extensions"])
    unknown = graphql.get(extensions=extensions)
    graphql.get(extensions=extensions, query=NAME, token=access_token(user))

    answer = graphql.get(extensions=extensions)

    assert unknown.codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert answer.data == {"__typename": "Query"}


@pytest.mark.usefixtures("db")
def test_what_is_named_is_executed_as_its_caller_with_their_variables(user, stranger, graphql):
    QuestionFactory(owner=user)
    body = named(QUESTIONS, variables={"n": 1})
    graphql.send(body | {"query": QUESTIONS}, token=access_token(user))

    answers = [graphql.send(body, token=access_token(person)) for person in (user, stranger)]

    assert [answer.only["totalCount"] for answer in answers] == [1, 0]
    assert graphql.send(body).codes == ["UNAUTHENTICATED"]
    assert graphql.send(body | {"variables": {"n": "x"}}).codes == ["BAD_USER_INPUT"]


@pytest.mark.usefixtures("db")
def test_a_mutation_that_is_named_is_not_executed_by_get(user, graphql):
    body = named(CREATE_TAG, variables={"name": "graphs"})
    token = access_token(user)
    graphql.send(body | {"query": CREATE_TAG}, token=token)
    asked = {name: json.dumps(value) for name, value in body.items()}

    answer = graphql.get(token=token, **asked)

    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])


def test_a_stream_is_told_as_an_event_that_the_hash_is_unknown(graphql):
    response = graphql.http.post(
        "/graphql",
        json.dumps(named(NAME)),
        content_type="application/json",
        headers={"Accept": "text/event-stream"},
    )

    assert response["Content-Type"].startswith("text/event-stream")
    assert b"PersistedQueryNotFound" in response.getvalue()


# --- What is not kept ---------------------------------------------------------------------------


def test_the_hash_of_another_text_is_refused_and_nothing_kept(graphql):
    other = "{ __typename  }"

    answer = graphql.send(named(NAME, query=other))

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert not is_kept(NAME)
    assert graphql.send(named(NAME)).codes == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ nope }", id="not valid"),
        pytest.param("{", id="not parsed"),
        pytest.param("{ __typename" + " " * persisted.LONGEST_BYTES + "}", id="very long"),
        pytest.param("{ __typename } # hunter2", id="with a comment"),
        # Whoever guesses the text would learn that it was right.
        pytest.param('{ __type(name: "hunter2") { name } }', id="with a text in it"),
        pytest.param('{ __type(name: """hunter2""") { name } }', id="with a block of text in it"),
        pytest.param("subscription { jobProgress { id } }", id="a subscription by POST of JSON"),
    ],
)
def test_is_not_kept(text, keep):
    keep(text, headers={"Accept": "application/json"})

    assert not is_kept(text)


def test_a_text_of_nobody_is_not_kept(graphql):
    assert graphql.send(named(NAME, query=NAME)).data == {"__typename": "Query"}

    assert not is_kept(NAME)


@pytest.mark.usefixtures("db")
def test_what_costs_too_much_is_not_kept(user, graphql):
    text = "query ($n: Int) { questions(first: $n) { edges { node { logs(first: 100) {"
    text += " edges { node { question { tags { id } } } } } } } } }"

    body = named(text, query=text, variables={"n": 100})
    answer = graphql.send(body, token=access_token(user))

    assert answer.codes == ["COST_EXCEEDED"]
    assert not is_kept(text)


def test_what_the_cache_has_under_a_hash_is_held_to_it(graphql):
    cache.set(f"persisted:{hash_of(NAME)}", "mutation { signOut { endedAt } }")

    assert graphql.send(named(NAME)).codes == ["PERSISTED_QUERY_NOT_FOUND"]


def test_a_person_may_have_so_many_kept_a_day(keep, monkeypatch, own_counts):
    monkeypatch.setattr(persisted, "MOST_A_DAY_OF_PERSON", 1)
    texts = [NAME, "{ name: __typename }"]

    answers = [keep(text) for text in [*texts, NAME]]

    assert all("errors" not in answer.body for answer in answers)
    assert [is_kept(text) for text in texts] == [True, False]


@pytest.mark.usefixtures("db")
def test_all_together_may_have_so_many_kept_a_day(user, stranger, graphql, monkeypatch, own_counts):
    monkeypatch.setattr(persisted, "MOST_A_DAY", 1)
    texts = [NAME, "{ name: __typename }"]

    for text, person in zip(texts, (user, stranger), strict=True):
        graphql.send(named(text, query=text), token=access_token(person))

    assert [is_kept(text) for text in texts] == [True, False]


def test_a_cache_that_does_not_answer_is_not_asked_again_at_once(
    graphql, keep, settings, monkeypatch, own_counts
):
    asked = []
    for name in ("get", "set"):
        monkeypatch.setattr(RedisCache, name, lambda *_, name=name, **__: asked.append(name))
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": "redis://127.0.0.1:1/0"}}

    unknown = [graphql.send(named(NAME)).codes for _ in range(3)]
    known = keep(NAME)

    assert unknown == [["PERSISTED_QUERY_NOT_FOUND"]] * 3
    assert known.data == {"__typename": "Query"}
    assert asked == ["get"]


def test_what_is_known_is_not_counted_again(graphql, keep, monkeypatch, own_counts):
    counted = []
    count = counting.count
    monkeypatch.setattr(
        counting,
        "count",
        lambda purpose, *args, **kw: counted.append(purpose) or count(purpose, *args, **kw),
    )
    keep(NAME)

    keep(NAME)
    graphql.send(named(NAME))

    assert [one for one in counted if one.startswith("persisted")] == [
        "persisted.person", "persisted.all",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        "x",
        {},
        {"version": 1},
        {"version": 2, "sha256Hash": hash_of(NAME)},
        {"version": 1, "sha256Hash": hash_of(NAME).upper()},
        {"version": 1, "sha256Hash": hash_of(NAME) + "\n"},
        {"version": 1, "sha256Hash": 1},
    ],
)
def test_a_hash_that_is_none_is_refused(asked, graphql):
    answer = graphql.send({"query": NAME, "extensions": {"persistedQuery": asked}})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert "sha256Hash" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("extensions", [None, {}, {"persistedQuery": None}, {"other": 1}])
def test_a_request_need_not_name_anything(extensions, graphql):
    assert graphql.send({"query": NAME, "extensions": extensions}).data == {"__typename": "Query"}


# --- The list -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("body", [{"query": NAME}, named(NAME), named(NAME, query=NAME)])
def test_an_operation_of_the_list_is_executed(body, graphql):
    assert graphql.send(body).data == {"__typename": "Query"}


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ __schema { types { name } } }"},
        {"query": NAME + " "},
        named("{ other: __typename }"),
        named("{ other: __typename }", query="{ other: __typename }"),
        {},
    ],
)
def test_nothing_else_is(body, graphql):
    answer = graphql.send(body)

    assert (answer.status, answer.codes) == (403, ["OPERATION_NOT_LISTED"])
    assert "its list" in answer.body["errors"][0]["message"]


@pytest.mark.usefixtures("listed")
def test_one_hash_and_another_text_is_refused_there_too(graphql):
    answer = graphql.send(named(NAME, query=QUESTIONS))

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.usefixtures("listed")
def test_there_is_no_explorer_beside_a_list(graphql):
    response = graphql.http.get("/graphql", headers=EXPLORER)

    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "OPERATION_NOT_LISTED"


@pytest.mark.usefixtures("listed", "db")
def test_an_operation_of_the_list_still_needs_its_caller(graphql):
    assert graphql.send(named(QUESTIONS, variables={"n": 1})).codes == ["UNAUTHENTICATED"]
