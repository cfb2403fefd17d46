"""What one operation may ask for, however it is written."""

from time import perf_counter

import pytest

from schema.documents import _parsed
from schema.pricing import operation_cost
from tests.client import node_id
from tests.factories import QuestionFactory

pytestmark = pytest.mark.once

INVALID = ["GRAPHQL_VALIDATION_FAILED"]
NAME = "{ __typename }"


def chain(length: int, spreads: int = 1) -> str:
    """Fragments, each of which spreads the next one once or more: the last has one field."""
    links = [f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spreads} }}" for n in range(length)]
    return " ".join(["{ ...F0 }", *links, f"fragment F{length} on Query {{ __typename }}"])


def nested(first: str, second: str, third: str = "") -> str:
    """Lists in lists: of questions their attempts, and of their questions' the attempts again."""
    inner = f"question {{ logs{third} {{ edges {{ node {{ id }} }} }} }}" if third else "id"
    logs = f"logs{second} {{ edges {{ node {{ {inner} }} }} }}"
    return f"{{ questions{first} {{ edges {{ node {{ {logs} }} }} }} }}"


REFUSED = {
    "levels": "{ questions { edges { node { "
    + "logs { edges { node { question { " * 3
    + "id"
    + " } } } }" * 3
    + " } } } }",
    "levels of anything": "{ a" * 100 + " }" * 100,
    "nesting": "{ a" * 1000 + " }" * 1000,
    "nesting of inline fragments": "{" + "... {" * 1000 + "__typename" + "}" * 1001,
    "nesting of lists": "{ questions(filter: {tagsAny: "
    + "[" * 1000
    + "]" * 1000
    + "}) { totalCount } }",
    "nesting of objects": "{ questions(filter: "
    + "{a: " * 1000
    + "1"
    + "}" * 1000
    + ") { totalCount } }",
    "nesting of types": "query ($a: " + "[" * 1000 + "Int" + "]" * 1000 + ") { __typename }",
    "aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
    "aliases deep inside": "{ viewer { " + " ".join(f"a{n}: id" for n in range(31)) + " } }",
    "aliases in fragments": "{ "
    + " ".join(f"b{n}: viewer {{ ...F }}" for n in range(6))
    + " } fragment F on User { a1: id a2: id a3: id a4: id a5: id }",
    "fields at the root": "{ " + "__typename " * 21 + " }",
    "fields at the root in a fragment": "{ ...F } fragment F on Query { "
    + "__typename " * 21
    + " }",
    "fields": "{ viewer { " + "id " * 300 + " } }",
    "fields of the same name": "{ " + "viewer { id } " * 1200 + " }",
    "tokens": "{ viewer { " + "id " * 6000 + " } }",
    "directives": "{ __typename " + "@skip(if: false) " * 700 + " }",
    "variables": "query (" + ", ".join(f"$v{n}: Int" for n in range(900)) + ") { __typename }",
    "fragments of fragments": chain(600),
    "doubling fragments": chain(30, 2),
    "many doubling fragments": chain(100, 2),
    "cycle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "cycle of one": "{ ...A } fragment A on Query { __typename ...A }",
    "introspection in depth": "{ __schema { types { "
    + "fields { type { " * 5
    + "name"
    + " } }" * 5
    + " } } }",
    "introspection in circles": "{ __schema { types { "
    + "possibleTypes { interfaces { " * 4
    + "name"
    + " } }" * 4
    + " } } }",
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_operation_is_refused_in_little_time(name, graphql, token):
    started = perf_counter()

    answer = graphql(REFUSED[name], token=token)

    assert set(answer.codes) in ({"GRAPHQL_VALIDATION_FAILED"}, {"GRAPHQL_PARSE_FAILED"})
    assert "data" not in answer.body
    assert perf_counter() - started < 3


@pytest.mark.parametrize(
    "operation",
    [
        chain(20),
        "{ " + " ".join(f"a{n}: __typename" for n in range(20)) + " }",
        nested("", "", "(first: 2)"),
        "{ " + "... { " * 50 + "__typename" + " }" * 50 + " }",
        "{ viewer { " + "id " * 200 + " } }",
        "#" + "x" * 1_000_000 + f"\n{NAME}",
        "," * 1_000_000 + NAME,
        "{ __schema { types { name fields { name type { ofType { name ofType { name } } } } } } }",
    ],
)
def test_operation_within_the_limits_runs(operation, graphql, token):
    assert graphql(operation, token=token).codes == []


VARIABLE = "query ($n: Int) { questions(first: $n) { edges { node { id } } } }"
DEFAULT = VARIABLE.replace("Int", "Int = 7")
EVERYTHING = "statistics { attempts byTag { attempts } trueRetention { rate } }"
RESCHEDULED = "updateSettings(input: {desiredRetention: 0.8}) { __typename }"
BULK = "mutation ($items: [I!]!) { createTags(input: {items: $items}) { __typename } }"
FRAGMENTS = """{ questions(first: 100) { ...Q } }
  fragment Q on QuestionConnection { edges { node { logs { ...L } } } }
  fragment L on QuestionLogConnection { edges { node { question { logs(first: 20) { ...M } } } } }
  fragment M on QuestionLogConnection { edges { node { id } } }
"""


@pytest.mark.parametrize(
    ("operation", "variables", "cost"),
    [
        (NAME, {}, 0),
        ("{ viewer { id settings { timezone } } }", {}, 2),
        ("{ questions { totalCount } }", {}, 1),
        ("{ questions { edges { cursor } } }", {}, 21),
        ("{ questions { pageInfo { endCursor } edges { node { id } } } }", {}, 42),
        ("{ questions(first: 5) { edges { node { id tags { id } } } } }", {}, 16),
        ("{ questions(last: 5) { edges { node { id } } } }", {}, 11),
        ("{ questions(first: 0) { edges { node { id } } } }", {}, 3),
        ("{ questions(first: null) { edges { node { id } } } }", {}, 41),
        ("{ questions(first: -5) { edges { node { id } } } }", {}, 3),
        ("{ questions(first: 1000000000) { edges { node { id } } } }", {}, 201),
        (VARIABLE, {"n": 7}, 15),
        (VARIABLE, {"n": 7.0}, 15),
        (VARIABLE, {"n": None}, 41),
        (VARIABLE, {"n": "7"}, 41),
        (VARIABLE, {"n": 1e400}, 201),
        (VARIABLE, {"n": float("nan")}, 3),
        (VARIABLE, {}, 41),
        (DEFAULT, {}, 15),
        (DEFAULT, {"n": 9}, 19),
        ("query ($f: Float = " + "9" * 5000 + ") { viewer { id } }", {}, 1),
        (nested("(first: 10)", "(first: 10)"), {}, 1 + 10 * (1 + 1 + 1 + 10 * 2)),
        (FRAGMENTS, {}, 1 + 100 * (3 + 20 * (2 + 2 + 20 * 2))),
        ("{ ... { ... on Query { questions(first: 5) { ... { edges { cursor } } } } } }", {}, 6),
        ("{ a: tags(first: 5) { edges { cursor } } b: tags(last: 2) { edges { cursor } } }", {}, 9),
        ("{ __schema { types { fields { name } } } }", {}, 0),
        ("{ questions(first: 5) { e: edges { node { id } } } }", {}, 11),
        ("{ viewer { statistics { attempts } } }", {}, 402),
        ("{ viewer { statistics { byTag { tag { name } } } } }", {}, 402 + 400 + 100 * 2),
        ("{ goals(first: 5) { edges { node { readiness { newCount } } } } }", {}, 1 + 5 * 103),
        ("{ studyLists(first: 5) { edges { node { sections } } } }", {}, 1 + 5 * 22),
        ("mutation { updateSettings(input: {newPerDay: 3}) { __typename } }", {}, 10_001),
        ("{ questions(first: 5) { edges { node { notes } } } }", {}, 1 + 5 * 2),
        (
            "{ importBatches(first: 5) { edges { node { report { errors { code } notes { code } "
            "rows { title } } revertReport { keptObjects { title } } } } } }",
            {},
            1 + 5 * (1 + 1 + 1 + 1_000 + 200 + 100 + 1 + 200),
        ),
        (BULK, {"items": [{}] * 7}, 1 + 5 * 7),
        (BULK, {"items": {}}, 1 + 5),
    ],
)  # fmt: skip
def test_cost_is_the_number_of_objects(operation, variables, cost):
    assert operation_cost(_parsed(operation), None, variables) == cost


def test_cost_is_that_of_the_named_operation():
    document = _parsed("query A { viewer { id } } query B { questions { edges { cursor } } }")

    assert [operation_cost(document, name, {}) for name in ("A", "B", "C")] == [1, 21, 0]


@pytest.mark.parametrize(
    "operation",
    [
        nested("(first: 100)", "(first: 100)"),
        nested("", "(first: 100)", "(last: 100)"),
        FRAGMENTS,
        "{ viewer { " + " ".join(f"s{n}: {EVERYTHING}" for n in range(30)) + " } }",
        "mutation { " + " ".join(f"s{n}: {RESCHEDULED}" for n in range(2)) + " }",
    ],
)
def test_too_costly_an_operation_is_refused(operation, graphql, token):
    (error,) = graphql(operation, token=token).body["errors"]

    assert error["extensions"]["code"] == "COST_EXCEEDED"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == 20_000


def test_cost_does_not_mind_how_a_number_is_written(graphql, token):
    operation = nested("(first: $n)", "(first: $n)", "(first: $n)").replace(
        "{", "query ($n: Int) {", 1
    )

    assert graphql(operation, token=token, n=100.0).codes == ["COST_EXCEEDED"]


def test_documents_of_every_size_answer_alike_twice(graphql, token, user):
    """Long ones are not kept, and must not be mistaken for others."""
    question = QuestionFactory(owner=user)
    for padding in (0, 10_000):
        operation = f"query ($id: ID!) {{ question(id: $id) {{ title }} }} #{'x' * padding}"
        for _ in range(2):
            assert graphql(operation, token=token, id=node_id(question)).only == {
                "title": question.title
            }
            assert set(graphql(operation.replace("title", "nope"), token=token).codes) == set(
                INVALID
            )
