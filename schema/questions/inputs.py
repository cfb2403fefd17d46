"""What clients send about questions and tags: filters, orderings, new and changed rows."""

from datetime import datetime
from uuid import UUID

import strawberry
from django.db.models import TextChoices
from strawberry import relay

from domain.questions import models
from domain.questions.platforms import Platform
from schema import conflicts, idempotency
from schema.columns import expose
from schema.errors import BadInput
from schema.inputs import about
from schema.paging import OrderDirection, Ordering
from schema.questions.types import QuestionStatus


# The values are columns, but for the last one (schema/questions/filters.py).
@expose
class QuestionOrderField(TextChoices):
    """What questions can be sorted by."""

    CREATED_AT = "created_at", "When they were created"
    TITLE = "title_key", "Title, whatever its case"
    DIFFICULTY = "difficulty", "Difficulty, EASY before HARD"
    LAST_ATTEMPTED_AT = "last_attempted_at", "When they were attempted last"
    DUE_AT = "due_at", "When they are due for review"
    IMPORTANCE = "importance", "Importance, 1 before 4"
    RELEVANCE = (
        "distance",
        "How well they fit search, the best first whatever the direction: the title as a whole, "
        "its beginning, words in it, then notes and tags; shorter titles before longer ones",
    )


@expose
class TagOrderField(TextChoices):
    """What tags can be sorted by."""

    NAME = "name_key", "Name, whatever its case"
    CREATED_AT = "created_at", "When they were created"


@strawberry.input(description="How to sort questions. Those without a value come last.")
class QuestionOrder:
    field: QuestionOrderField = strawberry.field(description="The value to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which way."
    )

    def ordering(self) -> Ordering:
        """The same as a column.

        Raises:
            BadInput: RELEVANCE is none, but is computed for a search.
        """
        if self.field is QuestionOrderField.RELEVANCE:
            raise BadInput("To sort by RELEVANCE, send search as well; or sort by another field.")
        return Ordering(self.field.value, self.direction is OrderDirection.DESC)


@strawberry.input(description="How to sort tags.")
class TagOrder:
    field: TagOrderField = strawberry.field(description="The value to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which way."
    )

    def ordering(self) -> Ordering:
        """The same as a column."""
        return Ordering(self.field.value, self.direction is OrderDirection.DESC)


@strawberry.input(description="Which questions; every condition that is given must hold.")
class QuestionFilter:
    difficulty: list[models.Difficulty] | None = strawberry.field(
        default=None, description="One of these difficulties."
    )
    status: list[QuestionStatus] | None = strawberry.field(
        default=None, description="One of these states."
    )
    platform: list[Platform] | None = strawberry.field(
        default=None, description="From one of these platforms."
    )
    importance: list[int] | None = strawberry.field(
        default=None, description="One of these importances, 1 to 4."
    )
    tags_any: list[relay.GlobalID] | None = strawberry.field(
        default=None, description="With at least one of these tags; at most 20."
    )
    tags_all: list[relay.GlobalID] | None = strawberry.field(
        default=None, description="With every one of these tags; at most 20."
    )
    study_list: relay.GlobalID | None = strawberry.field(
        default=None, description="On this study list."
    )
    is_starred: bool | None = strawberry.field(
        default=None, description="Only with a star, or only without."
    )
    is_archived: bool | None = strawberry.field(
        default=None, description="Only archived, or only not archived."
    )
    is_due: bool | None = strawberry.field(
        default=None, description="Only due for review now, or only not due now."
    )
    is_suspended: bool | None = strawberry.field(
        default=None, description="Only suspended, or only not suspended."
    )
    is_leech: bool | None = strawberry.field(
        default=None, description="Only leeches, which are forgotten too often, or only others."
    )
    is_postponed: bool | None = strawberry.field(
        default=None, description="Only postponed beyond now, or only others."
    )
    slug: str | None = strawberry.field(default=None, description="With exactly this slug.")
    url: str | None = strawberry.field(
        default=None, description="With exactly this link: what you have of a page."
    )
    external_id: str | None = strawberry.field(
        default=None, description="With exactly this id on their platform."
    )
    due_after: datetime | None = strawberry.field(
        default=None, description="Due for review at or after this moment."
    )
    due_before: datetime | None = strawberry.field(
        default=None, description="Due for review before this moment."
    )
    created_after: datetime | None = strawberry.field(
        default=None, description="Created at or after this moment."
    )
    created_before: datetime | None = strawberry.field(
        default=None, description="Created before this moment."
    )
    attempted_after: datetime | None = strawberry.field(
        default=None, description="Last attempted at or after this moment."
    )
    attempted_before: datetime | None = strawberry.field(
        default=None, description="Last attempted before this moment."
    )


