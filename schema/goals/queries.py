"""Goals: one by id, or a list of them."""

from typing import cast

import strawberry

from schema.context import Info
from schema.directives import SignedIn
from schema.goals.types import Goal
from schema.inputs import Id
from schema.paging import Connection, Ordering, connection
from schema.scoping import fetch


@strawberry.type
class GoalQueries:
    goals: Connection[Goal] = connection(
        default=Ordering("date"),
        extensions=[SignedIn()],
        description="Your goals by their day, at most 50, those whose day is over included.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your goals; NOT_FOUND if it is not there."
    )
    def goal(self, info: Info, id: Id) -> Goal | None:
        return cast(Goal, fetch(Goal, id, info))
