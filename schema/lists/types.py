"""Study lists, as clients see them."""

from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.lists import models
from domain.lists.querysets import item_count
from domain.practice import progress
from schema.columns import expose
from schema.context import Info, read_once
from schema.paging import Connection, Ordering, connection
from schema.questions.types import Question
from schema.scoping import Owned, Parent, Scope

expose(models.BuiltIn)


@strawberry.type(
    description="How far you have come with some questions. Each counts in one of four states."
)
class StudyListProgress:
    total: int = strawberry.field(description="Number of questions.")
    new: int = strawberry.field(description="Without an attempt that counts as a review.")
    learning: int = strawberry.field(description="Begun, not due and not mastered.")
    due: int = strawberry.field(
        description="What reviewQueue offers today, however much its limit leaves out."
    )
    mastered: int = strawberry.field(description="Remembered for 21 days or more, and not due.")
    sections: list["StudyListSectionProgress"] = strawberry.field(
        description="The same for each section, in the order in which the sections begin."
    )


@strawberry.type(description="How far you have come with one section of a list.")
class StudyListSectionProgress:
    section: str = strawberry.field(
        description="The heading; empty for questions that stand under none."
    )
    total: int = strawberry.field(description="Number of questions.")
    new: int = strawberry.field(description="Without an attempt that counts as a review.")
    learning: int = strawberry.field(description="Begun, not due and not mastered.")
    due: int = strawberry.field(
        description="What reviewQueue offers today, however much its limit leaves out."
    )
    mastered: int = strawberry.field(description="Remembered for 21 days or more, and not due.")


def _parts(info: Info) -> Any:
    return progress.parts(at=info.context.now, settings=info.context.user.settings)


def _by_section(row: Any) -> dict[str, progress.Progress]:
    return progress.by_section(row.progress_parts)


@strawberry_django.type(models.StudyList, only=["uid", "name_key", "created_at"])
class StudyList(Owned, relay.Node):
    uid: relay.NodeID[UUID]
    name: strawberry.auto
    description: strawberry.auto
    built_in: models.BuiltIn | None
    source: strawberry.auto
    licence: strawberry.auto
    created_at: strawberry.auto
    updated_at: strawberry.auto
    deleted_at: strawberry.auto
    version: strawberry.auto
    items: Connection["StudyListItem"] = connection(
        default=Ordering("position"), description="What is on it, in its order."
    )
    item_count: int = strawberry_django.field(
        annotate=item_count(), description="Number of questions on it, at most 1,000."
    )

    @strawberry_django.field(
        annotate={"progress_parts": _parts},
        description="Its headings, in the order in which they begin.",
    )
    def sections(self) -> list[str]:
        return [name for name in _by_section(self) if name]

    @strawberry_django.field(
        annotate={"progress_parts": _parts}, description="How far you have come with it."
    )
    def progress(self) -> StudyListProgress:
        by_section = _by_section(self)
        sections = [
            StudyListSectionProgress(section=name, **vars(found))
            for name, found in by_section.items()
        ]
        return StudyListProgress(**vars(progress.together(by_section.values())), sections=sections)


def _rank(row: Any, info: Info) -> int:
    """The place of an item. The first one of a root field finds out those of all the caller's."""
    items = models.StudyListItem.objects.owned_by(info.context.user).live()
    # Gone since it was read: as it was stored.
    return cast(int, read_once(info, "ranks", items.ranks).get(row.pk, row.position))


@strawberry_django.type(models.StudyListItem, only=["uid", "position"])
class StudyListItem(Owned, relay.Node):
    scope = Scope(live=("study_list__deleted_at", "question__deleted_at"))

    uid: relay.NodeID[UUID]
    study_list: StudyList = strawberry_django.field(
        field_cls=Parent, description="The list that it is a place in."
    )
    question: Question = strawberry_django.field(
        field_cls=Parent, description="The question that stands there."
    )
    section: strawberry.auto

    @strawberry_django.field(
        only=["position"], description="Its place in the list, from 0, without gaps."
    )
    def position(self, info: Info) -> int:
        return _rank(self, info)


@strawberry.type(description="A list that comes with the application, to be cloned.")
class BuiltInList:
    key: models.BuiltIn = strawberry.field(description="Its name in cloneBuiltInList.")
    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What it is.")
    source: str = strawberry.field(
        description="The file that titles, order and patterns were taken from."
    )
    licence: str = strawberry.field(description="The licence of that file.")
    question_count: int = strawberry.field(description="Number of questions on it.")
    sections: list[str] = strawberry.field(description="Its patterns, in its order.")