@strawberry.input(description="Which tags; every condition that is given must hold.")
class TagFilter:
    kind: list[models.TagKind] | None = strawberry.field(
        default=None, description="One of these kinds."
    )


@strawberry.input(
    description="A tag for a question: by its id, or by kind and name, which creates it if it is "
    "missing."
)
class QuestionTagInput:
    id: relay.GlobalID | None = strawberry.field(
        default=None, description="One of your tags; then leave out kind and name."
    )
    name: str | None = strawberry.field(
        default=None, description="Name of one of your tags, or of a new one; 1 to 50 characters."
    )
    kind: models.TagKind = strawberry.field(
        default=models.TagKind.CUSTOM, description="Kind of the named tag."
    )
    frequency: float | None = strawberry.field(
        default=None, description="For companies: how often it is asked, 0 to 100."
    )
    window: models.AskedWithin | None = strawberry.field(
        default=None, description="For companies: the time over which the frequency was counted."
    )


@strawberry.input(description="A new question. Only the title is needed.")
class CreateQuestionInput:
    title: str = about(models.Question, "title")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    slug: strawberry.Maybe[str | None] = about(models.Question, "slug")
    url: strawberry.Maybe[str | None] = about(models.Question, "url")
    platform: strawberry.Maybe[Platform | None] = about(models.Question, "platform")
    external_id: strawberry.Maybe[str | None] = about(models.Question, "external_id")
    content: strawberry.Maybe[str | None] = about(models.Question, "content")
    notes: strawberry.Maybe[str | None] = about(models.Question, "notes")
    source: strawberry.Maybe[str | None] = about(models.Question, "source")
    difficulty: strawberry.Maybe[models.Difficulty | None] = about(models.Question, "difficulty")
    platform_rating: strawberry.Maybe[int | None] = about(models.Question, "platform_rating")
    importance: strawberry.Maybe[int | None] = about(models.Question, "importance")
    is_starred: strawberry.Maybe[bool | None] = about(models.Question, "is_starred")
    is_archived: strawberry.Maybe[bool | None] = about(models.Question, "is_archived")
    target_seconds: strawberry.Maybe[int | None] = about(models.Question, "target_seconds")
    tags: strawberry.Maybe[list[QuestionTagInput] | None] = strawberry.field(
        description="Its tags, at most 50."
    )
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A question to change; what is left out stays as it is.")
class UpdateQuestionInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")
    title: strawberry.Maybe[str | None] = about(models.Question, "title")
    slug: strawberry.Maybe[str | None] = about(models.Question, "slug")
    url: strawberry.Maybe[str | None] = about(models.Question, "url")
    platform: strawberry.Maybe[Platform | None] = about(models.Question, "platform")
    external_id: strawberry.Maybe[str | None] = about(models.Question, "external_id")
    content: strawberry.Maybe[str | None] = about(models.Question, "content")
    notes: strawberry.Maybe[str | None] = about(models.Question, "notes")
    source: strawberry.Maybe[str | None] = about(models.Question, "source")
    difficulty: strawberry.Maybe[models.Difficulty | None] = about(models.Question, "difficulty")
    platform_rating: strawberry.Maybe[int | None] = about(models.Question, "platform_rating")
    importance: strawberry.Maybe[int | None] = about(models.Question, "importance")
    is_starred: strawberry.Maybe[bool | None] = about(models.Question, "is_starred")
    is_archived: strawberry.Maybe[bool | None] = about(models.Question, "is_archived")
    target_seconds: strawberry.Maybe[int | None] = about(models.Question, "target_seconds")
    tags: strawberry.Maybe[list[QuestionTagInput] | None] = strawberry.field(
        description="Replaces all its tags; at most 50."
    )
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Which question to put in the trash.")
class DeleteQuestionInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="A new tag.")
class CreateTagInput:
    name: str = about(models.Tag, "name")
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best), for clients that create offline."
    )
    kind: strawberry.Maybe[models.TagKind | None] = about(models.Tag, "kind")
    description: strawberry.Maybe[str | None] = about(models.Tag, "description")
    colour: strawberry.Maybe[str | None] = about(models.Tag, "colour")
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="A tag to change; what is left out stays as it is.")
class UpdateTagInput:
    id: relay.GlobalID = strawberry.field(description="Which tag.")
    name: strawberry.Maybe[str | None] = about(models.Tag, "name")
    kind: strawberry.Maybe[models.TagKind | None] = about(models.Tag, "kind")
    description: strawberry.Maybe[str | None] = about(models.Tag, "description")
    colour: strawberry.Maybe[str | None] = about(models.Tag, "colour")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()


@strawberry.input(description="Which tag to put in the trash.")
class DeleteTagInput:
    id: relay.GlobalID = strawberry.field(description="Which tag.")
    expected_version: strawberry.Maybe[int | None] = conflicts.expected()
