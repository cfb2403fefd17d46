"""Evenings that somebody spent in practice sessions, told from the attempts that were logged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from zoneinfo import ZoneInfo

from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
)
from project.fake_data.chance import uid_at

SITTINGS = 6
_SHORTEST = 2
_BOXES = (45, 60, 60, 90, None)


@dataclass
class Sitting:
    """The rows of a finished session."""

    sessions: list[PracticeSession]
    items: list[PracticeSessionItem] = field(default_factory=list)
    pauses: list[PracticePause] = field(default_factory=list)


def sittings_of(logs: Sequence[QuestionLog], zone: ZoneInfo, rng: Random) -> list[Sitting]:
    """The latest evenings with several attempts, oldest first.

    Args:
        logs: of one person, live, in any order.
        zone: theirs, which says what an evening is.
    """
    evenings = [evening for evening in _evenings(logs, zone) if len(evening) >= _SHORTEST]
    return [_sitting(evening, rng) for evening in evenings[-SITTINGS:]]


def _evenings(logs: Sequence[QuestionLog], zone: ZoneInfo) -> Iterator[list[QuestionLog]]:
    # A session measures each attempt, so what was logged without a time was no part of one.
    measured = [log for log in logs if log.duration_seconds is not None]
    measured.sort(key=lambda log: log.attempted_at)
    days = groupby(measured, key=lambda log: log.attempted_at.astimezone(zone).date())
    return (list(evening) for _, evening in days)


def _sitting(evening: Sequence[QuestionLog], rng: Random) -> Sitting:
    """Attempt after attempt; between two of them the session stood still."""
    first, last = evening[0], evening[-1]
    session = PracticeSession(
        owner=first.owner,
        started_at=first.attempted_at - _time_of(first),
        time_box_minutes=rng.choice(_BOXES),
        finished_at=last.attempted_at,
    )
    session.uid = uid_at(session.started_at, rng)
    session.wait(at=last.attempted_at)
    sitting = Sitting([session], [_item(session, 0, first, shown_at=session.started_at)])
    for position, (before, log) in enumerate(pairwise(evening), start=1):
        shown_at = before.attempted_at
        sitting.items.append(_item(session, position, log, shown_at=shown_at))
        begun_at = log.attempted_at - _time_of(log)
        if begun_at > shown_at:
            sitting.pauses.append(
                PracticePause(
                    owner=log.owner, session=session, started_at=shown_at, ended_at=begun_at
                )
            )
    return sitting


def _item(
    session: PracticeSession, position: int, log: QuestionLog, *, shown_at: datetime
) -> PracticeSessionItem:
    return PracticeSessionItem(
        owner=log.owner,
        session=session,
        question=log.question,
        position=position,
        started_at=shown_at,
        ended_at=log.attempted_at,
        measured_seconds=log.duration_seconds,
        log=log,
    )


def _time_of(log: QuestionLog) -> timedelta:
    return timedelta(seconds=log.duration_seconds or 0)
