"""Warns who uses what is deprecated, in ``extensions.warnings`` of the answer."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_location,
    get_named_type,
    get_nullable_type,
    is_list_type,
    type_from_ast,
    visit,
)
from strawberry.extensions import SchemaExtension

type Warnings = dict[str, dict[str, Any]]


class Deprecations(SchemaExtension):
    """Adds a warning for each deprecated field, argument, input field and enum value in use."""

    def get_results(self) -> dict[str, Any]:
        """Nothing, as long as nothing is deprecated."""
        context = self.execution_context
        served = context.schema._schema
        if not has_any(served) or context.pre_execution_errors or not context.graphql_document:
            return {}
        operation = context.graphql_document, context.operation_name, context.variables or {}
        found = warnings_of(served, *operation)
        return {"warnings": found} if found else {}


@cache
def has_any(schema: GraphQLSchema) -> bool:
    """Whether anything is deprecated."""
    return any(getattr(part, "deprecation_reason", None) for part in _parts(schema))


def warnings_of(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    """One warning for each deprecated thing that an operation uses.

    Args:
        name: of the operation, where the document has several.
    """
    info = TypeInfo(schema)
    finder = Finder(info, name)
    visit(document, TypeInfoVisitor(info, finder))
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode) and finder.is_executed(operation):
            for definition in operation.variable_definitions or ():
                type_ = type_from_ast(schema, definition.type)
                value = variables.get(definition.variable.name.value)
                finder.look_into(value, type_, definition)
    return [*finder.found.values()]


class Finder(Visitor):
    """Collects warnings by the coordinate of what they are about."""

    def __init__(self, info: TypeInfo, name: str | None) -> None:
        super().__init__()
        self.info = info
        self.name = name
        self.found: Warnings = {}

    def is_executed(self, operation: OperationDefinitionNode) -> bool:
        """Whether it is the one of the document that was asked for."""
        return self.name is None or (
            operation.name is not None and operation.name.value == self.name
        )

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> Any:
        """Leave the other operations out."""
        return None if self.is_executed(node) else self.SKIP

    def enter_field(self, node: Any, *_: Any) -> None:
        """A field that is selected."""
        self._note(self._field(), self.info.get_field_def(), node)

    def enter_argument(self, node: Any, *_: Any) -> None:
        """An argument of a field."""
        if not self.info.get_directive():
            coordinate = f"{self._field()}({node.name.value}:)"
            self._note(coordinate, self.info.get_argument(), node)

    def enter_object_field(self, node: Any, *_: Any) -> None:
        """A field of an input."""
        type_ = get_named_type(self.info.get_parent_input_type())
        if isinstance(type_, GraphQLInputObjectType):
            name = node.name.value
            self._note(f"{type_.name}.{name}", type_.fields.get(name), node)

    def enter_enum_value(self, node: Any, *_: Any) -> None:
        """A value of an enum."""
        type_ = get_named_type(self.info.get_input_type())
        self._note(f"{type_}.{node.value}", self.info.get_enum_value(), node)

    def look_into(self, value: Any, type_: Any, node: Node) -> None:
        """What a variable holds."""
        inner = get_nullable_type(type_)
        if is_list_type(inner):
            for item in value if isinstance(value, list) else [value]:
                self.look_into(item, inner.of_type, node)
        elif isinstance(inner, GraphQLEnumType) and isinstance(value, str):
            self._note(f"{inner.name}.{value}", inner.values.get(value), node)
        elif isinstance(inner, GraphQLInputObjectType) and isinstance(value, dict):
            for name in value.keys() & inner.fields.keys():
                field = inner.fields[name]
                self._note(f"{inner.name}.{name}", field, node)
                self.look_into(value[name], field.type, node)

    def _field(self) -> str:
        node = self.info.get_field_def()
        parent: Any = self.info.get_parent_type()
        names = parent.fields.items() if hasattr(parent, "fields") else ()
        name = next((name for name, field in names if field is node), "")
        return f"{parent}.{name}"

    def _note(self, coordinate: str, definition: Any, node: Node) -> None:
        reason = getattr(definition, "deprecation_reason", None)
        if reason is None or node.loc is None:
            return
        place = get_location(node.loc.source, node.loc.start)
        warning = self.found.setdefault(
            coordinate,
            {
                "code": "DEPRECATED",
                "message": f"{coordinate} is deprecated. {reason}",
                "coordinate": coordinate,
                "locations": [],
            },
        )
        warning["locations"].append({"line": place.line, "column": place.column})


def _parts(schema: GraphQLSchema) -> Iterator[Any]:
    """All that can be deprecated."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            yield from type_.values.values()
        elif isinstance(type_, GraphQLInputObjectType):
            yield from type_.fields.values()
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in type_.fields.values():
                yield field
                yield from field.args.values()
