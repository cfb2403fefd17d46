"""Descriptions of what the libraries bring along without one."""

from graphql import GraphQLEnumType, GraphQLSchema, GraphQLUnionType, get_named_type

TYPES = {
    "OperationInfo": "That nothing was changed, and why.",
    "OperationMessage": "One thing that is wrong with an input.",
    "OperationMessageKind": "What sort of message it is.",
    "UUID": "A UUID as RFC 9562 writes it: 01939b0a-6a4c-7c3e-9d52-1c8f0f5e7a10.",
}
KINDS = {
    "INFO": "For your information.",
    "WARNING": "It was done, but look at it.",
    "ERROR": "It could not be done.",
    "PERMISSION": "You may not do it.",
    "VALIDATION": "The input is not valid: correct it and send it again.",
}


def describe(schema: GraphQLSchema) -> None:
    """Describe the libraries' types, and the input and the payload of each mutation."""
    for name, description in TYPES.items():
        schema.type_map[name].description = description
    kinds = schema.type_map["OperationMessageKind"]
    assert isinstance(kinds, GraphQLEnumType)  # noqa: S101
    for name, description in KINDS.items():
        kinds.values[name].description = description
    for name, field in schema.mutation_type.fields.items() if schema.mutation_type else ():
        payload = get_named_type(field.type)
        if isinstance(payload, GraphQLUnionType):
            payload.description = f"What {name} gives, or messages that say what is wrong."
        for argument in field.args.values():
            argument.description = get_named_type(argument.type).description
