"""The rule that keeps statements constant: of each row of a list, a nested list is read once."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    print_ast,
)


class OneNestedList(ValidationRule):
    """Refuses, within a list, two pages of the same nested list.

    The pages of all rows are read in one statement, but only for one set of arguments; for a second
    set every row would read its own.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.fragments = {
            definition.name.value: definition.selection_set
            for definition in context.document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.walked: set[tuple[int, bool]] = set()

    def enter_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
        """Walk the operation; each selection once within lists and once outside."""
        self._walk(operation.selection_set, within_list=False)

    def _walk(self, selections: SelectionSetNode, *, within_list: bool) -> None:
        if (id(selections), within_list) in self.walked:
            return
        self.walked.add((id(selections), within_list))
        fields = list(self._fields(selections, set()))
        if within_list:
            self._compare(fields)
        for field in fields:
            if field.selection_set:
                inside = within_list or field.name.value == "edges"
                self._walk(field.selection_set, within_list=inside)

    def _compare(self, fields: list[FieldNode]) -> None:
        arguments: dict[str, set[str]] = defaultdict(set)
        for field in fields:
            if field.selection_set and field.name.value not in ("edges", "node", "pageInfo"):
                printed = sorted(print_ast(argument) for argument in field.arguments or ())
                arguments[field.name.value].add(" ".join(printed))
                if len(arguments[field.name.value]) == 2:
                    name = field.name.value
                    message = (
                        f"Within a list, ask for {name} with one set of arguments; ask for another "
                        "page of it in an operation of its own."
                    )
                    self.report_error(GraphQLError(message, field))

    def _fields(self, selections: SelectionSetNode, spread: set[str]) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fields(selection.selection_set, spread)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in self.fragments and name not in spread:
                    spread.add(name)
                    yield from self._fields(self.fragments[name], spread)
