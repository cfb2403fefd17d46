"""The rule that keeps statements constant: of each row of a list, a nested list is read once."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    print_ast,
)

from schema.documents import fragments_of

# Fields with many objects of which rows hang: pages, and lists without pages.
LISTS = (
    "edges",
    "items",
    "results",
    "changes",
    "nextQuestions",
    "sessionItems",
    "belowTarget",
    "perTag",
    "perList",
)
# Documents of ordinary clients have tens; fragments can be woven so that there is no end to it.
MOST_WALKED = 1_000


class OneNestedList(ValidationRule):
    """Refuses, within a list, two pages of the same nested list.

    The pages of all rows are read in one statement, but only for one set of arguments; for a second
    set every row would read its own.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.fragments = fragments_of(context.document)

    def enter_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
        """Look at what is selected of each object once within lists and once outside."""
        pending = [([operation.selection_set], False)]
        walked = set()
        while pending:
            selections, within_list = pending.pop()
            place = frozenset(map(id, selections)), within_list
            if place in walked:
                continue
            walked.add(place)
            if len(walked) > MOST_WALKED:
                self.report_error(GraphQLError("The fragments of the operation are too entangled."))
                return
            pending.extend(self._walk(selections, within_list=within_list))

    def _walk(
        self, selections: list[SelectionSetNode], *, within_list: bool
    ) -> Iterator[tuple[list[SelectionSetNode], bool]]:
        """Compare the fields of one object; give what is selected of those."""
        spread: set[str] = set()
        fields = [field for each in selections for field in self._fields(each, spread)]
        self._refuse_second_alias(fields, "edges")
        if within_list:
            self._refuse_second_alias(fields, "node")
            self._compare(fields)
        lists = {_key(field) for field in fields if field.name.value in LISTS}
        for key, inside in _together(fields, within_list=within_list).items():
            yield inside, within_list or key in lists

    def _refuse_second_alias(self, fields: list[FieldNode], name: str) -> None:
        # The library would read the rows of a nested list in two ways, which exclude each other.
        if len({_key(field) for field in fields if field.name.value == name}) > 1:
            self.report_error(GraphQLError(f"Select {name} under one name.", fields))

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


def _together(fields: list[FieldNode], *, within_list: bool) -> dict[str, list[SelectionSetNode]]:
    """What is selected of the same rows: within lists they are read once for all aliases."""
    together: dict[str, list[SelectionSetNode]] = defaultdict(list)
    for field in fields:
        if field.selection_set:
            key = field.name.value if within_list else _key(field)
            together[key].append(field.selection_set)
    return together


def _key(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value
