"""The review log as FSRS optimizers read it: what the scheduler was told, and nothing else."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.accounts.models import User
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewStage
from domain.practice.scheduling import grade
from domain.transfer.exporting.batches import in_batches
from domain.transfer.exporting.practice import live_logs
from domain.transfer.exporting.questions import live_questions

HEADER = "card_id,review_time,review_rating,review_state,review_duration\r\n"
QUESTIONS_AT_ONCE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = ("question", "attempted_at", "outcome", "help", "rating", "duration_seconds")


def counted_logs(owner: User) -> Any:
    """The attempts that count as reviews."""
    return live_logs(owner).filter(counts_for_review=True)


def review_log(owner: User) -> Iterator[str]:
    """The counted attempts, line by line: question after question, each as it is replayed.

    A card is the question of its id. Times are milliseconds since 1970; a duration that was not
    measured is empty. What a baseline from another program includes is left out, as in the replay.
    """
    yield HEADER
    for batch in in_batches(live_questions(owner).only("uid"), "uid", size=QUESTIONS_AT_ONCE):
        questions = [question.pk for question in batch]
        baselines = ReviewBaseline.objects.filter(question__in=questions)
        starts = {row.question_id: row for row in baselines}
        logs = _logs(questions)
        for question in batch:
            yield from _lines(question.uid, logs[question.pk], starts.get(question.pk))


def _logs(questions: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = QuestionLog.objects.filter(
        question__in=questions, deleted_at=None, counts_for_review=True
    ).order_by("attempted_at", "uid")
    for question, *log in rows.values_list(*_COLUMNS):
        found[question].append(log)
    return found


def _lines(card: UUID, logs: list[Any], start: ReviewBaseline | None) -> Iterator[str]:
    state = ReviewStage.NEW if start is None else ReviewStage(start.state)
    for at, outcome, help_used, own_rating, duration in logs:
        if start is not None and at <= start.reviewed_at:
            continue
        rating = grade(outcome=outcome, help_used=help_used, rating=own_rating)
        milliseconds = (at - EPOCH) // timedelta(milliseconds=1)
        spent = "" if duration is None else duration * 1000
        yield f"{card},{milliseconds},{rating.value},{state.value},{spent}\r\n"
        # There are no learning steps: each review leads here.
        state = ReviewStage.REVIEW
