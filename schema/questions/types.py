"""Questions and tags, as clients see them."""

import enum
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.fields.field import StrawberryDjangoField

from domain.base.querysets import ByCodePoint
from domain.practice import models as practice
from domain.practice import previewing
from domain.questions import models
from domain.questions.platforms import Platform
from schema.columns import expose
from schema.context import Info, read_once
from schema.paging import Connection, Ordering, argument, connection
from schema.scoping import Owned, Parent, Scope

if TYPE_CHECKING:
    from schema.lists.types import StudyListItem
    from schema.practice.inputs import QuestionLogFilter, QuestionLogOrder
    from schema.practice.reviews import ReviewBaseline, ReviewPreview, ReviewState
    from schema.practice.types import QuestionLog

expose(models.Difficulty)
expose(models.Outcome)
expose(Platform)
expose(models.TagKind)
expose(models.AskedWithin)


@strawberry.enum(description="How far a person has come with a question.")
class QuestionStatus(enum.Enum):
    NEW = strawberry.enum_value("NEW", description="Never attempted.")
    ATTEMPTED = strawberry.enum_value("ATTEMPTED", description="Attempted, never solved.")
    SOLVED = strawberry.enum_value("SOLVED", description="Solved at least once.")


# Cursors are made of these columns, so that the optimizer always loads them.
TAG_CURSORS = ["uid", "name_key", "created_at"]
QUESTION_CURSORS = [
    "uid",
    "created_at",
    "title_key",
    "difficulty",
    "last_attempted_at",
    "due_at",
    "importance",
]


@strawberry_django.type(models.Tag, only=TAG_CURSORS)
class Tag(Owned, relay.Node):
    uid: relay.NodeID[UUID]
    name: strawberry.auto
    kind: models.TagKind
    description: strawberry.auto
    colour: strawberry.auto
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto

    @strawberry_django.field(only=["uid"], description="Number of your questions with this tag.")
    def question_count(self, info: Info) -> int:
        # Counted for all tags at once: one that many of a page's questions have stands there often.
        links = models.QuestionTag.objects.owned_by(info.context.user)
        counts = read_once(info, "question_counts", links.question_counts)
        return counts.get(cast(models.Tag, self).pk, 0)


# Attempts lie above questions, so this is looked up when it is needed.
_LogFilter = Annotated["QuestionLogFilter", strawberry.lazy("schema.practice.inputs")]
_LogOrder = Annotated["QuestionLogOrder", strawberry.lazy("schema.practice.inputs")]


def _narrow_logs(rows: Any, info: Info, **arguments: Any) -> Any:
    from schema.practice.queries import narrow_logs

    return narrow_logs(rows, info, **arguments)


class ByTag(StrawberryDjangoField):
    """Links to tags, in the order of the tags' names."""

    def get_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], info: Any, **kwargs: Any
    ) -> QuerySet[Any]:
        """The links as they are shown."""
        by_name = ByCodePoint("tag__name_key"), "tag__uid"
        return super().get_queryset(queryset, info, **kwargs).order_by(*by_name)


@strawberry_django.type(models.QuestionTag)
class QuestionTag(Owned):
    scope = Scope(live=("question__deleted_at", "tag__deleted_at"))

    tag: Tag = strawberry_django.field(field_cls=Parent, description="The tag.")
    frequency: strawberry.auto
    window: models.AskedWithin | None


@strawberry_django.type(models.Question, only=QUESTION_CURSORS)
class Question(Owned, relay.Node):
    uid: relay.NodeID[UUID]
    title: strawberry.auto
    slug: strawberry.auto
    url: strawberry.auto
    platform: Platform
    external_id: strawberry.auto
    content: strawberry.auto
    notes: strawberry.auto
    source: strawberry.auto
    difficulty: models.Difficulty | None
    platform_rating: strawberry.auto
    importance: strawberry.auto
    is_starred: strawberry.auto
    is_archived: strawberry.auto
    target_seconds: strawberry.auto
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto
    log_count: strawberry.auto
    solved_count: strawberry.auto
    total_seconds: strawberry.auto
    last_attempted_at: strawberry.auto
    last_outcome: models.Outcome | None
    due_at: strawberry.auto
    tags: list[Tag] = strawberry_django.field(
        description="Its tags by name, at most 50.",
    )
    tag_links: list[QuestionTag] = strawberry_django.field(
        field_cls=ByTag,
        description="Its tags by name, with what is known of companies: how often they ask it, "
        "and when.",
    )
    logs: Connection[Annotated["QuestionLog", strawberry.lazy("schema.practice.types")]] = (
        connection(
            default=Ordering("attempted_at", descending=True),
            narrow=_narrow_logs,
            arguments=[
                argument("filter", _LogFilter, "Conditions that must all hold."),
                argument("order_by", _LogOrder, "The latest first if nothing is said."),
            ],
            description="Attempts at it, the latest first.",
        )
    )
    review: Annotated["ReviewState", strawberry.lazy("schema.practice.reviews")] | None = (
        strawberry_django.field(
            description="How well you remember it and when it is due; null until it is attempted, "
            "suspended or postponed for the first time."
        )
    )
    review_baseline: (
        Annotated["ReviewBaseline", strawberry.lazy("schema.practice.reviews")] | None
    ) = strawberry_django.field(
        field_name="baseline",
        description="What another program knew of it; null unless setReviewBaseline said so.",
    )
    list_items: Connection[Annotated["StudyListItem", strawberry.lazy("schema.lists.types")]] = (
        connection(default=Ordering("uid"), description="Its places in your study lists.")
    )

    @strawberry_django.field(
        only=["log_count", "solved_count"], description="How far you have come with it."
    )
    def status(self) -> QuestionStatus:
        if self.solved_count:
            return QuestionStatus.SOLVED
        return QuestionStatus.ATTEMPTED if self.log_count else QuestionStatus.NEW

    @strawberry_django.field(
        select_related=["review"],
        # All of them: the row is not read again if `review` is selected as well.
        only=[f"review__{column.name}" for column in practice.ReviewState._meta.concrete_fields],
        description="What each grade would lead to if you attempted it now: AGAIN, HARD, GOOD, "
        "EASY. Nothing is written.",
    )
    def review_preview(
        self, info: Info
    ) -> list[Annotated["ReviewPreview", strawberry.lazy("schema.practice.reviews")]]:
        previews = previewing.preview(
            cast(models.Question, self), settings=info.context.user.settings, at=info.context.now
        )
        return cast(list[Any], previews)
