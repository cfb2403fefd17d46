"""What one operation may cost: judged once its variables are known, before it runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from domain.base.bulk import MOST_ROWS
from domain.sync import reading
from schema.documents import fragments_of
from schema.errors import Refusal
from schema.limits import INTROSPECTION
from schema.paging import DEFAULT_PAGE, LARGEST_PAGE

MAX_COST = 20_000
# Lists without pages whose objects lead on: how many there are at most. `limit` says if fewer.
LIMITED = {
    "reviewQueue": 200,
    "nextQuestions": 100,
    "sessionItems": 100,
    "pauses": 100,
    "belowTarget": 50,
    "perTag": 51,
    "perList": 20,
    "byTag": 100,
    # Of reports of imports. A preview, of which there is one, may tell of more rows.
    "errors": 1_000,
    "notes": 200,
    "rows": 100,
    "keptObjects": 200,
}
# Pages that are no connections: their fields are rows, so many unless `first` says another number,
# and so many at most.
PAGES = {"changes": (reading.PAGE, reading.LARGEST_PAGE)}
# Fields for which thousands of rows are read, and one that writes as many: what each costs besides.
WEIGHTS = {
    "statistics": 400,
    "byTag": 400,
    "trueRetention": 200,
    "retentionByAge": 200,
    "readiness": 100,
    "progress": 20,
    "sections": 20,
    "record": 5,
    "updateSettings": 10_000,
    "inlineExport": 1_000,
}
ITEM_WEIGHT = 5  # of a call for many rows


class Cost(SchemaExtension):
    """Bounds how many rows an operation can touch: page sizes multiply down the tree."""

    def on_execute(self) -> Iterator[None]:
        """Judge the operation once its variables are known.

        Raises:
            Refusal: COST_EXCEEDED.
        """
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            cost = operation_cost(document, context.operation_name, context.variables or {})
            if context.context is not None:
                context.context.request.cost = cost
            if cost > MAX_COST:
                message = (
                    f"The operation costs {cost} of at most {MAX_COST}. Ask for smaller pages, or "
                    "for nested lists, statistics and long calls in requests of their own."
                )
                raise Refusal(message, "COST_EXCEEDED", cost=cost, limit=MAX_COST)
        yield


def operation_cost(
    document: DocumentNode, operation_name: str | None, variables: dict[str, Any]
) -> int:
    """The number of objects an operation may bring: one a field with fields, times page sizes.

    What reads or writes many rows for few objects weighs more.
    """
    operations = [
        definition
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and operation_name in (None, definition.name.value if definition.name else None)
    ]
    if not operations:
        return 0
    defaults = {
        definition.variable.name.value: definition.default_value
        for definition in operations[0].variable_definitions or ()
    }
    pricing = Pricing(fragments_of(document), defaults | variables, {})
    return pricing.cost(operations[0].selection_set, page_size=1)


@dataclass(frozen=True)
class Pricing:
    """Prices one operation.

    Args:
        fragments: by name.
        variables: what the client sent, or the default's node.
        known: the price of a fragment by its name and the page size around it.
    """

    fragments: dict[str, SelectionSetNode]
    variables: dict[str, Any]
    known: dict[tuple[str, int], int]

    def cost(self, selections: SelectionSetNode, *, page_size: int) -> int:
        """The price of a selection; ``edges``, or the like, in it are ``page_size`` rows."""
        cost = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                inside = selection.selection_set
                cost += self._weight(selection)
                if inside is not None and selection.name.value not in INTROSPECTION:
                    is_page = selection.name.value in ("edges", "results", *PAGES)
                    rows = page_size if is_page else self._limit(selection)
                    cost += rows * (1 + self.cost(inside, page_size=self._page_size(selection)))
            elif isinstance(selection, InlineFragmentNode):
                cost += self.cost(selection.selection_set, page_size=page_size)
            elif isinstance(selection, FragmentSpreadNode):
                cost += self._cost_of_fragment(selection.name.value, page_size)
        return cost

    def _cost_of_fragment(self, name: str, page_size: int) -> int:
        if (name, page_size) not in self.known:
            self.known[name, page_size] = self.cost(self.fragments[name], page_size=page_size)
        return self.known[name, page_size]

    def _weight(self, field: FieldNode) -> int:
        items = self._items(field) or ()
        return WEIGHTS.get(field.name.value, 0) + ITEM_WEIGHT * min(len(items), MOST_ROWS)

    def _page_size(self, field: FieldNode) -> int:
        if (items := self._items(field)) is not None:
            return min(max(len(items), 1), MOST_ROWS)
        # More than a page is refused by the list itself.
        default, most = PAGES.get(field.name.value, (DEFAULT_PAGE, LARGEST_PAGE))
        size = self._asked(field, ("first", "last"), most=most)
        return default if size is None else size

    def _items(self, field: FieldNode) -> Sequence[Any] | None:
        """The items of a call for many rows; None of other calls."""
        for argument in field.arguments or ():
            if argument.name.value == "input":
                items = self._value(_member(self._value(argument.value), "items"))
                items = items.values if isinstance(items, ListValueNode) else items
                # The library takes a single one for a list of one.
                return None if items is None else items if isinstance(items, list | tuple) else [0]
        return None

    def _value(self, node: Any) -> Any:
        return self.variables.get(node.name.value) if isinstance(node, VariableNode) else node

    def _limit(self, field: FieldNode) -> int:
        most = LIMITED.get(field.name.value, 1)
        asked = self._asked(field, ("limit",), most=most) if most > 1 else 1
        return most if asked is None else asked

    def _asked(self, field: FieldNode, names: tuple[str, ...], *, most: int) -> int | None:
        """The number that one of these arguments gives, 1 to ``most``; None without one."""
        for argument in field.arguments or ():
            if argument.name.value in names:
                value: Any = self._value(argument.value)
                if isinstance(value, IntValueNode):
                    value = int(value.value)
                # JSON has 100.0 for 100 too.
                if isinstance(value, int | float):
                    return int(min(value, most)) if value >= 1 else 1
        return None


def _member(input: Any, name: str) -> Any:
    """A field of an input, which is a node of the document or what a variable holds."""
    if isinstance(input, ObjectValueNode):
        return next((field.value for field in input.fields if field.name.value == name), None)
    return input.get(name) if isinstance(input, dict) else None
