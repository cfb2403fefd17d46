"""Sittings as tests begin and read them."""

from datetime import datetime, timedelta
from typing import Any

from domain.practice.models import PracticeSession, PracticeSessionItem, QuestionLog
from domain.practice.services import sessions, starting
from domain.questions.models import Question
from tests.factories import NOW, QuestionFactory

SOLVED = sessions.Answer(outcome="SOLVED")


def after(minutes: float) -> datetime:
    """A moment so many minutes after ``NOW``."""
    return NOW + timedelta(minutes=minutes)


def questions(owner: Any, count: int) -> list[Question]:
    """New questions; questions of a person."""
    return [QuestionFactory(owner=owner, title=f"Question {n}") for n in range(count)]


def begun(owner: Any, *, named: list[Question], **more: Any) -> PracticeSession:
    """A session of these questions, begun at ``NOW``."""
    return starting.start_practice_session(owner=owner, at=NOW, choice={"questions": named}, **more)


def proceed(session: PracticeSession, position: int, *, at: datetime, **more: Any) -> Any:
    """Answer the question at a position, SOLVED unless something else is said."""
    more.setdefault("answer", SOLVED)
    return sessions.next_practice_question(
        session=session, actor=session.owner, at=at, position=position, **more
    )


def items(session: PracticeSession) -> list[PracticeSessionItem]:
    """Its items by their turn, as they are stored."""
    return list(PracticeSessionItem.objects.filter(session=session))


def logged() -> list[tuple[int, int | None]]:
    """Which questions were logged, with their seconds, in the order in which they were."""
    logs = QuestionLog.objects.order_by("pk")
    return list(logs.values_list("question", "duration_seconds"))
