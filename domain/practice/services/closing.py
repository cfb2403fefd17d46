"""Sittings that nobody came back to close by themselves."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from domain.base.updating import update_each
from domain.practice.models import PracticePause, PracticeSession
from domain.practice.querysets import PracticeSessionQuerySet

BATCH = 1000


def close_abandoned(*, at: datetime) -> int:
    """Close everybody's sessions that were left alone too long; give their number."""
    return close(PracticeSession.objects.all(), at=at)


def close(sessions: PracticeSessionQuerySet, *, at: datetime) -> int:
    """Close those of some sessions that were left alone too long; give their number.

    They end with the last thing that happened. The question that was shown stays unanswered.
    """
    closed = 0
    while batch := _close_some(sessions, at):
        closed += batch
    return closed


@transaction.atomic
def _close_some(sessions: PracticeSessionQuerySet, at: datetime) -> int:
    over = list(sessions.unclosed(at=at).order_by("pk").select_for_update()[:BATCH])
    if not over:
        return 0
    for session in over:
        session.finished_at, session.is_abandoned = session.last_active_at, True
    update_each(over, ["finished_at", "is_abandoned"])
    # A pause that still goes on was the last thing that happened.
    pauses = PracticePause.objects.filter(session__in=over, ended_at=None)
    pauses.update(ended_at=F("started_at"))
    return len(over)
