"""The one place where Query and Mutation are put together."""

from datetime import datetime
from functools import partial
from typing import Any, cast

import strawberry
from strawberry import relay
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult

from domain.base.errors import NotFound
from schema import documents, limits, messages, pricing
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
from schema.deprecations import Deprecations
from schema.descriptions import describe
from schema.directives import SignedIn
from schema.errors import ValidationCodes, note_codes, with_codes
from schema.execution import Executor, Optimizer
from schema.goals.mutations import GoalMutations
from schema.goals.queries import GoalQueries
from schema.goals.types import Goal
from schema.ids import answer_unreadable_ids
from schema.inputs import Id
from schema.jobs.mutations import JobMutations
from schema.jobs.queries import JobQueries, JobSubscriptions
from schema.jobs.types import Job
from schema.lists.mutations import StudyListMutations
from schema.lists.queries import StudyListQueries
from schema.lists.types import StudyList, StudyListItem
from schema.practice.bulk import BulkQuestionLogMutations
from schema.practice.mutations import PracticeMutations
from schema.practice.queries import PracticeQueries
from schema.practice.queue import QueueQueries
from schema.practice.reviews import ReviewMutations
from schema.practice.session_types import PracticeSession
from schema.practice.sessions import PracticeSessionMutations, PracticeSessionQueries
from schema.practice.types import QuestionLog
from schema.practice.watching import QueueSubscriptions
from schema.questions.bulk import BulkQuestionMutations
from schema.questions.merging import TagMergingMutations
from schema.questions.mutations import QuestionMutations
from schema.questions.queries import QuestionQueries
from schema.questions.types import Question, Tag
from schema.replicas import answered
from schema.retrying import retry_deadlocks
from schema.scalars import DATE_TIME, locate_refusals
from schema.scoping import fetch
from schema.sharing.fields import ShareLinkMutations, ShareLinkQueries
from schema.sharing.types import ShareLink
from schema.site import SiteQueries
from schema.sync.queries import SyncQueries
from schema.tokens import CallerSchema
from schema.transfer.export_types import Export
from schema.transfer.exports import ExportMutations, ExportQueries
from schema.transfer.mutations import TransferMutations
from schema.transfer.queries import ImportQueries
from schema.transfer.types import ImportBatch
from schema.trash.mutations import TrashMutations
from schema.trash.queries import TrashQueries
from schema.weighing import print_weights

NODES = {
    node.__name__: node
    for node in (
        ApiToken,
        AuditEvent,
        AuthSession,
        Export,
        Goal,
        ImportBatch,
        Job,
        Person,
        PracticeSession,
        Question,
        QuestionLog,
        ShareLink,
        StudyList,
        StudyListItem,
        Tag,
        User,
    )
}


@strawberry.type(description="Everything that can be read.")
class Query(
    AccountQueries,
    PeopleQueries,
    QuestionQueries,
    StudyListQueries,
    PracticeQueries,
    QueueQueries,
    PracticeSessionQueries,
    GoalQueries,
    ShareLinkQueries,
    TrashQueries,
    SyncQueries,
    JobQueries,
    ExportQueries,
    ImportQueries,
    ApiTokenQueries,
    AuditQueries,
    SessionQueries,
    SiteQueries,
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
    BulkQuestionMutations,
    StudyListMutations,
    PracticeMutations,
    BulkQuestionLogMutations,
    PracticeSessionMutations,
    ReviewMutations,
    GoalMutations,
    ShareLinkMutations,
    TagMergingMutations,
    TrashMutations,
    TransferMutations,
    JobMutations,
    ExportMutations,
    PasswordResetMutations,
    TwoFactorMutations,
    VerificationMutations,
    ApiTokenMutations,
    SessionMutations,
):
    pass


@strawberry.type(description="What can be watched. Answered as a stream: text/event-stream.")
class Subscription(JobSubscriptions, QueueSubscriptions):
    pass


class DrillbookSchema(CallerSchema):
    """The schema that is served."""

    def execute_sync(self, query: str | None, **kwargs: Any) -> ExecutionResult:  # type: ignore[override]
        """Run one operation where it may be run; every error carries its code."""
        execute = partial(super().execute_sync, query, **kwargs)
        context = kwargs.get("context_value")
        result = answered(
            execute, document=query, operation_name=kwargs.get("operation_name"), context=context
        )
        note_codes(with_codes(result), context)
        return result


messages.install()
schema = DrillbookSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*NODES.values()],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={datetime: DATE_TIME}),
    # The last one is innermost.
    extensions=[
        ValidationCodes,
        Deprecations,
        documents.Documents,
        limits.Rules,
        documents.Validations,
        TokenScopes,
        pricing.Cost,
        Optimizer,
    ],
    execution_context_class=Executor,
)
describe(schema._schema)
print_weights(schema._schema)
retry_deadlocks(schema._schema)
answer_unreadable_ids(schema._schema)
locate_refusals(schema._schema)
