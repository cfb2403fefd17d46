"""Descriptions of what the libraries bring along without one."""

from graphql import GraphQLEnumType, GraphQLSchema, GraphQLUnionType, get_named_type

TYPES = {
    "Date": "A day without a time or a time zone, as ISO 8601 writes it: 2026-11-21.",
    "OperationInfo": "That nothing was changed, and why.",
    "OperationMessage": "One thing that is wrong with an input.",
    "OperationMessageKind": "What sort of message it is.",
    "UUID": "A UUID as RFC 9562 writes it: 01939b0a-6a4c-7c3e-9d52-1c8f0f5e7a10.",
}
# Of enums whose labels are too short to choose by.
VALUES = {
    "OperationMessageKind": {
        "INFO": "For your information.",
        "WARNING": "It was done, but look at it.",
        "ERROR": "It could not be done.",
        "PERMISSION": "You may not do it.",
        "VALIDATION": "The input is not valid: correct it and send it again.",
    },
    "Rating": {
        "AGAIN": "You did not solve it, or needed the solution. It comes back soonest.",
        "HARD": "You solved it with a hint or with great effort.",
        "GOOD": "You solved it yourself, after some thought. The usual grade.",
        "EASY": "You knew the solution at once. It stays away longest.",
    },
    "Help": {
        "NONE": "Nothing.",
        "HINT": "A hint, short of the solution. Solved with one counts as HARD.",
        "EDITORIAL": "The solution, wherever it stood. Solved with it counts as AGAIN.",
    },
    "Role": {
        "MEMBER": "Sees and changes what is their own.",
        "MANAGER": "Also sees everybody's account and audit events, never what they practise, and "
        "unlocks accounts.",
        "ADMIN": "Also renames people, changes roles, and deactivates, activates and deletes "
        "accounts.",
    },
}


def describe(schema: GraphQLSchema) -> None:
    """Describe the libraries' types, and the input and the payload of each mutation."""
    for name, description in TYPES.items():
        schema.type_map[name].description = description
    for type_name, values in VALUES.items():
        enum = schema.type_map[type_name]
        assert isinstance(enum, GraphQLEnumType)  # noqa: S101
        for name, description in values.items():
            enum.values[name].description = description
    for name, field in schema.mutation_type.fields.items() if schema.mutation_type else ():
        payload = get_named_type(field.type)
        if isinstance(payload, GraphQLUnionType):
            payload.description = f"What {name} gives, or messages that say what is wrong."
        for argument in field.args.values():
            argument.description = get_named_type(argument.type).description
