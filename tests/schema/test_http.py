"""GraphQL over HTTP: media types, status codes and methods."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts.models import AuthSession
from schema.view import GRAPHQL_JSON, PLAIN_JSON, SDL
from tests.client import node_id
from tests.factories import QuestionFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

NAME = "{ __typename }"
NEW = "application/graphql-response+json"
SIGN_OUT = "mutation { signOut { endedAt } }"

# An operation, and whether it begins to run.
OPERATIONS = {
    "fine": (NAME, True),
    "field error": ('query { question(id: "x") { id } }', True),
    "not signed in": ("{ viewer { id } }", True),
    "not parsed": ("{", False),
    "not valid": ("{ nope }", False),
    "variable missing": ("query ($id: ID!) { question(id: $id) { id } }", False),
    "too deep": ("{" + "a{" * 20 + "b" + "}" * 20 + "}", False),
    "ambiguous": ("query A { __typename } query B { __typename }", False),
}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_old_media_type_is_always_200(name, graphql):
    operation, begins = OPERATIONS[name]

    answer = graphql.send({"query": operation}, headers={"Accept": "application/json"})

    assert (answer.status, answer.headers["Content-Type"]) == (200, PLAIN_JSON)
    assert ("data" in answer.body) is begins


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_new_media_type_is_400_if_the_operation_never_began(name, graphql):
    operation, begins = OPERATIONS[name]

    answer = graphql.send({"query": operation}, headers={"Accept": NEW})

    assert (answer.status, answer.headers["Content-Type"]) == (200 if begins else 400, GRAPHQL_JSON)
    assert ("data" in answer.body) is begins


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", PLAIN_JSON),
        ("*/*", PLAIN_JSON),
        ("application/*", PLAIN_JSON),
        ("text/html", PLAIN_JSON),
        ("garbage", PLAIN_JSON),
        ("application/json; charset=utf-8", PLAIN_JSON),
        (NEW, GRAPHQL_JSON),
        (f"{NEW}; charset=utf-8", GRAPHQL_JSON),
        (f"{NEW}, application/json", GRAPHQL_JSON),
        (f"{NEW}, application/json;q=0.9", GRAPHQL_JSON),
        (f"application/json;q=0.9, {NEW}", GRAPHQL_JSON),
        (f"application/json, {NEW};q=0.5", PLAIN_JSON),
        (f"{NEW};q=0", PLAIN_JSON),
        (f"{NEW};q=0, */*", PLAIN_JSON),
        (f"*/*;q=0.1, {NEW};q=0.2", GRAPHQL_JSON),
        (f"{NEW};q=x", GRAPHQL_JSON),
        (",,;;q", PLAIN_JSON),
    ],
)
def test_media_type_is_negotiated(accept, expected, graphql):
    answers = [
        graphql.send({"query": NAME}, headers={"Accept": accept}),
        graphql.send("[", headers={"Accept": accept}),
    ]

    assert [answer.headers["Content-Type"] for answer in answers] == [expected, expected]
    assert [answer.status for answer in answers] == [200, 400]


@pytest.mark.parametrize("body", ['{"query": "{ __typename }"}', "[", "{}"])
def test_every_answer_may_differ_by_caller_and_is_not_kept(body, graphql):
    answer = graphql.send(body)

    assert {"Accept", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Cache-Control"] == "no-store"


def test_request_id_comes_back(graphql):
    answer = graphql.send({"query": "{ nope }"}, headers={"X-Request-ID": "abc-123"})

    assert answer.headers["X-Request-ID"] == "abc-123"
    assert answer.body["errors"][0]["extensions"]["requestId"] == "abc-123"


@pytest.mark.parametrize("body", [{"query": "{ nope }"}, {"query": "{ viewer { id } }"}, [], 1])
def test_every_error_has_a_time_in_utc(body, graphql):
    (error,) = graphql.send(body).body["errors"]

    timestamp = error["extensions"]["timestamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", timestamp)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(timestamp)) < timedelta(minutes=1)


def test_queries_may_come_by_get(graphql, user, token):
    question = QuestionFactory(owner=user)

    answer = graphql.get(
        token=token,
        query="query A { viewer { id } } query B($id: ID!) { question(id: $id) { title } }",
        operationName="B",
        variables=json.dumps({"id": node_id(question)}),
        extensions="{}",
    )

    assert answer.only == {"title": question.title}


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": SIGN_OUT},
        {"query": f"query A {NAME} mutation B {{ signOut {{ endedAt }} }}", "operationName": "B"},
        {"query": 'mutation { createTag(input: {name: "x"}) { __typename } }'},
    ],
)
def test_mutations_do_not_come_by_get(parameters, graphql, token):
    with nothing_changes():
        answer = graphql.get(token=token, **parameters)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert answer.codes == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"query": "\0"},
        {"query": NAME, "variables": "{"},
        {"query": NAME, "variables": "[]"},
        {"query": NAME, "variables": "1"},
        {"query": NAME, "variables": "[" * 50_000},
        {"query": NAME, "extensions": "1"},
        {"query": NAME, "operationName": "Unknown"},
        {"variables": "{}"},
    ],
)
def test_malformed_addresses_are_400(parameters, graphql):
    answer = graphql.get(**parameters)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


def test_address_that_is_not_utf8_is_no_crash(graphql):
    response = graphql.http.get("/graphql?query=%ff%fe")

    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "FOO"])
def test_other_methods_are_405(method, graphql, token):
    body = json.dumps({"query": SIGN_OUT})
    headers = {"Authorization": f"Bearer {token}"}

    with nothing_changes():
        response = graphql.http.generic(
            method, "/graphql", body, content_type="application/json", headers=headers
        )

    assert (response.status_code, response["Allow"]) == (405, "GET, POST")
    if method != "HEAD":
        assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    "content_type",
    [
        "", "text/plain", "text/json", "application/x-www-form-urlencoded", "application/graphql",
        "application/xml", "application/json, text/plain", "application/json-patch+json",
        "application/json; charset=utf-16", "application/json; charset=latin-1", "x" * 10_000,
    ],
)  # fmt: skip
def test_other_content_types_are_415(content_type, graphql, token):
    """Above all those that a browser sends to another site without asking it first."""
    body = json.dumps({"query": SIGN_OUT})

    with nothing_changes():
        response = graphql.http.generic(
            "POST", "/graphql", body, content_type, headers={"Authorization": f"Bearer {token}"}
        )

    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
    ],
)
def test_json_is_read_however_it_is_announced(content_type, graphql):
    assert graphql.send({"query": NAME}, content_type=content_type).only == "Query"


@pytest.mark.parametrize("operation_name", [None, "B"])
def test_the_named_operation_runs(operation_name, graphql, token):
    """With several and no name none runs: the first may not be the one that was meant."""
    query = f"mutation A {{ signOut {{ endedAt }} }} query B {NAME}"

    with nothing_changes():
        answer = graphql.send({"query": query, "operationName": operation_name}, token=token)

    assert answer.codes == ([] if operation_name else ["BAD_REQUEST"])


@pytest.mark.parametrize("operation_name", ["", "C", "é", "\ud800", "\0", "x" * 100_000])
def test_unknown_operations_are_400(operation_name, graphql, capsys):
    answer = graphql.send({"query": f"query A {NAME}", "operationName": operation_name})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert "Logging error" not in capsys.readouterr().err


def test_there_are_no_subscriptions_and_no_batches(graphql):
    body = {"query": "subscription { questions { totalCount } }"}

    assert graphql.send(body).codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert graphql.send([body, {"query": NAME}]).status == 400
    assert graphql.send({"query": NAME}, headers={"Accept": "text/event-stream"}).status < 500


def test_the_sdl_is_served(graphql):
    response = graphql.http.get("/graphql/schema.graphql")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == SDL.read_bytes()


def test_a_call_without_a_session_opens_none(graphql):
    graphql.send({"query": NAME})

    assert not graphql.http.cookies
    assert not AuthSession.objects.exists()
