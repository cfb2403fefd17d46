"""What a client can ask the server about itself, and about the operation that it sends."""

import ast
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import GraphQLObjectType, ObjectTypeDefinitionNode, get_named_type, parse

from schema import pricing, site
from schema.root import schema
from schema.view import SDL
from tests.client import GraphQLClient
from tests.factories import UserFactory

pytestmark = pytest.mark.once


@pytest.fixture
def graphql():
    """Without the database: nothing is read."""
    return GraphQLClient()


def everything(type_: GraphQLObjectType) -> str:
    parts = []
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        inside = f" {{ {everything(inner)} }}" if isinstance(inner, GraphQLObjectType) else ""
        parts.append(name + inside)
    return " ".join(parts)


def test_everybody_can_read_all_limits(graphql):
    selected = everything(schema._schema.type_map["SiteInfo"])

    found = graphql(f"{{ siteInfo {{ {selected} }} }}").only

    groups = [group for group in found.values() if isinstance(group, dict)]
    numbers = [number for group in groups for number in group.values()]
    assert len(numbers) > 40
    assert all(type(number) is int and number > 0 for number in numbers)
    assert found["pageSizes"]["largestPage"] == 100
    assert found["lengths"]["title"] == 255
    assert found["lifetimes"]["accessTokenMinutes"] == 15


def test_no_number_is_written_there_twice():
    module = ast.parse(Path(site.__file__).read_text())

    numbers = [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]

    assert numbers == []


def test_what_the_operator_sets_is_what_is_said(graphql, settings):
    settings.IMPORT_MAX_ROWS = 7
    settings.EMAIL_HOST = "smtp.example"

    found = graphql("{ siteInfo { sendsMail executesOnlyListed transfers { importRows } } }").only

    assert found == {
        "sendsMail": True,
        "executesOnlyListed": False,
        "transfers": {"importRows": 7},
    }


def test_a_list_of_operations_is_told(graphql, settings):
    document = "{ siteInfo { executesOnlyListed } }"
    settings.PERSISTED_OPERATIONS = {sha256(document.encode()).hexdigest(): document}

    assert graphql(document).only == {"executesOnlyListed": True}


def test_the_schema_is_known_by_its_hash(graphql):
    served = graphql.http.get("/graphql/schema.graphql").content

    found = graphql("{ siteInfo { schemaHash } }").only["schemaHash"]

    assert found == sha256(served).hexdigest() == sha256(SDL.read_bytes()).hexdigest()


def test_an_operation_can_ask_what_it_costs(graphql):
    answer = graphql("{ rateLimit { cost limit remaining } }").only

    assert answer == {"cost": 1, "limit": pricing.MAX_COST, "remaining": pricing.MAX_COST - 1}


@pytest.mark.django_db
def test_the_cost_is_that_of_the_whole_operation_and_there_is_nothing_to_wait_for(graphql):
    document = """query ($n: Int!) {
      rateLimit { cost resetAt } viewer { email }
      questions(first: $n) { edges { node { id tags { id } } } }
    }"""

    few, many = (
        graphql(document, as_user=UserFactory(), n=size).data["rateLimit"] for size in (1, 100)
    )

    # The field, the viewer, the connection; each edge, its node, and the node's tags.
    assert (few["cost"], many["cost"]) == (2 + 1 + 3, 2 + 1 + 300)
    assert few["resetAt"].endswith("+00:00") or few["resetAt"].endswith("Z")


def test_more_than_the_limit_is_refused_with_both_numbers(graphql):
    document = """{ rateLimit { cost } questions(first: 100) { edges { node { logs(first: 100) {
      edges { node { question { tags { id } } } } } } } } }"""

    answer = graphql(document)

    (error,) = answer.body["errors"]
    assert answer.codes == ["COST_EXCEEDED"]
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == pricing.MAX_COST


@pytest.mark.django_db
def test_neither_reads_the_database(graphql):
    with CaptureQueriesContext(connection) as statements:
        graphql("{ siteInfo { operations { cost } } rateLimit { cost } }")

    assert len(statements) == 0


# --- Weights in the SDL ---------------------------------------------------------------------------


def weights(text: str) -> set[tuple[str, int]]:
    fields = [
        field
        for node in parse(text).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        for field in node.fields
    ]
    return {
        (field.name.value, int(directive.arguments[0].value.value))
        for field in fields
        for directive in field.directives or ()
        if directive.name.value == "cost"
    }


def test_every_weight_of_pricing_is_printed_and_no_other():
    assert weights(SDL.read_text()) == set(pricing.WEIGHTS.items())
