"""Changes to questions and tags. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django

from domain.questions.services import questions, tags
from schema.conflicts import Conflict, or_conflict
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import once
from schema.inputs import given, sent
from schema.questions.inputs import (
    CreateQuestionInput,
    CreateTagInput,
    DeleteQuestionInput,
    DeleteTagInput,
    UpdateQuestionInput,
    UpdateTagInput,
)
from schema.questions.taggings import taggings
from schema.questions.types import Question, Tag
from schema.scoping import get_owned, shown


@strawberry.type
class QuestionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Add a question."
    )
    def create_question(self, info: Info, input: CreateQuestionInput) -> Question:
        created = once(
            info,
            input,
            lambda: questions.create_question(
                owner=info.context.user,
                at=info.context.now,
                uid=sent(input.id),
                tags=taggings(sent(input.tags) or [], info),
                **given(input, without=("id", "tags"), is_new=True),
            ),
        )
        return cast(Question, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Change a question."
    )
    @or_conflict
    def update_question(self, info: Info, input: UpdateQuestionInput) -> Question | Conflict:
        changed = questions.update_question(
            question=get_owned(Question, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            tags=taggings(input.tags.value or [], info) if input.tags else None,
            **given(input, without=("id", "tags")),
        )
        return cast(Question, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a question, and with it its attempts, in the trash.",
    )
    @or_conflict
    def delete_question(self, info: Info, input: DeleteQuestionInput) -> Question | Conflict:
        deleted = questions.delete_question(
            question=get_owned(Question, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(Question, deleted)

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Add a tag."
    )
    def create_tag(self, info: Info, input: CreateTagInput) -> Tag:
        created = once(
            info,
            input,
            lambda: tags.create_tag(
                owner=info.context.user,
                at=info.context.now,
                uid=sent(input.id),
                **given(input, without=("id",), is_new=True),
            ),
        )
        return cast(Tag, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Rename or change a tag. One that is no COMPANY any more loses its frequencies "
        "and windows, and goals their company.",
    )
    @or_conflict
    def update_tag(self, info: Info, input: UpdateTagInput) -> Tag | Conflict:
        changed = tags.update_tag(
            tag=get_owned(Tag, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(Tag, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a tag in the trash. Its questions stay, without it.",
    )
    @or_conflict
    def delete_tag(self, info: Info, input: DeleteTagInput) -> Tag | Conflict:
        deleted = tags.delete_tag(
            tag=get_owned(Tag, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(Tag, shown(deleted, info))
