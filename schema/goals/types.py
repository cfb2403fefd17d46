"""Goals, as clients see them."""

from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.fields.field import StrawberryDjangoField

from domain.base.querysets import ByCodePoint
from domain.goals import models
from domain.goals.readiness import forecast
from schema.context import Info
from schema.goals.readiness import Readiness
from schema.lists.types import StudyList
from schema.questions.types import Tag
from schema.scoping import Owned


class ByName(StrawberryDjangoField):
    """A list of related rows that have names, in the order of these."""

    def get_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], info: Any, **kwargs: Any
    ) -> QuerySet[Any]:
        """The rows as they are shown."""
        return (
            super().get_queryset(queryset, info, **kwargs).order_by(ByCodePoint("name_key"), "uid")
        )


@strawberry_django.type(models.Goal, only=["uid", "date"])
class Goal(Owned, relay.Node):
    uid: relay.NodeID[UUID]
    name: strawberry.auto
    company: Tag | None
    date: strawberry.auto
    target_retention: strawberry.auto
    note: strawberry.auto
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto
    lists: list[StudyList] = strawberry_django.field(
        field_cls=ByName, description="Lists whose questions it covers, by name, at most 20."
    )
    tags: list[Tag] = strawberry_django.field(
        description="Tags whose questions it covers, by name, at most 50."
    )

    @strawberry_django.field(
        only=["owner", "target_retention"],
        description="How ready you will be on its day if you practise nothing until then; null "
        "once that day is over.",
    )
    def readiness(self, info: Info) -> Readiness | None:
        found = forecast(
            cast(models.Goal, self), settings=info.context.user.settings, at=info.context.now
        )
        return None if found is None else Readiness(forecast=found)
