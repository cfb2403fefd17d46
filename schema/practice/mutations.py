"""Changes to attempts. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django

from domain.practice.services import logs
from schema.conflicts import Conflict, or_conflict
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
from schema.scoping import get_owned, shown


@strawberry.type
class PracticeMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Log an attempt. The question's counters and next review follow at once.",
    )
    def create_question_log(self, info: Info, input: CreateQuestionLogInput) -> QuestionLog:
        created = once(
            info,
            input,
            lambda: logs.create_question_log(
                question=get_owned(Question, input.question, info, field="question"),
                actor=info.context.user,
                at=info.context.now,
                uid=sent(input.id),
                **given(input, without=("id", "question"), is_new=True),
            ),
        )
        return cast(QuestionLog, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Correct an attempt."
    )
    @or_conflict
    def update_question_log(
        self, info: Info, input: UpdateQuestionLogInput
    ) -> QuestionLog | Conflict:
        changed = logs.update_question_log(
            log=get_owned(QuestionLog, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(QuestionLog, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put an attempt in the trash; its question counts without it.",
    )
    @or_conflict
    def delete_question_log(
        self, info: Info, input: DeleteQuestionLogInput
    ) -> QuestionLog | Conflict:
        deleted = logs.delete_question_log(
            log=get_owned(QuestionLog, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(QuestionLog, deleted)
