"""Which attempts, which reviews, which sessions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.practice.models import PracticeSession, QuestionLog


class QuestionLogQuerySet(OwnedQuerySet["QuestionLog"]):
    """Attempts."""

    def live(self) -> Self:
        """Attempts that are not in the trash, and whose question is not."""
        return self.filter(deleted_at=None, question__deleted_at=None)

    def attempted_between(self, *, after: datetime | None, before: datetime | None) -> Self:
        """Attempts that ended at or after ``after`` and before ``before``."""
        logs = self
        if after is not None:
            logs = logs.filter(attempted_at__gte=after)
        if before is not None:
            logs = logs.filter(attempted_at__lt=before)
        return logs


class ReviewStateQuerySet(OwnedQuerySet[Any]):
    """What is known about questions."""

    def live(self) -> Self:
        """Of questions that are not in the trash."""
        return self.filter(question__deleted_at=None)

    def in_play(self, *, at: datetime) -> Self:
        """Of live questions that are not archived, suspended, or postponed beyond ``at``."""
        return self.live().filter(
            Q(postponed_until=None) | Q(postponed_until__lte=at),
            question__is_archived=False,
            is_suspended=False,
        )


class PracticeSessionQuerySet(OwnedQuerySet["PracticeSession"]):
    """Sittings."""

    def live(self) -> Self:
        """All of them: they have no trash."""
        return self

    def open(self, *, at: datetime) -> Self:
        """Those that are neither finished nor abandoned."""
        return self.filter(finished_at=None, closes_at__gt=at)

    def over(self, *, at: datetime) -> Self:
        """Those that are finished, or abandoned, noted or not."""
        return self.filter(Q(finished_at__isnull=False) | Q(closes_at__lte=at))

    def unclosed(self, *, at: datetime) -> Self:
        """Those that closed by themselves, which nobody noted yet."""
        return self.filter(finished_at=None, closes_at__lte=at)


class PracticeItemQuerySet(OwnedQuerySet[Any]):
    """What a sitting consists of."""

    def live(self) -> Self:
        """All of them: they have no trash."""
        return self
