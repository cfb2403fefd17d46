"""Puts a canary of its own into every input of the schema that takes any text."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_required_input_field,
)

from tests.client import node_id
from tests.schema.canaries.calling import MUTATIONS, Caller, input_of, written_in

SECRET = {
    "password", "currentPassword", "newPassword", "code", "token", "challengeToken",
    "refreshToken", "solutionCode", "answer.solutionCode", "id", "question", "email",
}  # fmt: skip
VALUES: dict[str, Any] = {
    "String": "swept",
    "ID": node_id(type_name="Tag", uid="0199c0de-0000-7000-8000-000000000000"),
    "Int": 1,
    "Boolean": True,
    "Float": 1.5,
    "Date": "2100-03-01",
    "DateTime": "2026-03-01T00:00:00Z",
}


def sweep(caller: Caller, access: str) -> None:
    """Send each canary as it should be, as what it should not be, and beside a misspelt name."""
    for mutation in MUTATIONS:
        for path in written_in(input_of(mutation)):
            canary = f"canary-{mutation}-{path.replace('.', '-')}"
            is_secret = path in SECRET or mutation == "importQuestions"
            kept = caller.secrets if is_secret else caller.texts
            kind = "solution" if path.endswith("solutionCode") else "swept"
            kept[f"{kind} {mutation}.{path}"] = canary
            input = filled(input_of(mutation), path, canary)
            caller.send(mutation, access, **input)
            caller.refused(mutation, access, **filled(input_of(mutation), path, [{"x": canary}]))
            caller.refused(mutation, access, **input, unknown=canary)
            caller.send(mutation, canary, **input)


def filled(type_: GraphQLInputObjectType, path: str, value: Any) -> dict[str, Any]:
    """An input with what it needs, and a value at one place."""
    first, _, rest = path.partition(".")
    filled_in = required(type_)
    if rest:
        outer = type_.fields[first].type
        inner = filled(get_named_type(outer), rest, value)
        many = isinstance(get_nullable_type(outer), GraphQLList)
        return filled_in | {first: [inner] if many else inner}
    return filled_in | {first: value}


def required(type_: GraphQLInputObjectType) -> dict[str, Any]:
    """An input with what it needs and nothing else."""
    return {
        name: valid(get_named_type(each.type))
        for name, each in type_.fields.items()
        if is_required_input_field(each)
    }


def valid(type_: Any) -> Any:
    """A value of a type."""
    if isinstance(type_, GraphQLInputObjectType):
        return required(type_)
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return VALUES[type_.name]
