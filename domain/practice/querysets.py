"""Which attempts, which reviews, which sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from domain.base.querysets import AsciiLower, OwnedQuerySet
from domain.base.text import ascii_lower, tidy

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

    def with_mistake(self, mistakes: Iterable[str]) -> Self:
        """Attempts in which at least one of these mistakes was made."""
        # Both databases can search the text of a list; the names need no escaping, and the quotes
        # tell them apart.
        wanted = Q(pk__in=[])
        for mistake in set(mistakes):
            wanted |= Q(noted__contains=f'"{mistake}"')
        return self.alias(noted=Cast("mistakes", TextField())).filter(wanted)

    def in_language(self, languages: Iterable[str]) -> Self:
        """Attempts in one of these languages, whatever the case of A to Z; "" is none at all."""
        wanted = {ascii_lower(tidy(language)) for language in languages}
        return self.alias(spelt=AsciiLower("language")).filter(spelt__in=sorted(wanted))

    def stored_between(self, *, after: datetime, before: datetime) -> Self:
        """Attempts of everybody that were stored at or after ``after`` and before ``before``.

        Whenever they ended, and whether or not they are in the trash by now.
        """
        return self.filter(created_at__gte=after, created_at__lt=before)


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
