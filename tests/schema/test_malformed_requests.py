"""Bodies that are no GraphQL request: a 400 that says so, and nothing else happens."""

import json
from typing import Any

import pytest

from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

NAME = "{ __typename }"
MULTIPART = {
    "content_type": "multipart/form-data; boundary=B",
    "headers": {"GraphQL-Preflight": "1"},
}
IMPORT = """mutation ($file: Upload) {
  importQuestions(input: {upload: $file}) {
    __typename
    ... on OperationInfo { messages { field code } }
  }
}"""
OPERATIONS = json.dumps({"query": IMPORT, "variables": {"file": None}})
FILE = ("a.json", b'{"a": 1}')

BODIES: dict[str, str | bytes] = {
    "null": "null",
    "number": "1",
    "text": '"x"',
    "true": "true",
    "list": "[]",
    "list of lists": "[[]]",
    "object without query": "{}",
    "blank": " ",
    "cut": '{"query": "{ __typename }"',
    "two documents": '{"query": "{ __typename }"} {}',
    "deep list": "[" * 100_000,
    "deep object": '{"a":' * 100_000,
    "deep variables": '{"query": "{ __typename }", "variables": {"a": ' + "[" * 100_000,
    "query null": '{"query": null}',
    "query empty": '{"query": ""}',
    "query number": '{"query": 1}',
    "query list": '{"query": ["{ __typename }"]}',
    "query object": '{"query": {}}',
    "variables list": '{"query": "{ __typename }", "variables": []}',
    "variables text": '{"query": "{ __typename }", "variables": "{}"}',
    "extensions number": '{"query": "{ __typename }", "extensions": 1}',
    "operation name number": '{"query": "{ __typename }", "operationName": 1}',
    "operation name list": '{"query": "{ __typename }", "operationName": []}',
    "number of 5000 digits": '{"query": "{ __typename }", "variables": {"a": ' + "9" * 5000 + "}}",
    "byte order mark": b'\xef\xbb\xbf{"query": "{ __typename }"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "not UTF-8": b'{"query": "{ __typename } #\xff"}',
    "cut UTF-8": '{"query": "{ __typename } #é"}'.encode()[:-3] + b'"}',
    "NUL in the query": '{"query": "{ __typename } # \\u0000"}',
    "NUL in a variable": '{"query": "{ __typename }", "variables": {"a": ["\\u0000"]}}',
    "NUL in a variable's name": '{"query": "{ __typename }", "variables": {"\\u0000": 1}}',
    "raw NUL": '{"query": "{ __typename } # \x00"}',
    "half a pair in the query": '{"query": "{ __typename } # \\ud800"}',
    "half a pair in a variable": '{"query": "{ __typename }", "variables": {"a": ["\\udfff"]}}',
    "half a pair in a name": '{"query": "{ __typename }", "variables": {"\\ud800": 1}}',
    "batch": '[{"query": "{ __typename }"}]',
    "persisted query": '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}',
    "trusted document": '{"documentId": "x"}',
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_body_is_refused(name, graphql, token):
    with nothing_changes():
        answer = graphql.send(BODIES[name], token=token)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


def test_empty_body_is_refused(graphql):
    response = graphql.http.generic("POST", "/graphql", b"", "application/json")

    assert response.status_code in (400, 415)
    assert response.json()["errors"][0]["extensions"]["requestId"]


def test_body_that_is_too_large_is_413(graphql):
    answer = graphql.send('{"query": "{ __typename } #' + "x" * 13_000_000 + '"}')

    assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


def test_last_of_equal_keys_counts(graphql, token):
    body = '{"query": "{ viewer { email } }", "query": "{ __typename }", "variables": null}'

    assert graphql.send(body, token=token).only == "Query"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400])
def test_numbers_without_a_value_are_bad_input(value, graphql, token):
    query = """mutation ($value: Float!) {
      updateSettings(input: {desiredRetention: $value}) { __typename }
    }"""
    body = f'{{"query": {json.dumps(query)}, "variables": {{"value": {value}}}}}'

    with nothing_changes():
        answer = graphql.send(body, token=token)

    assert answer.codes == ["BAD_USER_INPUT"]


def form(*parts: tuple[str, Any]) -> bytes:
    """A multipart body of fields, and of files as pairs of name and content."""
    lines = []
    for name, value in parts:
        disposition = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, tuple):
            disposition += f'; filename="{value[0]}"'
            value = value[1]
        content = value if isinstance(value, bytes) else str(value).encode()
        lines += [b"--B", disposition.encode(), b"", content]
    return b"\r\n".join([*lines, b"--B--", b""])


def sent(graphql: Any, token: str, *parts: tuple[str, Any]) -> Any:
    return graphql.send(form(*parts), token=token, **MULTIPART)


def test_upload_arrives(graphql, token):
    parts = [("operations", OPERATIONS), ("map", '{"0": ["variables.file"]}'), ("0", FILE)]

    assert sent(graphql, token, *parts).codes == ["unknown_format"]


