"""What is deprecated is warned of in ``extensions.warnings``; today nothing is."""

import enum
from typing import Annotated

import pytest
import strawberry

from schema import deprecations
from schema.root import schema as served
from tests.client import GraphQLClient

pytestmark = pytest.mark.once


@strawberry.enum
class Sort(enum.Enum):
    NAME = "NAME"
    TITLE = strawberry.enum_value("TITLE", deprecation_reason="Use NAME.")


@strawberry.input
class Search:
    text: str = ""
    sort: Sort = Sort.NAME
    word: str = strawberry.field(default="", deprecation_reason="Use text.")
    further: list["Search"] | None = None


@strawberry.type
class Book:
    name: str = "Graphs"
    title: str = strawberry.field(default="Graphs", deprecation_reason="Use name.")


@strawberry.type
class Query:
    @strawberry.field
    def books(
        self,
        search: Search | None = None,
        first: Annotated[
            int | None, strawberry.argument(deprecation_reason="There are few.")
        ] = None,
    ) -> list[Book]:
        return [Book()]


schema = strawberry.Schema(Query, extensions=[deprecations.Deprecations])


def warned(document: str, name: str | None = None, **variables):
    result = schema.execute_sync(document, variable_values=variables, operation_name=name)
    assert result.errors is None
    return (result.extensions or {}).get("warnings")


def coordinates(document: str, **variables):
    return [warning["coordinate"] for warning in warned(document, **variables)]


def test_a_field_is_warned_of_once_with_all_its_places():
    assert warned("{ books { title again: title } }") == [
        {
            "code": "DEPRECATED",
            "message": "Book.title is deprecated. Use name.",
            "coordinate": "Book.title",
            "locations": [{"line": 1, "column": 11}, {"line": 1, "column": 17}],
        }
    ]


@pytest.mark.parametrize(
    ("document", "coordinate"),
    [
        ("{ books(first: 1) { name } }", "Query.books(first:)"),
        ('{ books(search: {word: "x"}) { name } }', "Search.word"),
        ("{ books(search: {sort: TITLE}) { name } }", "Sort.TITLE"),
        ("query ($sort: Sort! = TITLE) { books(search: {sort: $sort}) { name } }", "Sort.TITLE"),
        ("{ books { ...Named } } fragment Named on Book { title }", "Book.title"),
    ],
)
def test_so_is_whatever_else_a_document_uses(document, coordinate):
    assert coordinates(document) == [coordinate]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"word": "x"}, ["Search.word"]),
        ({"further": [{"sort": "TITLE"}]}, ["Sort.TITLE"]),
        ({"further": {"word": "x"}}, ["Search.word"]),
    ],
)
def test_so_is_what_variables_hold(search, found):
    document = "query ($search: Search) { books(search: $search) { name } }"

    assert coordinates(document, search=search) == found


@pytest.mark.parametrize(
    "document",
    [
        "{ books { name } }",
        '{ books(search: {text: "title", sort: NAME}) { title: name } }',
        "query A { books { name } } query B { books { title } }",
    ],
)
def test_of_anything_else_there_is_no_word(document):
    assert warned(document, name="A" if "query A" in document else None) is None


def test_what_is_refused_is_not_warned_of():
    result = schema.execute_sync("{ books { title nothing } }")

    assert result.errors
    assert not result.extensions


def test_nothing_of_our_schema_is_deprecated_and_no_answer_has_extensions():
    answer = GraphQLClient()("{ __typename }")

    assert deprecations.has_any(schema._schema)
    assert not deprecations.has_any(served._schema)
    assert "extensions" not in answer.body
