"""From GraphQL inputs to the keywords of a service."""

import dataclasses
import enum
from typing import Annotated, Any

import strawberry
from django.db.models import Model
from strawberry import relay
from strawberry.types.maybe import Some

Id = Annotated[relay.GlobalID, strawberry.argument(description="The id of the object.")]
# In the metadata of an input field: the column that it fills.
_COLUMN = "column"


def about(model: type[Model], column: str, description: str = "") -> Any:
    """An input field described by the column that it fills, unless it has words of its own."""
    filled: Any = model._meta.get_field(column)
    return strawberry.field(
        description=description or str(filled.help_text), metadata={_COLUMN: filled}
    )


def given(input: Any, *, without: tuple[str, ...] = (), is_new: bool = False) -> dict[str, Any]:
    """What the client really sent, by column: absent fields are left out.

    Null empties what can be empty. Of any other column it stays null, for the service to refuse; a
    new row gets its default instead. Where no column is filled, null is as good as absent. The key
    of a call says nothing about its row, and is always left out.

    Args:
        is_new: whether a row is made of it.
    """
    without = (*without, "idempotency_key")
    values = {}
    for field in dataclasses.fields(input):
        said = getattr(input, field.name)
        if field.name in without or said is None:
            continue
        value = said.value if isinstance(said, Some) else said
        if value is not None:
            values[field.name] = plain(value)
        elif (column := field.metadata.get(_COLUMN)) and (_can_be_empty(column) or not is_new):
            values[field.name] = _emptied(column)
    return values


def sent[Value](said: Some[Value | None] | None) -> Value | None:
    """The value of a field for which null is as good as absent."""
    return None if said is None else said.value


def _can_be_empty(column: Any) -> bool:
    return bool(column.null or column.blank)


def _emptied(column: Any) -> Any:
    """What is stored for null; null itself if the column has nothing that stands for empty."""
    return None if column.null or not column.blank else column.get_default()


def plain(value: Any) -> Any:
    """Stored values instead of enum members, also within lists."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
