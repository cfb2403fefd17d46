"""What one operation may ask for: its depth and width, judged before it runs. See also pricing."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValidationContext,
    ValidationRule,
)
from strawberry.extensions import AddValidationRules

from schema.documents import fragments_of
from schema.nesting import OneNestedList

MAX_DEPTH = 15
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 20
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
