"""Brings what is derived from logs up to date: a question's counters and its review state.

Everything is computed anew from the live logs, so the order in which logs were added, edited,
back-dated or deleted makes no difference. Statements a batch: two to read, two to write.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fsrs

from domain.accounts.models import UserSettings
from domain.base.updating import update_each
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewStage, ReviewState
from domain.practice.scheduling import NOTHING, Memory, Review, grade, replay, scheduler_for
from domain.questions.models import Outcome, Question

BATCH = 500
SCHEDULING = frozenset({"desired_retention", "maximum_interval_days", "fsrs_parameters"})
COUNTERS = (
    "log_count",
    "solved_count",
    "total_seconds",
    "last_attempted_at",
    "last_outcome",
    "due_at",
)
REVIEWED = (
    "state",
    "stability",
    "difficulty",
    "due_at",
    "last_review_at",
    "reps",
    "lapses",
    "is_leech",
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


@dataclass(frozen=True)
class History:
    """All that a question's counters and review state are derived from.

    Attributes:
        attempts: the live ones, oldest first.
        start: what an import said that was remembered before.
    """

    attempts: tuple[Attempt, ...] = ()
    start: Memory = NOTHING


@dataclass(frozen=True)
class Derived:
    """What follows from a question's attempts.

    Attributes:
        counters: columns of the question.
        memory: columns of its review state.
    """

    counters: dict[str, Any]
    memory: Memory

    def show_on(self, question: Question) -> None:
        """Set the counters of a row in memory."""
        for name, value in self.counters.items():
            setattr(question, name, value)

    def review_of(self, question: Question) -> ReviewState:
        """An unsaved row with what is remembered."""
        values = {name: getattr(self.memory, name) for name in REVIEWED}
        return ReviewState(owner_id=question.owner_id, question=question, **values)


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


class Replays:
    """Replays of attempts by one person's settings. None is made twice of the same attempts, so
    that most of the work can be done before the questions are locked.
    """

    def __init__(self, settings: UserSettings) -> None:
        self._scheduling = scheduling_of(settings)
        self._scheduler = scheduler_of(settings)
        self._found: dict[int, tuple[int, Derived]] = {}

    def are_by(self, settings: UserSettings) -> bool:
        """Whether the scheduler of these settings would give the same."""
        return self._scheduling == scheduling_of(settings)

    def of(self, question_ids: Collection[int]) -> dict[int, Derived]:
        """What follows from the attempts at some questions, as these are at this moment."""
        for pk, history in histories_of(question_ids).items():
            # Histories themselves would fill the memory of somebody with many attempts.
            mark = hash(history)
            if pk not in self._found or self._found[pk][0] != mark:
                found = derive(history.attempts, self._scheduler, start=history.start)
                self._found[pk] = mark, found
        return {pk: self._found[pk][1] for pk in question_ids}


def settle(
    question_ids: Collection[int], *, settings: UserSettings, replays: Replays | None = None
) -> dict[int, Derived]:
    """Recompute what follows from the attempts at one person's questions, whose rows are locked.

    Args:
        question_ids: the touched questions.
        settings: their owner's.
        replays: by these settings, if some were made before.

    Returns:
        What was found, by question id.
    """
    replays = replays or Replays(settings)
    derived: dict[int, Derived] = {}
    ids = list(question_ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = replays.of(batch)
        _write(found, settings.user_id)
        derived |= found
    return derived


def settle_one(question: Question, *, settings: UserSettings | None = None) -> None:
    """Settle a question that is held, and show on it what was found.

    Args:
        settings: of its owner, read after the question was locked; None reads them now.
    """
    settings = settings or UserSettings.objects.get(user=question.owner_id)
    settle([question.pk], settings=settings)[question.pk].show_on(question)


def histories_of(question_ids: Collection[int]) -> dict[int, History]:
    """What is derived from, by question id, read and not written."""
    attempts = _attempts(question_ids)
    baselines = {baseline.question_id: memory_of(baseline) for baseline in _baselines(question_ids)}
    return {
        pk: History(tuple(attempts.get(pk, ())), baselines.get(pk, NOTHING)) for pk in question_ids
    }


def derive(
    attempts: Iterable[Attempt], scheduler: fsrs.Scheduler, *, start: Memory = NOTHING
) -> Derived:
    """What follows from a question's attempts, given oldest first.

    Args:
        start: what an import said that was remembered before.
    """
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
    memory = replay(reviews, scheduler, start=start)
    counters = {
        "log_count": len(attempts),
        "solved_count": sum(attempt.outcome == Outcome.SOLVED for attempt in attempts),
        "total_seconds": sum(attempt.duration_seconds or 0 for attempt in attempts),
        "last_attempted_at": latest.attempted_at if latest else None,
        "last_outcome": latest.outcome if latest else None,
        "due_at": memory.due_at,
    }
    return Derived(counters, memory)


def memory_of(row: ReviewState | ReviewBaseline) -> Memory:
    """What a stored row says is remembered."""
    at = row.reviewed_at if isinstance(row, ReviewBaseline) else row.last_review_at
    return Memory(
        state=ReviewStage(row.state),
        stability=row.stability,
        difficulty=row.difficulty,
        due_at=row.due_at,
        last_review_at=at,
        reps=row.reps,
        lapses=row.lapses,
    )


def scheduling_of(settings: UserSettings) -> tuple[Any, ...]:
    """What of somebody's settings their schedule depends on."""
    return tuple(getattr(settings, name) for name in sorted(SCHEDULING))


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


def _baselines(question_ids: Collection[int]) -> Iterable[Any]:
    columns = "state", "stability", "difficulty", "due_at", "reviewed_at", "reps", "lapses"
    baselines = ReviewBaseline.objects.filter(question__in=question_ids)
    return baselines.only("question_id", *columns)


def _write(derived: dict[int, Derived], owner_id: int) -> None:
    rows = [Question(pk=pk, owner_id=owner_id, **found.counters) for pk, found in derived.items()]
    if len(rows) == 1:
        Question.objects.filter(pk=rows[0].pk).update(**derived[rows[0].pk].counters)
    else:
        update_each(rows, COUNTERS)
    ReviewState.objects.bulk_create(
        [derived[row.pk].review_of(row) for row in rows],
        update_conflicts=True,
        unique_fields=["question"],
        update_fields=REVIEWED,
    )
