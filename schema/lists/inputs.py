"""What clients send about study lists."""

from uuid import UUID

import strawberry
from django.db.models import TextChoices
from strawberry import relay

from domain.lists import models
from schema import conflicts, idempotency
from schema.columns import expose
from schema.inputs import about
from schema.paging import OrderDirection, Ordering


# The values are columns.
@expose
class StudyListOrderField(TextChoices):
    """What study lists can be sorted by."""

    NAME = "name_key", "Name, whatever its case"
    CREATED_AT = "created_at", "When they were created"


@strawberry.input(description="How to sort study lists.")
class StudyListOrder:
    field: StudyListOrderField = strawberry.field(description="The value to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which way."
    )

    def ordering(self) -> Ordering:
        """The same as a column."""
        return Ordering(self.field.value, self.direction is OrderDirection.DESC)


@strawberry.input(description="A new study list, without questions.")
class CreateStudyListInput:
    name: str = about(models.StudyList, "name")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    description: strawberry.Maybe[str | None] = about(models.StudyList, "description")
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="Which built-in list to make one of yours.")
class CloneBuiltInListInput:
    list: models.BuiltIn = strawberry.field(description="The key of the built-in list.")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    name: strawberry.Maybe[str | None] = strawberry.field(
        description="What to call it, 1 to 100 characters, unique among your lists; as the "
        "built-in one if left out."
    )
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A study list to change; what is left out stays as it is.")
class UpdateStudyListInput:
    id: relay.GlobalID = strawberry.field(description="Which list.")
    name: strawberry.Maybe[str | None] = about(models.StudyList, "name")
    description: strawberry.Maybe[str | None] = about(models.StudyList, "description")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Which study list to put in the trash.")
class DeleteStudyListInput:
    id: relay.GlobalID = strawberry.field(description="Which list.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Questions to put on a study list, in this order.")
class AddToStudyListInput:
    id: relay.GlobalID = strawberry.field(description="Which list.")
    questions: list[relay.GlobalID] = strawberry.field(
        description="Questions that are not on it; it takes at most 1,000."
    )
    section: strawberry.Maybe[str | None] = strawberry.field(
        description="Heading that all of them stand under, at most 100 characters; none if empty."
    )
    position: strawberry.Maybe[int | None] = strawberry.field(
        description="Where the first of them is to stand, from 0; behind all others if left out."
    )
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Questions to take off a study list.")
class RemoveFromStudyListInput:
    id: relay.GlobalID = strawberry.field(description="Which list.")
    questions: list[relay.GlobalID] = strawberry.field(description="Questions that are on it.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="A question in the order of a study list.")
class StudyListPlaceInput:
    question: relay.GlobalID = strawberry.field(description="Which question.")
    section: str = strawberry.field(
        default="",
        description="Heading that it stands under, at most 100 characters; none if empty.",
    )


@strawberry.input(description="A whole study list in a new order.")
class ReorderStudyListInput:
    id: relay.GlobalID = strawberry.field(description="Which list.")
    order: list[StudyListPlaceInput] = strawberry.field(
        description="Every question of the list, once, with the section that it is to stand under."
    )
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()
