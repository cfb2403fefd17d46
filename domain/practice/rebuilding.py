"""Compares what is stored about questions with a replay of their attempts, and puts it right."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import batched
from math import isclose
from typing import Any

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.practice.models import ReviewState
from domain.practice.scheduling import NOTHING
from domain.practice.settling import (
    BATCH,
    COUNTERS,
    REVIEWED,
    Derived,
    Replays,
    lock,
    settle,
)
from domain.questions.models import Question

# Another processor may round the last digit of a power otherwise.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Batch:
    """What was found in some questions of one person.

    Attributes:
        looked_at: how many questions.
        differing: ids of those whose counters or review state are not what a replay gives.
    """

    looked_at: int
    differing: list[int]


def rebuild(owner: User, *, correct: bool) -> Iterator[Batch]:
    """Replay all questions of a person, those in the trash too, each batch in a transaction.

    What the person decided, such as to suspend a question, is left as it is.

    Args:
        correct: whether to write what a replay gives where it differs.
    """
    questions = Question.objects.owned_by(owner).order_by("pk")
    for batch in batched(list(questions.values_list("pk", flat=True)), BATCH):
        with transaction.atomic():
            yield _rebuild(batch, owner, correct=correct)


def _rebuild(question_ids: Collection[int], owner: User, *, correct: bool) -> Batch:
    lock(question_ids)
    settings = UserSettings.objects.get(user=owner)
    stored = _stored(question_ids)
    # Those that are gone since the ids were read are in neither.
    derived = Replays(settings).of(stored.keys())
    differing = [pk for pk, found in derived.items() if not _are_equal(stored[pk], found)]
    if correct and differing:
        settle(differing, settings=settings)
    return Batch(len(stored), differing)


def _stored(question_ids: Collection[int]) -> dict[int, list[Any]]:
    """Counters and review state as they are stored, in the order of their names."""
    reviews = ReviewState.objects.filter(question__in=question_ids)
    reviewed = {pk: values for pk, *values in reviews.values_list("question_id", *REVIEWED)}
    questions = Question.objects.filter(pk__in=question_ids)
    nothing = [getattr(NOTHING, name) for name in REVIEWED]
    return {
        pk: [*values, *reviewed.get(pk, nothing)]
        for pk, *values in questions.values_list("pk", *COUNTERS)
    }


def _are_equal(stored: list[Any], derived: Derived) -> bool:
    counters = [derived.counters[name] for name in COUNTERS]
    reviewed = [getattr(derived.memory, name) for name in REVIEWED]
    return all(map(_is_equal, stored, [*counters, *reviewed]))


def _is_equal(stored: Any, derived: Any) -> bool:
    if isinstance(stored, float) and isinstance(derived, float):
        return isclose(stored, derived, rel_tol=TOLERANCE)
    return bool(stored == derived)
