"""Brings what is derived from logs up to date: a question's counters and its next review.

Everything is computed anew from the live logs, so the order in which logs were added, edited,
back-dated or deleted makes no difference. Statements: one SELECT, and one UPDATE a batch.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fsrs

from domain.accounts.models import UserSettings
from domain.practice.models import QuestionLog
from domain.practice.scheduling import Review, due_after, grade, scheduler_for
from domain.questions.models import Outcome, Question

BATCH = 500
DERIVED = (
    "log_count",
    "solved_count",
    "total_seconds",
    "last_attempted_at",
    "last_outcome",
    "due_at",
)


@dataclass(frozen=True)
class Attempt:
    """The columns of a log that anything is derived from."""

    question_id: int
    attempted_at: datetime
    outcome: str
    duration_seconds: int | None
    help: str
    rating: int | None
    counts_for_review: bool


def lock(question_ids: Collection[int]) -> set[int]:
    """Hold these questions until the transaction ends, always in the same order.

    Returns:
        The ids of those that exist and are not in the trash.
    """
    live: set[int] = set()
    ids = sorted(question_ids)
    for start in range(0, len(ids), BATCH):
        questions = Question.objects.select_for_update(of=("self",)).order_by("pk")
        held = questions.filter(pk__in=ids[start : start + BATCH])
        live.update(pk for pk, gone in held.values_list("pk", "deleted_at") if gone is None)
    return live


def settle(question_ids: Collection[int], *, settings: UserSettings) -> dict[int, dict[str, Any]]:
    """Recompute the derived columns of one person's questions, whose rows are locked.

    Args:
        question_ids: the touched questions.
        settings: their owner's.

    Returns:
        The derived columns by question id.
    """
    scheduler = scheduler_of(settings)
    derived: dict[int, dict[str, Any]] = {}
    ids = list(question_ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        attempts = _attempts(batch)
        rows = []
        for question_id in batch:
            derived[question_id] = derive(attempts.get(question_id, ()), scheduler)
            rows.append(Question(pk=question_id, **derived[question_id]))
        if len(rows) == 1:
            Question.objects.filter(pk=batch[0]).update(**derived[batch[0]])
        else:
            Question.objects.bulk_update(rows, DERIVED)
    return derived


def derive(attempts: Iterable[Attempt], scheduler: fsrs.Scheduler) -> dict[str, Any]:
    """What follows from a question's attempts, given oldest first."""
    attempts = list(attempts)
    latest = attempts[-1] if attempts else None
    reviews = [
        Review(
            at=attempt.attempted_at,
            rating=grade(outcome=attempt.outcome, help_used=attempt.help, rating=attempt.rating),
        )
        for attempt in attempts
        if attempt.counts_for_review
    ]
    return {
        "log_count": len(attempts),
        "solved_count": sum(attempt.outcome == Outcome.SOLVED for attempt in attempts),
        "total_seconds": sum(attempt.duration_seconds or 0 for attempt in attempts),
        "last_attempted_at": latest.attempted_at if latest else None,
        "last_outcome": latest.outcome if latest else None,
        "due_at": due_after(reviews, scheduler),
    }


def scheduler_of(settings: UserSettings) -> fsrs.Scheduler:
    """The scheduler that a person's settings describe."""
    return scheduler_for(
        desired_retention=settings.desired_retention,
        maximum_interval_days=settings.maximum_interval_days,
        parameters=settings.fsrs_parameters,
    )


def _attempts(question_ids: Collection[int]) -> dict[int, list[Attempt]]:
    grouped: dict[int, list[Attempt]] = defaultdict(list)
    columns = tuple(Attempt.__dataclass_fields__)
    logs = QuestionLog.objects.filter(question__in=question_ids, deleted_at=None)
    for values in logs.order_by("attempted_at", "uid").values_list(*columns):
        attempt = Attempt(*values)
        grouped[attempt.question_id].append(attempt)
    return grouped
