"""Practice sessions, as clients see them."""

import enum
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Prefetch
from strawberry import relay

from domain.practice import models
from domain.practice.sittings import worked_seconds
from schema.context import Info
from schema.lists.types import StudyList
from schema.practice.types import QuestionLog
from schema.questions.types import Question
from schema.scoping import Owned, Parent, Scope, shown

SESSION_COLUMNS = [
    "uid",
    "started_at",
    "time_box_minutes",
    "finished_at",
    "is_abandoned",
    "closes_at",
]


@strawberry.enum(description="What a practice session is doing.")
class PracticeSessionState(enum.Enum):
    RUNNING = strawberry.enum_value("RUNNING", description="Open; its time runs.")
    PAUSED = strawberry.enum_value("PAUSED", description="Open; its time stands still.")
    FINISHED = strawberry.enum_value("FINISHED", description="Finished by you.")
    ABANDONED = strawberry.enum_value(
        "ABANDONED", description="Closed because nothing happened until closesAt."
    )


@strawberry_django.type(models.PracticePause)
class PracticePause(Owned):
    scope = Scope(live=())

    started_at: strawberry.auto
    ended_at: strawberry.auto


@strawberry_django.type(models.PracticeSessionItem)
class PracticeSessionItem(Owned):
    scope = Scope(live=("question__deleted_at",))

    question: Question = strawberry_django.field(field_cls=Parent, description="What is practised.")
    position: strawberry.auto
    started_at: strawberry.auto
    ended_at: strawberry.auto
    measured_seconds: strawberry.auto
    log: QuestionLog | None = strawberry_django.field(
        description="The attempt that came of it; null before, if it was skipped, and if the "
        "attempt was deleted."
    )


def _every_pause(info: Info) -> Any:
    pauses = PracticePause.get_queryset(models.PracticePause.objects.all(), info)
    return Prefetch("pauses", pauses, to_attr="every_pause")


def _every_item(info: Info) -> Any:
    items = PracticeSessionItem.get_queryset(models.PracticeSessionItem.objects.all(), info)
    return Prefetch("items", items, to_attr="every_item")


@strawberry_django.type(models.PracticeSession, only=SESSION_COLUMNS)
class PracticeSession(Owned, relay.Node):
    scope = Scope(live=())

    uid: relay.NodeID[UUID]
    started_at: strawberry.auto
    time_box_minutes: strawberry.auto
    closes_at: strawberry.auto
    study_list: StudyList | None = strawberry_django.field(
        description="The list that the questions were taken from; null without one, and if it was "
        "deleted."
    )
    pauses: list[PracticePause] = strawberry_django.field(
        description="When it stood still, in order; at most 100."
    )
    session_items: list[PracticeSessionItem] = strawberry_django.field(
        field_name="items",
        description="Its questions in their order, at most 100. Those in the trash are left out.",
    )

    @strawberry_django.field(
        prefetch_related=_every_pause, description="Whether it runs, stands still, or is over."
    )
    def state(self, info: Info) -> PracticeSessionState:
        session, now = _row(self), info.context.now
        if session.has_closed_itself(at=now):
            return PracticeSessionState.ABANDONED
        if session.finished_at is not None:
            return PracticeSessionState.FINISHED
        is_paused = any(pause.ended_at is None for pause in _pauses(session))
        return PracticeSessionState.PAUSED if is_paused else PracticeSessionState.RUNNING

    @strawberry_django.field(
        description="When it ended (UTC), an abandoned one with the last thing that happened; null "
        "while it is open."
    )
    def finished_at(self, info: Info) -> datetime | None:
        return _row(self).end(at=info.context.now)

    @strawberry_django.field(
        prefetch_related=_every_pause,
        description="Seconds it has lasted until now, or did until its end, without its pauses.",
    )
    def active_seconds(self, info: Info) -> int:
        return _active_seconds(_row(self), info.context.now)

    @strawberry_django.field(
        prefetch_related=_every_pause,
        description="Seconds that are left of its box, 0 once they are used up; null without a "
        "box. Nothing ends when they are.",
    )
    def seconds_left(self, info: Info) -> int | None:
        session = _row(self)
        if session.time_box_minutes is None:
            return None
        return max(0, session.time_box_minutes * 60 - _active_seconds(session, info.context.now))

    @strawberry_django.field(
        prefetch_related=_every_item,
        description="What to practise now, while it is open: the first question that is neither "
        "answered nor skipped; null if none is left.",
    )
    def current_item(self, info: Info) -> PracticeSessionItem | None:
        session = _row(self)
        waiting = [item for item in _items(session) if item.ended_at is None]
        if not waiting or not session.is_open(at=info.context.now):
            return None
        return cast(PracticeSessionItem, shown(waiting[0], info))

    @strawberry_django.field(
        prefetch_related=_every_item, description="Number of its questions that are not deleted."
    )
    def question_count(self) -> int:
        return len(_items(_row(self)))

    @strawberry_django.field(
        prefetch_related=_every_item, description="Number of those that were answered."
    )
    def answered_count(self) -> int:
        return sum(item.log_id is not None for item in _items(_row(self)))

    @strawberry_django.field(
        prefetch_related=_every_item, description="Number of those whose turn ended without a log."
    )
    def skipped_count(self) -> int:
        items = _items(_row(self))
        return sum(item.ended_at is not None and item.log_id is None for item in items)


def _row(session: PracticeSession) -> models.PracticeSession:
    return cast(models.PracticeSession, session)


def _pauses(session: Any) -> list[models.PracticePause]:
    """Its pauses: read for a whole list, or for one session that a mutation gave."""
    if not hasattr(session, "every_pause"):
        session.every_pause = list(session.pauses.all())
    return cast(list[models.PracticePause], session.every_pause)


def _items(session: Any) -> list[models.PracticeSessionItem]:
    """Its items whose question is not in the trash, in the same way."""
    if not hasattr(session, "every_item"):
        session.every_item = list(session.items.filter(question__deleted_at=None))
    return cast(list[models.PracticeSessionItem], session.every_item)


def _active_seconds(session: models.PracticeSession, now: datetime) -> int:
    pauses = [(pause.started_at, pause.ended_at) for pause in _pauses(session)]
    until = session.end(at=now) or max(now, session.last_active_at)
    return worked_seconds(pauses, since=session.started_at, until=until)