def test_upload_without_the_preflight_header_is_refused(graphql, token):
    """A browser sends a form to another site without asking; a header of its own it does not."""
    body = form(("operations", json.dumps({"query": "mutation { signOut { endedAt } }"})))

    with nothing_changes():
        answer = graphql.send(body, token=token, content_type=MULTIPART["content_type"])

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


def mapped(map: str, *, operations: str = OPERATIONS) -> list[tuple[str, Any]]:
    """The parts of a form with one file."""
    return [("operations", operations), ("map", map), ("0", FILE)]


FORMS: dict[str, list[tuple[str, Any]]] = {
    "no operations": [("map", "{}")],
    "operations null": mapped('{"0": ["variables.file"]}', operations="null"),
    "operations list": mapped('{"0": ["0.a"]}', operations="[1]"),
    "operations text": mapped('{"0": ["a"]}', operations='"x"'),
    "operations deep": [("operations", "[" * 100_000)],
    "operations no json": [("operations", "{")],
    "operations as a file": [("operations", ("a", OPERATIONS))],
    "map no json": mapped("{"),
    "map null": mapped("null"),
    "map list": mapped("[]"),
    "map number": mapped("1"),
    "map of text": mapped('{"0": "variables.file"}'),
    "map of numbers": mapped('{"0": [1]}'),
    "map of null": mapped('{"0": null}'),
    "map to nowhere": mapped('{"0": ["variables.x.y"]}'),
    "map to the query": mapped('{"0": ["query"]}'),
    "map to all variables": mapped('{"0": ["variables"]}'),
    "map of a file that is missing": mapped('{"0": ["variables.file"]}')[:2],
    "map with a long path": mapped(json.dumps({"0": ["variables." + "f." * 50_000]})),
    "too many fields": [("operations", OPERATIONS), *[(f"f{n}", "x") for n in range(1100)]],
    "too many files": [("operations", OPERATIONS), *[(f"f{n}", FILE) for n in range(150)]],
    "NUL in a variable": [("operations", json.dumps({"query": NAME, "variables": {"a": "\0"}}))],
}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_form_is_refused(name, graphql, token):
    with nothing_changes():
        answer = sent(graphql, token, *FORMS[name])

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "body",
    [
        b"junk",
        b"--B",
        b"--B\r\n\r\n",
        b'--B\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query"',
        b'--B\r\nContent-Disposition: form-data; name="operations\r\n\r\n{}\r\n--B--\r\n',
        b'--B\r\nContent-Disposition: form-data; name="operations"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--B--\r\n",
    ],
)
def test_broken_forms_are_refused(body, graphql, token):
    answer = graphql.send(body, token=token, **MULTIPART)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 300]
)
def test_forms_without_a_usable_boundary_are_refused(content_type, graphql, token):
    answer = graphql.send(
        b"x", token=token, content_type=content_type, headers=MULTIPART["headers"]
    )

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "values", [["x"] * 10_000, [[0] * 99] * 102, {n: {n: 1} for n in range(9_999)}]
)
def test_too_many_values_are_413_before_any_field_reads_them(values, graphql):
    answer = graphql.send({"query": NAME, "variables": {"values": values}})

    assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


def test_many_values_are_read(graphql):
    answer = graphql.send({"query": NAME, "variables": {"values": ["x"] * 9_999}})

    assert answer.codes == []


def test_a_form_that_is_too_large_is_413(graphql, token):
    for part in (("a", "x" * 13_000_000), ("0", ("a", b"x" * 13_000_000))):
        answer = sent(graphql, token, ("operations", OPERATIONS), part)

        assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


@pytest.mark.parametrize("file", ["text", {"a": 1}, ["x"], 1, True])
def test_upload_that_is_a_value_of_the_json_is_no_file(file, graphql, token):
    with nothing_changes():
        answer = graphql(IMPORT, token=token, file=file)

    assert (answer.codes, answer.fields) == (["not_a_file"], ["upload"])


def test_file_where_text_belongs_is_bad_input(graphql, token):
    query = "mutation ($x: String!) { updateViewer(input: {displayName: $x}) { __typename } }"
    operations = json.dumps({"query": query, "variables": {"x": None}})

    with nothing_changes():
        answer = sent(
            graphql,
            token,
            ("operations", operations),
            ("map", '{"0": ["variables.x"]}'),
            ("0", FILE),
        )

    assert answer.codes == ["BAD_USER_INPUT"]


def test_a_document_of_over_two_million_characters_is_refused_unread(graphql):
    answer = graphql.send({"query": "{ viewer { id } } #" + "a" * 2_000_000})

    assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


def test_what_cannot_be_parsed_is_not_sent_back_whole(graphql):
    answer = graphql.send({"query": "a" * 100_000})

    assert answer.codes == ["GRAPHQL_PARSE_FAILED"]
    assert len(answer.body["errors"][0]["message"]) == 500
