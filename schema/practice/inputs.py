"""What clients send about attempts: filters, orderings, new and changed rows."""

from datetime import datetime
from uuid import UUID

import strawberry
from django.db.models import TextChoices
from strawberry import relay

from domain.practice import models
from domain.questions.models import Outcome
from schema import conflicts, idempotency
from schema.columns import expose
from schema.inputs import about
from schema.paging import OrderDirection, Ordering


@expose
class QuestionLogOrderField(TextChoices):
    """What attempts can be sorted by."""

    ATTEMPTED_AT = "attempted_at", "When they ended"


@strawberry.input(description="How to sort attempts.")
class QuestionLogOrder:
    field: QuestionLogOrderField = strawberry.field(description="The value to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.DESC, description="Which way."
    )

    def ordering(self) -> Ordering:
        """The same as a column."""
        return Ordering(self.field.value, self.direction is OrderDirection.DESC)


@strawberry.input(description="Which attempts; every condition that is given must hold.")
class QuestionLogFilter:
    question: relay.GlobalID | None = strawberry.field(
        default=None, description="At this question."
    )
    outcome: list[Outcome] | None = strawberry.field(
        default=None, description="That ended in one of these ways."
    )
    rating: list[models.Rating] | None = strawberry.field(
        default=None,
        description="With one of these grades. An attempt that you gave none has none here.",
    )
    mistake: list[models.Mistake] | None = strawberry.field(
        default=None, description="In which at least one of these went wrong."
    )
    language: list[str] | None = strawberry.field(
        default=None,
        description="In one of these languages: the whole name, case A-Z aside; empty for none.",
    )
    attempted_after: datetime | None = strawberry.field(
        default=None, description="Ended at or after this moment."
    )
    attempted_before: datetime | None = strawberry.field(
        default=None, description="Ended before this moment."
    )


@strawberry.input(description="An attempt to log.")
class CreateQuestionLogInput:
    question: relay.GlobalID = strawberry.field(description="What was attempted.")
    outcome: Outcome = about(models.QuestionLog, "outcome")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    attempted_at: strawberry.Maybe[datetime | None] = about(
        models.QuestionLog,
        "attempted_at",
        "When the attempt ended; now if left out. Not in the future, not before 2000.",
    )
    duration_seconds: strawberry.Maybe[int | None] = about(models.QuestionLog, "duration_seconds")
    rating: strawberry.Maybe[models.Rating | None] = about(models.QuestionLog, "rating")
    help: strawberry.Maybe[models.Help | None] = about(models.QuestionLog, "help")
    approach: strawberry.Maybe[str | None] = about(models.QuestionLog, "approach")
    time_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "time_complexity")
    space_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "space_complexity")
    language: strawberry.Maybe[str | None] = about(models.QuestionLog, "language")
    notes: strawberry.Maybe[str | None] = about(models.QuestionLog, "notes")
    solution_code: strawberry.Maybe[str | None] = about(models.QuestionLog, "solution_code")
    mistakes: strawberry.Maybe[list[models.Mistake] | None] = about(models.QuestionLog, "mistakes")
    counts_for_review: strawberry.Maybe[bool | None] = about(
        models.QuestionLog, "counts_for_review"
    )
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="An attempt to change; what is left out stays as it is.")
class UpdateQuestionLogInput:
    id: relay.GlobalID = strawberry.field(description="Which attempt.")
    outcome: strawberry.Maybe[Outcome | None] = about(models.QuestionLog, "outcome")
    attempted_at: strawberry.Maybe[datetime | None] = about(
        models.QuestionLog,
        "attempted_at",
        "When the attempt ended. Not in the future, not before 2000.",
    )
    duration_seconds: strawberry.Maybe[int | None] = about(models.QuestionLog, "duration_seconds")
    rating: strawberry.Maybe[models.Rating | None] = about(models.QuestionLog, "rating")
    help: strawberry.Maybe[models.Help | None] = about(models.QuestionLog, "help")
    approach: strawberry.Maybe[str | None] = about(models.QuestionLog, "approach")
    time_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "time_complexity")
    space_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "space_complexity")
    language: strawberry.Maybe[str | None] = about(models.QuestionLog, "language")
    notes: strawberry.Maybe[str | None] = about(models.QuestionLog, "notes")
    solution_code: strawberry.Maybe[str | None] = about(models.QuestionLog, "solution_code")
    mistakes: strawberry.Maybe[list[models.Mistake] | None] = about(models.QuestionLog, "mistakes")
    counts_for_review: strawberry.Maybe[bool | None] = about(
        models.QuestionLog, "counts_for_review"
    )
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Which attempt to put in the trash.")
class DeleteQuestionLogInput:
    id: relay.GlobalID = strawberry.field(description="Which attempt.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()
