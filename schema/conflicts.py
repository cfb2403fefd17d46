"""Changes that expect a version: refused with the object as it is now."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import strawberry
from django.db.models import Model
from strawberry import relay

from domain.base.errors import VersionConflict
from schema.context import Info
from schema.scoping import shown


@strawberry.type(
    description="The object has another version than the one expected: it was changed since you "
    "read it. Nothing was written."
)
class Conflict:
    row: strawberry.Private[Model]
    code: str = strawberry.field(description="Always CONFLICT.")
    message: str = strawberry.field(description="What to do, for people.")

    @strawberry.field(description="The object as it is now, with its version.")
    def current(self, info: Info) -> relay.Node:
        node: Any = info.schema.get_type_by_name(str(self.row._meta.object_name))
        return cast(relay.Node, strawberry.cast(node.origin, shown(self.row, info)))


def expected() -> Any:
    """The field ``expected_version`` of an input."""
    return strawberry.field(
        description="The version that you read. If the object has another by now, nothing is "
        "written and the answer is Conflict, with the object as it is. Leave it out to write "
        "whatever was written meanwhile."
    )


def or_conflict[**Arguments, Result](
    resolve: Callable[Arguments, Result],
) -> Callable[Arguments, Result | Conflict]:
    """Decorate a resolver, whose result is ``… | Conflict``: an unexpected version answers so."""

    # Within the resolver: the library turns what leaves it into messages.
    @wraps(resolve)
    def resolved(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result | Conflict:
        try:
            return resolve(*args, **kwargs)
        except VersionConflict as conflict:
            return Conflict(row=conflict.row, code="CONFLICT", message=conflict.messages[0])

    return resolved
