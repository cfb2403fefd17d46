"""From GraphQL inputs to the keywords of a service."""

import dataclasses
import enum
from typing import Annotated, Any

import strawberry
from django.db.models import Model
from strawberry import relay
from strawberry.types.maybe import Some

Id = Annotated[relay.GlobalID, strawberry.argument(description="The id of the object.")]


def about(model: type[Model], column: str) -> Any:
    """An input field described by the column that it fills."""
    return strawberry.field(description=str(model._meta.get_field(column).help_text))  # type: ignore[union-attr]


def given(input: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the client really sent, by column: absent fields are left out, null stays null.

    The key of a call says nothing about its row, and is always left out.
    """
    without = (*without, "idempotency_key")
    values = {}
    for field in dataclasses.fields(input):
        value = getattr(input, field.name)
        if field.name in without or value is None:
            continue
        values[field.name] = plain(value.value if isinstance(value, Some) else value)
    return values


def plain(value: Any) -> Any:
    """Stored values instead of enum members, also within lists."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
