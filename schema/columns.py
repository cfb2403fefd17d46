"""How the domain's own column types and choices appear in GraphQL."""

import inspect
from typing import Any

import strawberry
from django.db.models import Choices
from strawberry_django.fields.types import field_type_map

from domain.base.models import CharField, TextField

field_type_map.update({CharField: str, TextField: str})


def expose[Exposed: Choices](choices: type[Exposed]) -> type[Exposed]:
    """Make a Django ``Choices`` usable as a GraphQL enum; its labels describe its values.

    The class itself is registered, so what a client sends arrives in the service as a member, which
    is equal to the stored value.
    """
    if not hasattr(choices, "__strawberry_definition__"):
        strawberry.enum(choices)
    definition: Any = choices.__strawberry_definition__  # type: ignore[attr-defined]
    definition.description = inspect.getdoc(choices)
    for value, label in zip(definition.values, choices.labels, strict=True):
        value.description = f"{label}."
    return choices
