"""Scalars that are stricter than the library's."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import strawberry
from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    ValueNode,
    is_specified_scalar_type,
)


def parse_moment(text: object) -> datetime:
    """Read an ISO 8601 moment with its offset; give it in UTC.

    Raises:
        GraphQLError: no such moment, or its time zone is missing.
    """
    example = "such as 2026-11-21T08:30:00Z or 2026-11-21T09:30:00+01:00"
    if not isinstance(text, str):
        raise GraphQLError(f"Send a moment as text, {example}.")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise GraphQLError(f"Say in which time zone: end it with Z or an offset, {example}.")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError(f"This is no moment. Send one {example}.") from None


def print_moment(moment: datetime) -> str:
    """Write a moment in UTC, with as many digits of its second as it has."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment, ISO 8601 with its offset. Given in UTC: 2026-11-21T08:30:00Z.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time",
    serialize=print_moment,
    parse_value=parse_moment,
)


def locate_refusals(schema: GraphQLSchema) -> None:
    """Have the refusal of a value in the document say where it stands, as for GraphQL's own."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_):
            type_.parse_literal = _located(type_.parse_literal)  # type: ignore[method-assign]


def _located(parse: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(parse)
    def parsed(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            return parse(node, variables)
        except GraphQLError as refusal:
            raise GraphQLError(refusal.message, node, original_error=refusal) from refusal

    return parsed
