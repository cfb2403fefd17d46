"""Changes to goals. Each mutation calls the service of the same name."""

from typing import Any, cast

import strawberry
import strawberry_django

from domain.goals.services import goals
from schema.conflicts import Conflict, or_conflict
from schema.context import Info
from schema.directives import SignedIn
from schema.goals.inputs import CreateGoalInput, DeleteGoalInput, UpdateGoalInput
from schema.goals.types import Goal
from schema.idempotency import once
from schema.inputs import given, sent
from schema.lists.types import StudyList
from schema.questions.types import Tag
from schema.scoping import get_all_owned, get_owned, shown

_ROWS = ("company", "lists", "tags")


@strawberry.type
class GoalMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Set a goal: an interview on a day. At most 50 at a time.",
    )
    def create_goal(self, info: Info, input: CreateGoalInput) -> Goal:
        created = once(
            info,
            input,
            lambda: goals.create_goal(
                owner=info.context.user,
                at=info.context.now,
                uid=sent(input.id),
                **named(input, info),
                **given(input, without=("id", *_ROWS), is_new=True),
            ),
        )
        return cast(Goal, shown(created, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()], handle_django_errors=True, description="Change a goal."
    )
    @or_conflict
    def update_goal(self, info: Info, input: UpdateGoalInput) -> Goal | Conflict:
        changed = goals.update_goal(
            goal=get_owned(Goal, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **named(input, info),
            **given(input, without=("id", *_ROWS)),
        )
        return cast(Goal, shown(changed, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a goal in the trash; its lists, tags and questions stay.",
    )
    @or_conflict
    def delete_goal(self, info: Info, input: DeleteGoalInput) -> Goal | Conflict:
        deleted = goals.delete_goal(
            goal=get_owned(Goal, input.id, info),
            actor=info.context.user,
            at=info.context.now,
            **given(input, without=("id",)),
        )
        return cast(Goal, shown(deleted, info))


def named(input: CreateGoalInput | UpdateGoalInput, info: Info) -> dict[str, Any]:
    """The rows that an input names, as the services take them; what it leaves out is left out.

    Raises:
        NotFound: one of them is not the caller's.
    """
    rows: dict[str, Any] = {}
    if input.company is not None:
        id = input.company.value
        rows["company"] = id and get_owned(Tag, id, info, field="company")
    if input.lists is not None:
        rows["lists"] = get_all_owned(StudyList, input.lists.value or (), info, field="lists")
    if input.tags is not None:
        rows["tags"] = get_all_owned(Tag, input.tags.value or (), info, field="tags")
    return rows
