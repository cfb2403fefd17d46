"""What pricing weighs more than other fields, printed in the SDL."""

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import Location

from schema.pricing import MAX_COST, WEIGHTS


@strawberry.schema_directive(
    name="cost",
    locations=[Location.FIELD_DEFINITION],
    description="What the field adds to the cost of an operation, for each object that it may be "
    f"shown of, beside the 1 of each object that it brings. rateLimit tells the sum; {MAX_COST} is "
    "the most.",
)
class CostDirective:
    weight: int = strawberry.directive_field(name="weight")


def print_weights(schema: GraphQLSchema) -> None:
    """Put the weight of a field beside its guards."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name in WEIGHTS.keys() & type_.fields.keys():
                field = type_.fields[name].extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
                field.directives = [*field.directives, CostDirective(weight=WEIGHTS[name])]
