"""Many attempts in one call. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django
from django.core.exceptions import ValidationError
from strawberry_django.fields.types import OperationMessage

from domain.base.bulk import BulkRowStatus, ErrorPolicy
from domain.practice import models
from domain.practice.services import bulk as services
from domain.practice.services.bulk import LogChange, NewLog
from domain.practice.services.logs import LogFields
from schema import bulk, idempotency
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import once
from schema.inputs import given, sent
from schema.practice.inputs import (
    CreateQuestionLogInput,
    DeleteQuestionLogInput,
    UpdateQuestionLogInput,
)
from schema.practice.types import QuestionLog
from schema.questions.types import Question
from schema.scoping import find_all_owned

NOT_FIELDS = ("id", "question", "expected_version")


@strawberry.input(description="Attempts to log.")
class CreateQuestionLogsInput:
    items: list[CreateQuestionLogInput] = strawberry.field(
        description="1 to 1000 attempts; leave out their idempotencyKey."
    )
    error_policy: ErrorPolicy = bulk.policy()
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="Attempts to correct.")
class UpdateQuestionLogsInput:
    items: list[UpdateQuestionLogInput] = strawberry.field(
        description="1 to 1000 attempts, each once."
    )
    error_policy: ErrorPolicy = bulk.policy()


@strawberry.input(description="Attempts to put in the trash.")
class DeleteQuestionLogsInput:
    items: list[DeleteQuestionLogInput] = strawberry.field(
        description="1 to 1000 attempts, each once."
    )
    error_policy: ErrorPolicy = bulk.policy()


@strawberry.type(description="What became of one attempt of a call.")
class BulkQuestionLogResult:
    index: int = bulk.index()
    status: BulkRowStatus = bulk.status()
    question_log: QuestionLog | None = strawberry.field(
        description="The attempt as it is now; null if it FAILED or is NOT_DONE. Of a conflict "
        "the attempt that has another version than expected."
    )
    messages: list[OperationMessage] = bulk.messages()


@strawberry.type(description="What became of the attempts of a call.")
class BulkQuestionLogs(bulk.Bulk):
    @strawberry.field(description="One for each item, in their order.")
    def results(self, info: Info) -> list[BulkQuestionLogResult]:
        rows = self.rows(models.QuestionLog, info, "questionLog")
        return [
            BulkQuestionLogResult(
                index=index, status=outcome.status, question_log=row, messages=outcome.messages
            )
            for index, (outcome, row) in enumerate(zip(self.outcomes, rows, strict=True))
        ]


@strawberry.type
class BulkQuestionLogMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Log up to 1000 attempts, each as createQuestionLog does.",
    )
    def create_question_logs(self, info: Info, input: CreateQuestionLogsInput) -> BulkQuestionLogs:
        return once(
            info,
            input,
            lambda: BulkQuestionLogs.of(
                services.create_question_logs(
                    owner=info.context.user,
                    at=info.context.now,
                    rows=bulk.without_keys(input.items, _new(input.items, info)),
                    policy=input.error_policy,
                )
            ),
            encode=BulkQuestionLogs.kept,
            decode=BulkQuestionLogs.stored,
        )

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Correct up to 1000 attempts, each as updateQuestionLog does. One that has "
        "another version than expected is FAILED, with the code conflict.",
    )
    def update_question_logs(self, info: Info, input: UpdateQuestionLogsInput) -> BulkQuestionLogs:
        refs = bulk.refs(QuestionLog, input.items, info)
        entries = services.update_question_logs(
            owner=info.context.user,
            at=info.context.now,
            rows=[
                ref
                if isinstance(ref, ValidationError)
                else LogChange(ref, cast(LogFields, given(item, without=NOT_FIELDS)))
                for item, ref in zip(input.items, refs, strict=True)
            ],
            policy=input.error_policy,
        )
        return BulkQuestionLogs.of(entries)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put up to 1000 attempts in the trash; their questions count without them.",
    )
    def delete_question_logs(self, info: Info, input: DeleteQuestionLogsInput) -> BulkQuestionLogs:
        entries = services.delete_question_logs(
            owner=info.context.user,
            at=info.context.now,
            rows=bulk.refs(QuestionLog, input.items, info),
            policy=input.error_policy,
        )
        return BulkQuestionLogs.of(entries)


def _new(items: list[CreateQuestionLogInput], info: Info) -> list[NewLog | ValidationError]:
    """What is to be logged; the refusal of an item whose question is not found in its place."""
    ids = [item.question for item in items]
    found = find_all_owned(Question, ids, info, field="question")
    return [
        question
        if isinstance(question, ValidationError)
        else NewLog(
            question=question,
            fields=cast(LogFields, given(item, without=NOT_FIELDS, is_new=True)),
            uid=sent(item.id),
        )
        for item, question in zip(items, found, strict=True)
    ]
