"""Changes to questions and tags. Each mutation calls the service of the same name."""

from collections.abc import Sequence
from typing import cast

import strawberry
import strawberry_django

from domain.base.errors import DomainError
from domain.questions.services import questions, tags
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName
from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import given
from schema.questions.inputs import (
    CreateQuestionInput,
    CreateTagInput,
    DeleteQuestionInput,
    DeleteTagInput,
    QuestionTagInput,
    UpdateQuestionInput,
    UpdateTagInput,
)
from schema.questions.types import Question, Tag
from schema.scoping import get_all_owned, get_owned, shown


class IdOrName(DomainError):
    """A tag is named in exactly one way."""

    code = "id_or_name"
    message = "Name each tag either by its id or by its name."


@strawberry.type
class QuestionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Add a question."
    )
    def create_question(self, info: Info, input: CreateQuestionInput) -> Question:
        created = questions.create_question(
            owner=info.context.user,
            at=info.context.now,
            uid=input.id.value if input.id else None,
            tags=taggings(input.tags.value, info) if input.tags else (),
            **given(input, without=("id", "tags")),
        )
        return cast(Question, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Change a question."
    )
    def update_question(self, info: Info, input: UpdateQuestionInput) -> Question:
        changed = questions.update_question(
            question=get_owned(Question, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            tags=taggings(input.tags.value, info) if input.tags else None,
            **given(input, without=("id", "tags")),
        )
        return cast(Question, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a question, and with it its attempts, in the trash.",
    )
    def delete_question(self, info: Info, input: DeleteQuestionInput) -> Question:
        question = get_owned(Question, input.id, info)
        return cast(
            Question,
            questions.delete_question(
                question=question, actor=info.context.user, at=info.context.now
            ),
        )

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Add a tag."
    )
    def create_tag(self, info: Info, input: CreateTagInput) -> Tag:
        created = tags.create_tag(
            owner=info.context.user,
            at=info.context.now,
            uid=input.id.value if input.id else None,
            **given(input, without=("id",)),
        )
        return cast(Tag, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Rename or change a tag."
    )
    def update_tag(self, info: Info, input: UpdateTagInput) -> Tag:
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
    def delete_tag(self, info: Info, input: DeleteTagInput) -> Tag:
        tag = get_owned(Tag, input.id, info)
        deleted = tags.delete_tag(tag=tag, actor=info.context.user, at=info.context.now)
        return cast(Tag, shown(deleted, info))


def taggings(inputs: list[QuestionTagInput], info: Info) -> Sequence[Tagging]:
    """The tags that a client names by id or by name.

    Raises:
        NotFound: an id is not of a tag of the caller's.
        IdOrName: a tag is named twice or not at all.
    """
    if any((tag.id is None) == (tag.name is None) for tag in inputs):
        raise IdOrName(field="tags")
    ids = [tag.id for tag in inputs if tag.id is not None]
    by_id = iter(get_all_owned(Tag, ids, info, field="tags"))
    return [
        Tagging(
            next(by_id) if tag.name is None else TagName(tag.kind, tag.name),
            frequency=tag.frequency,
            window=tag.window,
        )
        for tag in inputs
    ]
