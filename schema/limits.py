"""What one operation may ask for: its depth, width and cost, all judged before it runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
)
from strawberry.extensions import AddValidationRules, SchemaExtension

from schema.documents import fragments_of
from schema.errors import Refusal
from schema.nesting import OneNestedList
from schema.paging import DEFAULT_PAGE, LARGEST_PAGE

MAX_DEPTH = 15
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 20
MAX_COST = 20_000
INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True)
class Measure:
    """How deep and wide a selection is, fragments spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


class Shape(ValidationRule):
    """Refuses documents that are too deep or too wide.

    Each fragment is measured once, so that fragments spreading each other cost no time.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.fragments = fragments_of(context.document)
        self.measured: dict[str, Measure] = {}

    def enter_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
        """Measure the whole operation once."""
        measure = self._measure(operation.selection_set)
        for measured, most, name in (
            (measure.depth, MAX_DEPTH, "levels"),
            (measure.aliases, MAX_ALIASES, "aliases"),
            (measure.fields, MAX_ROOT_FIELDS, "fields at its root"),
        ):
            if measured > most:
                message = f"The operation has {measured} {name}; at most {most} are allowed."
                self.report_error(GraphQLError(message, operation))

    def _measure(self, selections: SelectionSetNode) -> Measure:
        depth = fields = aliases = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                inside = Measure()
                if selection.selection_set and selection.name.value not in INTROSPECTION:
                    inside = self._measure(selection.selection_set)
                depth = max(depth, 1 + inside.depth)
                fields += 1
                aliases += inside.aliases + (selection.alias is not None)
                continue
            inside = (
                self._measure(selection.selection_set)
                if isinstance(selection, InlineFragmentNode)
                else self._of_fragment(selection)
            )
            depth = max(depth, inside.depth)
            fields += inside.fields
            aliases += inside.aliases
        return Measure(depth, fields, aliases)

    def _of_fragment(self, spread: Any) -> Measure:
        name = spread.name.value
        if name not in self.measured:
            # A fragment that spreads itself is measured as empty here; a standard rule refuses it.
            self.measured[name] = Measure()
            if name in self.fragments:
                self.measured[name] = self._measure(self.fragments[name])
        return self.measured[name]


class StorableText(ValidationRule):
    """Refuses text in the document that no database column could hold."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        """NUL is the only such character that the lexer lets through."""
        if "\x00" in node.value:
            message = "Remove the NUL character (\\u0000) from this text: it cannot be stored."
            self.report_error(GraphQLError(message, node))


class Rules(AddValidationRules):
    """Our rules beside the standard ones. One tuple for all requests, so that validation caches."""

    def __init__(self) -> None:
        super().__init__([Shape, OneNestedList, StorableText])


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
            if cost > MAX_COST:
                message = (
                    f"The operation costs {cost} of at most {MAX_COST}. Ask for smaller pages, or "
                    "for nested lists in requests of their own."
                )
                raise Refusal(message, "COST_EXCEEDED", cost=cost, limit=MAX_COST)
        yield


def operation_cost(
    document: DocumentNode, operation_name: str | None, variables: dict[str, Any]
) -> int:
    """The number of objects an operation may bring: one a field with fields, times page sizes."""
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
        """The price of a selection; ``edges`` in it has as many rows as ``page_size``."""
        cost = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                inside = selection.selection_set
                if inside is not None and selection.name.value not in INTROSPECTION:
                    rows = page_size if selection.name.value == "edges" else 1
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

    def _page_size(self, field: FieldNode) -> int:
        for argument in field.arguments or ():
            if argument.name.value in ("first", "last"):
                value: Any = argument.value
                if isinstance(value, VariableNode):
                    value = self.variables.get(value.name.value)
                if isinstance(value, IntValueNode):
                    value = int(value.value)
                # JSON has 100.0 for 100 too. More than a page is refused by the list itself.
                if isinstance(value, int | float):
                    return int(min(value, LARGEST_PAGE)) if value >= 1 else 1
        return DEFAULT_PAGE
