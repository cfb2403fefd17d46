"""What clients send about goals."""

import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from domain.goals import models
from schema import conflicts, idempotency
from schema.inputs import about


@strawberry.input(description="A new goal; it needs a name or a company.")
class CreateGoalInput:
    date: datetime.date = about(models.Goal, "date")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    name: strawberry.Maybe[str | None] = about(models.Goal, "name")
    company: strawberry.Maybe[relay.GlobalID | None] = about(models.Goal, "company")
    lists: strawberry.Maybe[list[relay.GlobalID] | None] = strawberry.field(
        description="Lists whose questions it covers, at most 20."
    )
    tags: strawberry.Maybe[list[relay.GlobalID] | None] = strawberry.field(
        description="Tags whose questions it covers, at most 50. Without lists, tags and company "
        "it covers all your questions."
    )
    target_retention: strawberry.Maybe[float | None] = about(models.Goal, "target_retention")
    note: strawberry.Maybe[str | None] = about(models.Goal, "note")
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A goal to change; what is left out stays as it is.")
class UpdateGoalInput:
    id: relay.GlobalID = strawberry.field(description="Which goal.")
    date: strawberry.Maybe[datetime.date | None] = about(models.Goal, "date")
    name: strawberry.Maybe[str | None] = about(models.Goal, "name")
    company: strawberry.Maybe[relay.GlobalID | None] = about(models.Goal, "company")
    lists: strawberry.Maybe[list[relay.GlobalID] | None] = strawberry.field(
        description="Replaces all its lists; at most 20."
    )
    tags: strawberry.Maybe[list[relay.GlobalID] | None] = strawberry.field(
        description="Replaces all its tags; at most 50."
    )
    target_retention: strawberry.Maybe[float | None] = about(models.Goal, "target_retention")
    note: strawberry.Maybe[str | None] = about(models.Goal, "note")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Which goal to put in the trash.")
class DeleteGoalInput:
    id: relay.GlobalID = strawberry.field(description="Which goal.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()
