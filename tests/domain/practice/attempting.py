"""Many attempts at once, for what is read from them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.practice.days import start_of_day
from domain.practice.models import QuestionLog
from domain.questions.models import Question


def attempted(question: Question, moments: Iterable[datetime], **values: Any) -> list[QuestionLog]:
    """Attempts at a question; nothing that follows from them is written."""
    return QuestionLog.objects.bulk_create(
        QuestionLog(
            owner=question.owner,
            question=question,
            attempted_at=at,
            **{"outcome": "SOLVED"} | values,
        )
        for at in moments
    )


def moments_of(first: date, last: date, timezone: str, day_start_hour: int) -> list[datetime]:
    """Moments of a person's days (UTC): all around the start of each, and some between."""
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 2)]
    starts = [start_of_day(day, timezone, day_start_hour).astimezone(UTC) for day in days]
    spread = [starts[0] + n * timedelta(hours=7, minutes=13) for n in range(4 * len(days))]
    nearby = [start + timedelta(microseconds=step) for start in starts for step in (-1, 0)]
    return sorted(at for at in {*spread, *nearby} if starts[0] <= at < starts[-1])
