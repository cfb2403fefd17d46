"""How many values the variables of an operation may hold, and which."""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    Visitor,
    visit,
)

from domain.base.text import is_storable
from schema.documents import parsed

# Each field that takes a variable reads all of its values, before any guard.
MAX_VALUES = 10_000
# So more of them only of people who are known, and where they are read once: a call with a thousand
# full rows.
MOST_VALUES = 50_000


def too_many(variables: Any, query: str, *, is_signed_in: bool) -> str | None:
    """Why an operation may not have as many values as it has; None if it may."""
    if not _has_more(variables, MAX_VALUES):
        return None
    if not is_signed_in:
        return f"Send at most {MAX_VALUES} values in the variables until you are signed in."
    if not _are_read_once(query):
        return (
            f"Send at most {MAX_VALUES} values in the variables, or let a single field at the root "
            "take all of them."
        )
    if _has_more(variables, MOST_VALUES):
        return f"Send at most {MOST_VALUES} values in the variables."
    return None


def _has_more(values: Any, most: int) -> bool:
    count, pending = 0, [values]
    while pending and count <= most:
        value = pending.pop()
        if isinstance(value, dict | list):
            count += len(value)
            pending.extend(value.values() if isinstance(value, dict) else value)
    return count > most


def _are_read_once(query: str) -> bool:
    """Whether all variables are arguments of one field at the root.

    Deeper down, or by way of a fragment, one field may be resolved for each of many rows.
    """
    try:
        document = parsed(query)
    except GraphQLError:
        return False
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if len(operations) != 1:
        return False
    (operation,) = operations
    at_root = [
        sum(_count(argument) for argument in field.arguments or ())
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    ]
    taking = [count for count in at_root if count]
    return len(taking) == 1 and taking[0] == _count(document) - len(
        operation.variable_definitions or ()
    )


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def enter_variable(self, *_: Any) -> None:
        """Called for declarations too."""
        self.count += 1


def _count(node: Node) -> int:
    counter = _Counter()
    visit(node, counter)
    return counter.count


def is_unstorable(values: Any) -> bool:
    """Whether a text anywhere in them, also in names, is one that no column can hold."""
    pending = [values]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if not is_storable(value):
                return True
        elif isinstance(value, dict):
            pending.extend(value.keys())
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False
