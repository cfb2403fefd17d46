"""Changes of what a person has, as their devices read them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from domain.archive.declaring import EntityName
from domain.sync import models, reading
from schema.accounts.types import User
from schema.columns import expose
from schema.goals.types import Goal
from schema.lists.types import StudyList
from schema.practice.session_types import PracticeSession
from schema.practice.types import QuestionLog
from schema.questions.types import Question, Tag
from schema.sync.cursors import cursor_of

expose(EntityName)
expose(models.ChangeOp)

# Settings are what their person shows.
NODES: Mapping[EntityName, Any] = {
    EntityName.SETTINGS: User,
    EntityName.TAG: Tag,
    EntityName.QUESTION: Question,
    EntityName.LOG: QuestionLog,
    EntityName.STUDY_LIST: StudyList,
    EntityName.GOAL: Goal,
    EntityName.SESSION: PracticeSession,
}

type Found = Callable[[EntityName, UUID], Any]


@strawberry.type(description="An object that changed, and where in the feed that is.")
class Change:
    row: strawberry.Private[models.Change]
    place: strawberry.Private[reading.Place]
    records: strawberry.Private[Found]
    nodes: strawberry.Private[Found]

    @strawberry.field(description="Where to go on from this change.")
    def cursor(self) -> str:
        return cursor_of(self.place)

    @strawberry.field(description="What kind of object it is.")
    def entity(self) -> EntityName:
        return EntityName(self.row.entity)

    @strawberry.field(description="Its id, as everywhere; of settings that of their User.")
    def id(self) -> relay.GlobalID:
        name = NODES[EntityName(self.row.entity)].__strawberry_definition__.name
        return relay.GlobalID(name, str(self.row.uid))

    @strawberry.field(description="What it is after the change.")
    def op(self) -> models.ChangeOp:
        return models.ChangeOp(self.row.op)

    @strawberry.field(
        description="The version it has, for expectedVersion; null if it is gone, and of settings "
        "and sessions, which have none."
    )
    def version(self) -> int | None:
        return self.row.version

    @strawberry.field(description="When it changed (UTC), by the clock of the database.")
    def changed_at(self) -> datetime:
        return self.row.changed_at

    @strawberry.field(
        description="The object as an export in Drillbook JSON writes it, in the trash too, as it "
        "is by now. Null if it is gone; if it went this moment, its tombstone follows."
    )
    def record(self) -> JSON | None:
        return self.records(EntityName(self.row.entity), self.row.uid)

    @strawberry.field(
        description="The object itself, of settings their User; null while it, or what it hangs "
        "on, is in the trash, and once it is gone."
    )
    def node(self) -> relay.Node | None:
        return self.nodes(EntityName(self.row.entity), self.row.uid)


@strawberry.type(description="A part of the feed of changes, and how to go on.")
class ChangePage:
    changes: list[Change] = strawberry.field(
        description="The objects that changed, in order: each once, with its last change."
    )
    end_cursor: str = strawberry.field(
        description="Where to go on: keep it once all changes of the page are applied."
    )
    has_more: bool = strawberry.field(
        description="Whether there is more by now. If not, you have everything."
    )
    server_time: datetime = strawberry.field(description="When this was read (UTC).")
