"""Attempts counted together, and by what tells them apart."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, TextField
from django.db.models.functions import Cast

from domain.practice.models import Mistake
from domain.practice.statistics.attempts import Attempts, seconds
from domain.questions.models import Difficulty, Outcome

MIN_SAMPLE = 3  # a share of fewer attempts is chance


@dataclass(frozen=True)
class Totals:
    """Attempts counted together.

    Attributes:
        seconds: of those attempts whose time was measured.
    """

    attempts: int
    solved: int
    questions: int
    seconds: int


@dataclass(frozen=True)
class DifficultyTotals(Totals):
    """The same of one ``Difficulty``; None for questions without."""

    difficulty: int | None

    @property
    def solved_rate(self) -> float | None:
        """The share that was solved, 0 to 1; None for fewer than ``MIN_SAMPLE`` attempts."""
        return self.solved / self.attempts if self.attempts >= MIN_SAMPLE else None


@dataclass(frozen=True)
class MistakeCount:
    """In how many attempts a mistake was made."""

    mistake: Mistake
    count: int


def totals(attempts: Attempts) -> Totals:
    """All of them together."""
    return Totals(**attempts.within.aggregate(**_counts()))


def by_difficulty(attempts: Attempts) -> list[DifficultyTotals]:
    """Those that were attempted, the easiest first and those without a difficulty last."""
    groups = attempts.within.order_by().values(difficulty=F("question__difficulty"))
    rows: Any = groups.annotate(**_counts())
    found = [DifficultyTotals(**row) for row in rows]
    return sorted(found, key=lambda group: group.difficulty or len(Difficulty) + 1)


def mistakes(attempts: Attempts) -> list[MistakeCount]:
    """Those that were made, the most frequent first."""
    # Both databases can search the text of a list; its names need no escaping and the quotes tell
    # them apart.
    noted = attempts.within.annotate(noted=Cast("mistakes", TextField()))
    found = noted.aggregate(
        **{
            mistake.value: Count("pk", filter=Q(noted__contains=f'"{mistake.value}"'))
            for mistake in Mistake
        }
    )
    counts = [MistakeCount(mistake, found[mistake]) for mistake in Mistake if found[mistake]]
    return sorted(counts, key=lambda each: -each.count)


def _counts() -> dict[str, Any]:
    """By the name in ``Totals``."""
    return {
        "attempts": Count("pk"),
        "solved": Count("pk", filter=Q(outcome=Outcome.SOLVED)),
        "questions": Count("question", distinct=True),
        "seconds": seconds(),
    }
