"""Which attempts."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.practice.models import QuestionLog


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
