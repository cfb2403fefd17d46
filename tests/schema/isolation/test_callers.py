"""Who may call what: every root field is tried out with each kind of caller that it must refuse.

The calls are made up from the schema, so that a new field is tried too.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
)

from domain.accounts.models import ApiScope
from domain.accounts.services import api_tokens
from schema.root import schema
from schema.view import SDL
from tests.client import access_token, node_id
from tests.factories import NOW, PASSWORD
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

ROOTS = {
    "query": schema._schema.query_type,
    "mutation": schema._schema.mutation_type,
    "subscription": schema._schema.subscription_type,
}
SCALARS = {
    "Boolean": True,
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z",
    "Float": 1.0,
    "ID": node_id(type_name="Question", uid="0" * 32),
    "Int": 1,
    "String": "x",
    "UUID": "01939b0a-6a4c-7c3e-9d52-1c8f0f5e7a10",
    "Upload": None,
}


def directives() -> dict[str, set[str]]:
    """The directives of each root field, as the SDL prints them."""
    names = {root.name for root in ROOTS.values()}
    roots = [node for node in parse(SDL.read_text()).definitions if _name(node) in names]
    return {
        field.name.value: {directive.name.value for directive in field.directives or ()}
        for root in roots
        for field in root.fields
    }


def _name(node: Any) -> str:
    return node.name.value if getattr(node, "name", None) else ""


PRINTED = directives()
GUARDED = sorted(
    name for name, found in PRINTED.items() if found & {"signedIn", "requires", "verified"}
)
FOR_STAFF = sorted(name for name in GUARDED if "requires" in PRINTED[name])
FOR_SESSIONS = sorted(name for name in GUARDED if "session" in PRINTED[name])
GUARDED_MUTATIONS = sorted(set(GUARDED) & set(ROOTS["mutation"].fields))


def sample(type_: Any) -> Any:
    """A value that the type system lets through."""
    inner = get_nullable_type(type_)
    if isinstance(inner, GraphQLList):
        return [sample(inner.of_type)]
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    if isinstance(inner, GraphQLInputObjectType):
        required = {n: f for n, f in inner.fields.items() if isinstance(f.type, GraphQLNonNull)}
        return {name: sample(field.type) for name, field in required.items()}
    assert isinstance(inner, GraphQLScalarType)
    return SCALARS[inner.name]


def call(name: str) -> tuple[str, dict[str, Any]]:
    """An operation with one root field, and its variables."""
    kind = next(kind for kind, root in ROOTS.items() if name in root.fields)
    field: GraphQLField = ROOTS[kind].fields[name]
    required = {n: a for n, a in field.args.items() if isinstance(a.type, GraphQLNonNull)}
    declared = ", ".join(f"${n}: {argument.type}" for n, argument in required.items())
    given = ", ".join(f"{n}: ${n}" for n in required)
    selected = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    head = f"{kind} ({declared})" if declared else kind
    arguments = f"({given})" if given else ""
    return f"{head} {{ {name}{arguments}{selected} }}", {
        n: sample(a.type) for n, a in required.items()
    }


def send(graphql: Any, name: str, token: str | None) -> Any:
    operation, variables = call(name)
    return graphql.send({"query": operation, "variables": variables}, token=token)


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_is_refused_and_nothing_happens(name, graphql, user):
    with nothing_changes():
        answers = [send(graphql, name, token) for token in (None, "nonsense")]

    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"]] * 2


@pytest.mark.parametrize("name", GUARDED)
def test_an_expired_token_is_refused_as_such(name, graphql, user):
    with time_machine.travel(NOW, tick=False):
        token = access_token(user)

    with time_machine.travel(NOW + timedelta(hours=1), tick=False), nothing_changes():
        answer = send(graphql, name, token)

    assert answer.codes == ["TOKEN_EXPIRED"]


@pytest.mark.parametrize("name", FOR_STAFF)
def test_members_are_refused_what_is_for_staff(name, graphql, token):
    with nothing_changes():
        answer = send(graphql, name, token)

    assert answer.codes == ["FORBIDDEN"]


@pytest.fixture(params=list(ApiScope), ids=str)
def api_token(request, user) -> str:
    """A key that ``user`` gave to a program; using it for the first time is noted."""
    created = api_tokens.create_api_token(
        owner=user, name="x", scope=request.param, password=PASSWORD, at=datetime.now(UTC)
    )
    return created.token


@pytest.mark.parametrize("name", FOR_SESSIONS)
def test_a_program_cannot_manage_the_account(name, graphql, api_token):
    send(graphql, "viewer", api_token)

    with nothing_changes():
        answer = send(graphql, name, api_token)

    assert answer.codes in (["FORBIDDEN"], ["INSUFFICIENT_SCOPE"])


@pytest.mark.parametrize("api_token", [ApiScope.READ], indirect=True, ids=str)
@pytest.mark.parametrize("name", GUARDED_MUTATIONS)
def test_a_program_that_may_read_changes_nothing(name, graphql, api_token):
    send(graphql, "viewer", api_token)

    with nothing_changes():
        answer = send(graphql, name, api_token)

    assert answer.codes == ["INSUFFICIENT_SCOPE"]
