"""Many questions in one call. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django
from django.core.exceptions import ValidationError
from strawberry_django.fields.types import OperationMessage

from domain.base.bulk import BulkRowStatus, ErrorPolicy
from domain.questions import models
from domain.questions.services import bulk as services
from domain.questions.services.bulk import NewQuestion, QuestionChange
from domain.questions.services.questions import QuestionFields
from schema import bulk, idempotency
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import once
from schema.inputs import given, sent
from schema.questions.inputs import (
    CreateQuestionInput,
    DeleteQuestionInput,
    UpdateQuestionInput,
)
from schema.questions.taggings import all_taggings
from schema.questions.types import Question

NOT_FIELDS = ("id", "tags", "expected_version")


@strawberry.input(description="Questions to add.")
class CreateQuestionsInput:
    items: list[CreateQuestionInput] = strawberry.field(
        description="1 to 1000 new questions; leave out their idempotencyKey."
    )
    error_policy: ErrorPolicy = bulk.policy()
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="Questions to change.")
class UpdateQuestionsInput:
    items: list[UpdateQuestionInput] = strawberry.field(
        description="1 to 1000 questions, each once. A slug or an external id that one of them "
        "gives up can be had by others after the call."
    )
    error_policy: ErrorPolicy = bulk.policy()


@strawberry.input(description="Questions to put in the trash.")
class DeleteQuestionsInput:
    items: list[DeleteQuestionInput] = strawberry.field(
        description="1 to 1000 questions, each once."
    )
    error_policy: ErrorPolicy = bulk.policy()


@strawberry.type(description="What became of one question of a call.")
class BulkQuestionResult:
    index: int = bulk.index()
    status: BulkRowStatus = bulk.status()
    question: Question | None = strawberry.field(
        description="The question as it is now; null if it FAILED or is NOT_DONE. Of a conflict "
        "the question that has another version than expected."
    )
    messages: list[OperationMessage] = bulk.messages()


@strawberry.type(description="What became of the questions of a call.")
class BulkQuestions(bulk.Bulk):
    @strawberry.field(description="One for each item, in their order.")
    def results(self, info: Info) -> list[BulkQuestionResult]:
        rows = self.rows(models.Question, info, "question")
        return [
            BulkQuestionResult(
                index=index, status=outcome.status, question=row, messages=outcome.messages
            )
            for index, (outcome, row) in enumerate(zip(self.outcomes, rows, strict=True))
        ]


@strawberry.type
class BulkQuestionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Add up to 1000 questions, each as createQuestion does.",
    )
    def create_questions(self, info: Info, input: CreateQuestionsInput) -> BulkQuestions:
        return once(
            info,
            input,
            lambda: BulkQuestions.of(
                services.create_questions(
                    owner=info.context.user,
                    at=info.context.now,
                    rows=bulk.without_keys(input.items, _new(input.items, info)),
                    policy=input.error_policy,
                )
            ),
            encode=BulkQuestions.kept,
            decode=BulkQuestions.stored,
        )

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Change up to 1000 questions, each as updateQuestion does. One that has "
        "another version than expected is FAILED, with the code conflict.",
    )
    def update_questions(self, info: Info, input: UpdateQuestionsInput) -> BulkQuestions:
        entries = services.update_questions(
            owner=info.context.user,
            at=info.context.now,
            rows=_changes(input.items, info),
            policy=input.error_policy,
        )
        return BulkQuestions.of(entries)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put up to 1000 questions, and with them their attempts, in the trash.",
    )
    def delete_questions(self, info: Info, input: DeleteQuestionsInput) -> BulkQuestions:
        entries = services.delete_questions(
            owner=info.context.user,
            at=info.context.now,
            rows=bulk.refs(Question, input.items, info),
            policy=input.error_policy,
        )
        return BulkQuestions.of(entries)


def _new(items: list[CreateQuestionInput], info: Info) -> list[NewQuestion | ValidationError]:
    """What is to be created; the refusal of an item whose tags lead nowhere in its place."""
    tags = all_taggings([sent(item.tags) or [] for item in items], info)
    return [
        found
        if isinstance(found, ValidationError)
        else NewQuestion(
            fields=cast(QuestionFields, given(item, without=NOT_FIELDS, is_new=True)),
            uid=sent(item.id),
            tags=found,
        )
        for item, found in zip(items, tags, strict=True)
    ]


def _changes(
    items: list[UpdateQuestionInput], info: Info
) -> list[QuestionChange | ValidationError]:
    """What is to be changed; the refusal of an item whose ids lead nowhere in its place."""
    refs = bulk.refs(Question, items, info)
    tags = all_taggings([sent(item.tags) or [] for item in items], info)
    changes: list[QuestionChange | ValidationError] = []
    for item, ref, found in zip(items, refs, tags, strict=True):
        if isinstance(ref, ValidationError):
            changes.append(ref)
        elif isinstance(found, ValidationError):
            changes.append(found)
        else:
            fields = cast(QuestionFields, given(item, without=NOT_FIELDS))
            changes.append(QuestionChange(ref, fields, found if item.tags else None))
    return changes
