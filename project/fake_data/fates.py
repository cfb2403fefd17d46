"""What befell some of a person's questions: put aside, put off, thrown away, known from before."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.practice.models import ReviewBaseline, ReviewStage
from domain.questions.models import Question
from project.fake_data.histories import Practised

# Of so many problems that were tried, one at most meets with each fate.
_TRIED_FOR_EACH = 3


@dataclass(frozen=True)
class Fates:
    """The problems that they befell; None where there are too few.

    Attributes:
        mislogged: its last attempt was put in the trash.
        imported: never tried here; another program knows how well it is remembered.
        kept: slugs of those that are never put in the trash.
    """

    suspended: Practised | None = None
    postponed: Practised | None = None
    mislogged: Practised | None = None
    deleted: Practised | None = None
    imported: Practised | None = None
    kept: Set[str] = frozenset()


def fates_of(practised: Sequence[Practised], rng: Random, *, kept: Set[str]) -> Fates:
    """Choose among a person's problems."""
    tried = [entry for entry in practised if entry.tries]
    names = ["suspended", "postponed", "mislogged"][: len(tried) // _TRIED_FOR_EACH]
    chosen = dict(zip(names, rng.sample(tried, len(names)), strict=True))
    others = [entry for entry in tried if entry not in chosen.values()]
    deletable = [entry for entry in others if names and entry.problem.slug not in kept]
    collected = [entry for entry in practised if not entry.tries]
    return Fates(
        deleted=rng.choice(deletable) if deletable else None,
        imported=rng.choice(collected) if collected else None,
        kept=kept,
        **chosen,
    )


def throw_away(row: Any, *, at: datetime) -> None:
    """Put a row that is not stored yet in the trash, as its owner would."""
    row.deleted_at, row.deleted_by = at, row.owner
    row.updated_at = at
    row.version += 1


def baseline_of(question: Question, *, until: datetime, rng: Random) -> ReviewBaseline:
    """What another program said about a question that is due there by now."""
    stability = rng.uniform(8, 20)
    reviewed_at = until - timedelta(days=round(stability) + rng.randint(1, 4))
    return ReviewBaseline(
        owner=question.owner,
        question=question,
        state=ReviewStage.REVIEW,
        stability=stability,
        difficulty=rng.uniform(4, 7),
        reviewed_at=reviewed_at,
        due_at=reviewed_at + timedelta(days=round(stability)),
        reps=rng.randint(3, 6),
        lapses=1,
    )
