"""The one place where Query and Mutation are put together."""

from datetime import datetime
from typing import Any, cast

import strawberry
from strawberry import relay
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult

from domain.base.errors import NotFound
from schema import documents, limits
from schema.accounts.api_tokens import (
    ApiToken,
    ApiTokenMutations,
    ApiTokenQueries,
    TokenScopes,
)
from schema.accounts.deletion import DeletionMutations
from schema.accounts.mutations import AccountMutations
from schema.accounts.password_reset import PasswordResetMutations
from schema.accounts.people import PeopleMutations, PeopleQueries, Person
from schema.accounts.queries import AccountQueries
from schema.accounts.sessions import AuthSession, SessionMutations, SessionQueries
from schema.accounts.two_factor import TwoFactorMutations
from schema.accounts.types import User
from schema.accounts.verification import VerificationMutations
from schema.audit.events import AuditEvent, AuditQueries
from schema.context import Info
from schema.descriptions import describe
from schema.directives import SignedIn
from schema.errors import ValidationCodes, with_codes
from schema.execution import Executor, Optimizer
from schema.inputs import Id
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

NODES = {
    node.__name__: node
    for node in (ApiToken, AuditEvent, AuthSession, Person, Question, QuestionLog, Tag, User)
}


@strawberry.type(description="Everything that can be read.")
class Query(
    AccountQueries,
    PeopleQueries,
    QuestionQueries,
    PracticeQueries,
    ApiTokenQueries,
    AuditQueries,
    SessionQueries,
):
    @strawberry.field(
        extensions=[SignedIn()],
        description="Any of your objects by its id; NOT_FOUND if it is not there.",
    )
    def node(self, info: Info, id: Id) -> relay.Node | None:
        node = NODES.get(id.type_name)
        if node is None:
            raise NotFound(field="id")
        return cast(relay.Node, strawberry.cast(node, fetch(node, id, info)))


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    AccountMutations,
    DeletionMutations,
    PeopleMutations,
    QuestionMutations,
    PracticeMutations,
    TransferMutations,
    PasswordResetMutations,
    TwoFactorMutations,
    VerificationMutations,
    ApiTokenMutations,
    SessionMutations,
):
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
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={datetime: DATE_TIME}),
    # The last one is innermost.
    extensions=[
        ValidationCodes,
        documents.Documents,
        limits.Rules,
        documents.Validations,
        TokenScopes,
        limits.Cost,
        Optimizer,
    ],
    execution_context_class=Executor,
)
describe(schema._schema)
