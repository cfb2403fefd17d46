"""The one place where Query and Mutation are put together."""

from datetime import datetime
from typing import Annotated, Any, cast

import strawberry
from strawberry import relay
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult
from strawberry_django.optimizer import DjangoOptimizerExtension

from domain.base.errors import NotFound
from schema import documents, limits
from schema.accounts.mutations import AccountMutations
from schema.accounts.queries import AccountQueries
from schema.accounts.types import User
from schema.context import Info
from schema.directives import SignedIn
from schema.errors import ValidationCodes, with_codes
from schema.practice.mutations import PracticeMutations
from schema.practice.queries import PracticeQueries
from schema.practice.types import QuestionLog
from schema.questions.mutations import QuestionMutations
from schema.questions.queries import QuestionQueries
from schema.questions.types import Question, Tag
from schema.scalars import DATE_TIME
from schema.scoping import fetch
from schema.tokens import CallerSchema
from schema.transfer.mutations import TransferMutations

NODES = {node.__name__: node for node in (Question, QuestionLog, Tag, User)}


@strawberry.type(description="Everything that can be read.")
class Query(AccountQueries, QuestionQueries, PracticeQueries):
    @strawberry.field(
        extensions=[SignedIn()],
        description="Any of your objects by its id; NOT_FOUND if it is not there.",
    )
    def node(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The id of the object.")],
    ) -> relay.Node | None:
        node = NODES.get(id.type_name)
        if node is None:
            raise NotFound(field="id")
        return cast(relay.Node, strawberry.cast(node, fetch(node, id, info)))


@strawberry.type(description="Everything that can be changed.")
class Mutation(AccountMutations, QuestionMutations, PracticeMutations, TransferMutations):
    pass


class DrillbookSchema(CallerSchema):
    """The schema that is served."""

    def execute_sync(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run one operation; every error carries its code."""
        return with_codes(super().execute_sync(*args, **kwargs))


schema = DrillbookSchema(
    query=Query,
    mutation=Mutation,
    types=[*NODES.values()],
    config=StrawberryConfig(
        disable_field_suggestions=True, scalar_map={datetime: DATE_TIME}
    ),
    # The last one is innermost.
    extensions=[
        ValidationCodes,
        documents.Documents,
        limits.Rules,
        documents.Validations,
        limits.Cost,
        DjangoOptimizerExtension,
    ],
)
