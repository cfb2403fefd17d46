"""Ids that cannot be read: to a mutation they name nothing, elsewhere they are refused by name."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
)
from strawberry import relay
from strawberry.relay.types import InvalidGlobalIDError

from schema.errors import NO_ID, BadInput

# Of a type that there is not, so whatever looks for it answers as for an object that is not there.
OF_NOTHING = relay.to_base64("Nothing", 0)

type Resolve = Callable[..., Any]


def answer_unreadable_ids(schema: GraphQLSchema) -> None:
    """Have every field that takes ids say which of them cannot be read."""
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_ is schema.subscription_type:
            continue
        answer = _as_of_nothing if type_ is schema.mutation_type else _refused_by_name
        for field in type_.fields.values():
            if field.resolve is not None and any(map(_takes_ids, field.args.values())):
                field.resolve = answer(field, field.resolve)


def _as_of_nothing(field: GraphQLField, resolve: Resolve) -> Resolve:
    # Called again only if reading the arguments failed, which is before anything is done.
    @wraps(resolve)
    def resolved(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            return resolve(source, info, **arguments)
        except InvalidGlobalIDError:
            readable = {
                name: _readable(field.args[name].type, value) for name, value in arguments.items()
            }
            return resolve(source, info, **readable)

    return resolved


def _refused_by_name(field: GraphQLField, resolve: Resolve) -> Resolve:
    @wraps(resolve)
    def resolved(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            return resolve(source, info, **arguments)
        except InvalidGlobalIDError as unreadable:
            for argument, value in arguments.items():
                for name, id in _ids(field.args[argument].type, value, argument):
                    if not _is_readable(id):
                        raise BadInput(f"{name}: {NO_ID}", field=name) from unreadable
            raise

    return resolved


def _takes_ids(argument: GraphQLArgument) -> bool:
    """Whether there are ids in it, at any depth."""
    pending, seen = [get_named_type(argument.type)], set()
    while pending:
        type_ = pending.pop()
        if type_ is GraphQLID:
            return True
        if isinstance(type_, GraphQLInputObjectType) and type_ not in seen:
            seen.add(type_)
            pending.extend(get_named_type(field.type) for field in type_.fields.values())
    return False


def _ids(type_: Any, value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Every id in an input, with the name of the field that it stands in."""
    type_ = get_nullable_type(type_)
    if isinstance(type_, GraphQLList):
        for item in value or ():
            yield from _ids(type_.of_type, item, name)
    elif isinstance(type_, GraphQLInputObjectType):
        for inner, field in type_.fields.items():
            if value is not None and inner in value:
                yield from _ids(field.type, value[inner], inner)
    elif type_ is GraphQLID and value is not None:
        yield name, value


def _readable(type_: Any, value: Any) -> Any:
    """An input with an id of nothing for each that cannot be read."""
    type_ = get_nullable_type(type_)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        return [_readable(type_.of_type, item) for item in value]
    if isinstance(type_, GraphQLInputObjectType):
        return {name: _readable(type_.fields[name].type, said) for name, said in value.items()}
    return OF_NOTHING if type_ is GraphQLID and not _is_readable(value) else value


def _is_readable(id: str) -> bool:
    try:
        relay.GlobalID.from_id(id)
    except relay.GlobalIDValueError:
        return False
    return True
