"""Attempts, as clients see them."""

from typing import cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.practice import models
from domain.practice.scheduling import grade
from domain.questions.models import Outcome
from domain.questions.platforms import Platform
from schema.columns import expose
from schema.questions.types import Question
from schema.scoping import Owned, Parent, Scope

expose(models.Help)
expose(models.Mistake)
expose(models.Rating)


@strawberry_django.type(models.QuestionLog, only=["uid", "attempted_at"])
class QuestionLog(Owned, relay.Node):
    scope = Scope(live=("deleted_at", "question__deleted_at"))

    uid: relay.NodeID[UUID]
    question: Question = strawberry_django.field(
        field_cls=Parent, description="What was attempted."
    )
    attempted_at: strawberry.auto
    duration_seconds: strawberry.auto
    outcome: Outcome
    rating: models.Rating | None
    help: models.Help
    approach: strawberry.auto
    time_complexity: strawberry.auto
    space_complexity: strawberry.auto
    language: strawberry.auto
    notes: strawberry.auto
    solution_code: strawberry.auto
    mistakes: list[models.Mistake] = strawberry_django.field(description="What went wrong.")
    platform: Platform | None
    external_id: strawberry.auto
    counts_for_review: bool = strawberry_django.field(
        description="Whether the scheduler takes it as a review. Of several imported attempts at a "
        "question on one day, only the last counts."
    )
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto

    @strawberry_django.field(
        only=["outcome", "help", "rating"],
        description="The grade that FSRS takes it as: yours, or what outcome and help say.",
    )
    def effective_rating(self) -> models.Rating:
        return grade(outcome=self.outcome, help_used=self.help, rating=self.rating)

    @strawberry_django.field(
        only=["import_batch"],
        description="The id of the ImportBatch that it came with, which may be gone; null if it "
        "was logged here.",
    )
    def import_batch_id(self) -> strawberry.ID | None:
        batch = cast(models.QuestionLog, self).import_batch
        return None if batch is None else strawberry.ID(relay.to_base64("ImportBatch", batch))
