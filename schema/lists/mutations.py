"""Changes to study lists. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django

from domain.lists.services import cloning, items, lists, ordering
from schema.conflicts import Conflict, or_conflict
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import once
from schema.inputs import given, sent
from schema.lists.inputs import (
    AddToStudyListInput,
    CloneBuiltInListInput,
    CreateStudyListInput,
    DeleteStudyListInput,
    RemoveFromStudyListInput,
    ReorderStudyListInput,
    UpdateStudyListInput,
)
from schema.lists.types import StudyList
from schema.questions.types import Question
from schema.scoping import get_all_owned, get_owned, shown


@strawberry.type
class StudyListMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Add a study list."
    )
    def create_study_list(self, info: Info, input: CreateStudyListInput) -> StudyList:
        created = once(
            info,
            input,
            lambda: lists.create_study_list(
                owner=info.context.user,
                at=info.context.now,
                uid=sent(input.id),
                **given(input, without=("id",), is_new=True),
            ),
        )
        return cast(StudyList, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Make a list that comes with the application one of yours. Questions that you "
        "have are put on it as they are; those that you lack are added, with their pattern as a "
        "tag. A second clone needs another name.",
    )
    def clone_built_in_list(self, info: Info, input: CloneBuiltInListInput) -> StudyList:
        cloned = once(
            info,
            input,
            lambda: cloning.clone_built_in_list(
                owner=info.context.user,
                at=info.context.now,
                built_in=input.list,
                uid=sent(input.id),
                **given(input, without=("id", "list"), is_new=True),
            ),
        )
        return cast(StudyList, shown(cloned, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Rename or describe a study list.",
    )
    @or_conflict
    def update_study_list(self, info: Info, input: UpdateStudyListInput) -> StudyList | Conflict:
        changed = lists.update_study_list(
            study_list=get_owned(StudyList, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(StudyList, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a study list in the trash. Its questions stay.",
    )
    @or_conflict
    def delete_study_list(self, info: Info, input: DeleteStudyListInput) -> StudyList | Conflict:
        deleted = lists.delete_study_list(
            study_list=get_owned(StudyList, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(StudyList, shown(deleted, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put questions on a study list; all of them, or none and a message.",
    )
    @or_conflict
    def add_to_study_list(self, info: Info, input: AddToStudyListInput) -> StudyList | Conflict:
        changed = items.add_to_study_list(
            study_list=get_owned(StudyList, input.id, info),
            questions=get_all_owned(Question, input.questions, info, field="questions"),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id", "questions")),
        )
        return cast(StudyList, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Take questions off a study list; all of them, or none and a message.",
    )
    @or_conflict
    def remove_from_study_list(
        self, info: Info, input: RemoveFromStudyListInput
    ) -> StudyList | Conflict:
        changed = items.remove_from_study_list(
            study_list=get_owned(StudyList, input.id, info),
            questions=get_all_owned(Question, input.questions, info, field="questions"),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id", "questions")),
        )
        return cast(StudyList, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a whole study list in an order and under headings, in one call. Names "
        "what is missing, unknown or named twice, and changes nothing then.",
    )
    @or_conflict
    def reorder_study_list(self, info: Info, input: ReorderStudyListInput) -> StudyList | Conflict:
        study_list = get_owned(StudyList, input.id, info)
        ids = [place.question for place in input.order]
        questions = get_all_owned(Question, ids, info, field="order")
        changed = ordering.reorder_study_list(
            study_list=study_list,
            order=[
                ordering.Place(question, place.section)
                for question, place in zip(questions, input.order, strict=True)
            ],
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id", "order")),
        )
        return cast(StudyList, shown(changed, info))
