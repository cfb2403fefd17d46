"""The executor: graphql-core's own, with a short way through what most of an answer consists of.

A field that is only a column of its row, and a list that the optimizer has read already, need no
resolver, no ``Info`` and no arguments. Whatever is not as expected (a column that was not loaded, a
null where none may be, an unknown value) takes the ordinary way, which also makes all the errors.
Extensions that wrap every field by ``resolve`` do not see what took the short way.
"""

from collections.abc import Callable
from functools import cache, wraps
from operator import attrgetter
from typing import Any

from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_leaf_type,
    print_ast,
)
from strawberry import relay
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.utils.inspect import in_async_context
from strawberry_django import optimizer as library
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.optimizer import DjangoOptimizerExtension, is_optimized_by_prefetching
from strawberry_django.utils.typing import get_django_definition

from schema.paging import ConnectionField

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF

type Function = Callable[[Any], Any]


class Optimizer(DjangoOptimizerExtension):
    """The library's optimizer without the function that it wraps around every single field.

    That one is for resolvers that return bare querysets; our lists and ``fetch`` optimize theirs.
    """

    resolve = SchemaExtension.resolve  # type: ignore[assignment]


def _also_without_rows(hints_of_connection: Any) -> Any:
    @wraps(hints_of_connection)
    def hints(*args: Any, **kwargs: Any) -> Any:
        found = hints_of_connection(*args, **kwargs)
        return library.OptimizerStore() if found is None else found

    return hints


# The library prefetches nested lists only if their rows are selected. Of `logs { totalCount }` it
# would have every parent read its own.
library._get_model_hints_from_connection = _also_without_rows(
    library._get_model_hints_from_connection
)

# The library compares arguments together with where they stand in the document: aliases with equal
# ones would each be read for every parent.
library._get_field_arguments = lambda node: tuple(sorted(map(print_ast, node.arguments or ())))


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Reads columns and prefetched rows itself, and has all other fields resolved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # There, any value may have to be awaited.
        self._is_async = in_async_context()

    def execute_fields(
        self, parent_type: GraphQLObjectType, source: Any, path: Any, selected: Any, context: Any
    ) -> Any:
        """The selected fields of one object, in their order."""
        columns = {} if self._is_async else columns_of(parent_type)
        if not columns:
            return super().execute_fields(parent_type, source, path, selected, context)
        results: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for key, details in selected.items():
            read = columns.get(details[0].node.name.value)
            try:
                results[key] = Undefined if read is None else read(source)
            except Exception:  # noqa: BLE001  # whatever it is, it happens again below
                results[key] = Undefined
            if results[key] is Undefined:
                others[key] = details
        if others:
            resolved: Any = super().execute_fields(parent_type, source, path, others, context)
            results |= resolved
        return results

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, details: Any, path: Any, context: Any
    ) -> Any:
        """One field of an object."""
        name = details[0].node.name.value
        read = None if self._is_async else objects_of(parent_type).get(name)
        if read is None:
            return super().execute_field(parent_type, source, details, path, context)
        field = parent_type.fields[name]
        try:
            value = read(source)
            if value is not None:
                nodes = [detail.node for detail in details]
                info = self.build_resolve_info(field, nodes, parent_type, path)
                return self.complete_value(field.type, details, info, path, value, context)
        except Exception as error:  # noqa: BLE001  # as in the method that this one overrides
            self.handle_field_error(error, field.type, details, path)
            return None
        return super().execute_field(parent_type, source, details, path, context)


@cache
def columns_of(parent_type: GraphQLObjectType) -> dict[str, Function]:
    """By field name: what makes a column's part of the answer of its row, or raises anything."""
    origin = getattr(parent_type.extensions.get(DEFINITION), "origin", None)
    table = get_django_definition(origin)
    if origin is None or table is None:
        return {}
    found = {name: _column(field, table.model) for name, field in parent_type.fields.items()}
    columns = {name: column for name, column in found.items() if column is not None}
    if issubclass(origin, relay.Node):
        uid = origin.resolve_id_attr()
        columns["id"] = lambda row: relay.to_base64(parent_type.name, row.__dict__[uid])
    return columns


@cache
def objects_of(parent_type: GraphQLObjectType) -> dict[str, Function]:
    """By field name: what takes a field's value from its object; None if it must be resolved."""
    found = {name: _object(field) for name, field in parent_type.fields.items()}
    return {name: read for name, read in found.items() if read is not None}


def _column(field: GraphQLField, model: type[Model]) -> Function | None:
    definition = field.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryDjangoField) or not _is_plain(definition):
        return None
    name = definition.django_name or definition.python_name
    write = _writer(field.type)
    # Exactly this class: others, such as a file's, make their value when it is asked for.
    if write is None or type(getattr(model, name, None)) is not DeferredAttribute:
        return None
    return lambda row: write(row.__dict__[name])


def _writer(type_: GraphQLOutputType) -> Function | None:
    """What serializes the values of a leaf type, or of a list of one."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    write: Function
    if isinstance(inner, GraphQLList):
        write_item = _writer(inner.of_type)
        if write_item is None:
            return None
        write = _list_writer(write_item)
    elif is_leaf_type(inner):
        write = inner.coerce_output_value
    else:
        return None

    def write_or_refuse(value: Any) -> Any:
        if value is not None:
            return write(value)
        if inner is type_:
            return None
        raise ValueError("null where none may be")

    return write_or_refuse


def _list_writer(write: Function) -> Function:
    return lambda values: [write(value) for value in values]


def _object(field: GraphQLField) -> Function | None:
    definition = field.extensions.get(DEFINITION)
    if isinstance(definition, ConnectionField):
        return definition.prefetched
    if isinstance(definition, StrawberryDjangoField):
        name = definition.django_name or definition.python_name
        return _prefetched(name) if definition.is_list and _is_plain(definition) else None
    if definition is None or not definition.is_basic_field:
        return None
    return attrgetter(definition.python_name)


def _prefetched(name: str) -> Function:
    def read(row: Any) -> Any:
        rows = getattr(row, "_prefetched_objects_cache", {}).get(name)
        return (
            rows._result_cache if rows is not None and is_optimized_by_prefetching(rows) else None
        )

    return read


def _is_plain(definition: Any) -> bool:
    return definition.base_resolver is None and not definition.extensions
