"""Goals: one by id, or a list of them."""

from typing import Any, cast

import strawberry

from domain.goals.querysets import GoalQuerySet
from domain.practice.daily import current_day
from schema.context import Info
from schema.directives import SignedIn
from schema.goals.types import Goal
from schema.inputs import Id
from schema.paging import Connection, Ordering, argument, connection
from schema.scoping import fetch


@strawberry.input(description="Which goals; every condition that is given must hold.")
class GoalFilter:
    is_over: bool | None = strawberry.field(
        default=None,
        description="Only those whose day is before your today, or only those of today and later.",
    )


def narrow_goals(
    rows: GoalQuerySet, info: Info, *, filter: GoalFilter | None = None, **_: Any
) -> GoalQuerySet:
    """The goals that the filter leaves."""
    if filter is None or filter.is_over is None:
        return rows
    today = current_day(info.context.user.settings, at=info.context.now).date
    return rows.filter(date__lt=today) if filter.is_over else rows.filter(date__gte=today)


@strawberry.type
class GoalQueries:
    goals: Connection[Goal] = connection(
        default=Ordering("date"),
        narrow=narrow_goals,
        arguments=[argument("filter", GoalFilter, "Conditions that must all hold.")],
        extensions=[SignedIn()],
        description="Your goals by their day, at most 50, those whose day is over included.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your goals; NOT_FOUND if it is not there."
    )
    def goal(self, info: Info, id: Id) -> Goal | None:
        return cast(Goal, fetch(Goal, id, info))
