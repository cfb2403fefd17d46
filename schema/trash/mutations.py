"""Out of the trash: back again, or deleted for good."""

from typing import Any, cast

import strawberry
import strawberry_django
from strawberry import relay

from domain.goals.services import goals
from domain.lists.services import trash as lists
from domain.practice.services import trash as practice
from domain.questions.services import trash as questions
from domain.trash import emptying
from domain.trash.kinds import TrashKind
from schema.context import Info, by_caller
from schema.directives import SignedIn
from schema.goals.types import Goal
from schema.lists.types import StudyList
from schema.practice.types import QuestionLog
from schema.questions.types import Question, Tag
from schema.scoping import get_trashed, shown
from schema.trash.inputs import EmptyTrashInput, PurgeInput, RestoreInput


@strawberry.type(description="That something was deleted for good.")
class Purged:
    id: relay.GlobalID = strawberry.field(description="The id that it had.")


@strawberry.type(description="How much was deleted for good, by kind.")
class EmptiedTrash:
    questions: int = strawberry.field(
        description="Questions; their attempts went with them and are not counted."
    )
    tags: int = strawberry.field(description="Tags.")
    question_logs: int = strawberry.field(description="Attempts that were deleted themselves.")
    study_lists: int = strawberry.field(description="Study lists.")
    goals: int = strawberry.field(description="Goals.")


def restoring(description: str) -> Any:
    """A mutation that brings something back."""
    return strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description=description
    )


def purging(kind: TrashKind, node: type, description: str) -> Any:
    """A mutation that deletes a row of one kind for good."""

    def purge(self: Any, info: Info, input: PurgeInput) -> Purged:
        row = get_trashed(node, input.id, info)
        emptying.purge(kind=kind, id=row.pk, **by_caller(info))
        return Purged(id=input.id)

    return strawberry_django.mutation(
        purge, extensions=[SignedIn()], handle_django_errors=True, description=description
    )


@strawberry.type
class TrashMutations:
    @restoring(
        "Bring a question back as it was, with its attempts, its tags and its places in lists. "
        "Refused with slug_taken or external_id_taken if another question has these by now."
    )
    def restore_question(self, info: Info, input: RestoreInput) -> Question:
        restored = practice.restore_question(
            question=get_trashed(Question, input.id, info), **by_caller(info)
        )
        return cast(Question, shown(restored, info))

    @restoring(
        "Bring a tag back as it was, onto the questions that had it. Refused with name_taken if "
        "another tag has its name by now."
    )
    def restore_tag(self, info: Info, input: RestoreInput) -> Tag:
        restored = questions.restore_tag(tag=get_trashed(Tag, input.id, info), **by_caller(info))
        return cast(Tag, shown(restored, info))

    @restoring(
        "Bring an attempt back as it was; its question counts with it again. Refused with "
        "question_in_trash while the question is in the trash, too."
    )
    def restore_question_log(self, info: Info, input: RestoreInput) -> QuestionLog:
        restored = practice.restore_question_log(
            log=get_trashed(QuestionLog, input.id, info), **by_caller(info)
        )
        return cast(QuestionLog, shown(restored, info))

    @restoring(
        "Bring a study list back as it was, with its items. Refused with name_taken if another "
        "list has its name by now."
    )
    def restore_study_list(self, info: Info, input: RestoreInput) -> StudyList:
        restored = lists.restore_study_list(
            study_list=get_trashed(StudyList, input.id, info), **by_caller(info)
        )
        return cast(StudyList, shown(restored, info))

    @restoring("Bring a goal back as it was, with its lists and tags.")
    def restore_goal(self, info: Info, input: RestoreInput) -> Goal:
        restored = goals.restore_goal(goal=get_trashed(Goal, input.id, info), **by_caller(info))
        return cast(Goal, shown(restored, info))

    purge_question: Purged = purging(
        TrashKind.QUESTION,
        Question,
        "Delete a question that is in the trash for good, with its attempts. There is no way back.",
    )
    purge_tag: Purged = purging(
        TrashKind.TAG,
        Tag,
        "Delete a tag that is in the trash for good. There is no way back.",
    )
    purge_question_log: Purged = purging(
        TrashKind.QUESTION_LOG,
        QuestionLog,
        "Delete an attempt that is in the trash for good. There is no way back.",
    )
    purge_study_list: Purged = purging(
        TrashKind.STUDY_LIST,
        StudyList,
        "Delete a study list that is in the trash for good; its questions stay. There is no way "
        "back.",
    )
    purge_goal: Purged = purging(
        TrashKind.GOAL,
        Goal,
        "Delete a goal that is in the trash for good. There is no way back.",
    )

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Delete for good what `trash` lists, or a part of it. There is no way back. If "
        "it is interrupted, a part is done; call it again.",
    )
    def empty_trash(self, info: Info, input: EmptyTrashInput) -> EmptiedTrash:
        counts = emptying.empty_trash(
            owner=info.context.user,
            at=info.context.now,
            kinds=TrashKind if input.kinds is None else input.kinds,
            older_than_days=input.older_than_days or 0,
        )
        return EmptiedTrash(
            questions=counts.get(TrashKind.QUESTION, 0),
            tags=counts.get(TrashKind.TAG, 0),
            question_logs=counts.get(TrashKind.QUESTION_LOG, 0),
            study_lists=counts.get(TrashKind.STUDY_LIST, 0),
            goals=counts.get(TrashKind.GOAL, 0),
        )
