"""Attempts, as clients see them."""

from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.practice import models
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
    counts_for_review: strawberry.auto
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto
