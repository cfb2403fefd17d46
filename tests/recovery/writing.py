"""Somebody who goes on writing, and remembers what was acknowledged and when."""

import threading
import time
from uuid import UUID

from django.db import connection

from domain.accounts.models import User
from domain.questions.models import Question
from tests.factories import QuestionFactory

PAUSE_SECONDS = 0.02


class Writer(threading.Thread):
    """Creates questions one after the other until it is stopped."""

    def __init__(self, owner: User) -> None:
        super().__init__(daemon=True)
        self.owner = owner
        # When each write was begun, and when it was acknowledged.
        self.acknowledged: dict[UUID, tuple[float, float]] = {}
        self._stopping = threading.Event()

    def run(self) -> None:
        """Write."""
        try:
            while not self._stopping.wait(PAUSE_SECONDS):
                begun = time.monotonic()
                question = QuestionFactory(owner=self.owner)
                self.acknowledged[question.uid] = (begun, time.monotonic())
        finally:
            connection.close()

    def stop(self) -> None:
        """Finish the write that is under way."""
        self._stopping.set()
        self.join()

    def lost(self, *, before: float) -> int:
        """How many writes are not there that were acknowledged before a moment."""
        there = self._there()
        return sum(
            done < before and uid not in there for uid, (_, done) in self.acknowledged.items()
        )

    def too_many(self, *, after: float) -> int:
        """How many writes are there that were begun after a moment."""
        there = self._there()
        return sum(begun > after and uid in there for uid, (begun, _) in self.acknowledged.items())

    def seconds_lost(self, *, until: float) -> float:
        """How far before a moment the first write was acknowledged that is not there."""
        there = self._there()
        gone = [done for uid, (_, done) in self.acknowledged.items() if uid not in there]
        return until - min(gone, default=until)

    def _there(self) -> set[UUID]:
        return set(Question.objects.filter(owner=self.owner).values_list("uid", flat=True))
