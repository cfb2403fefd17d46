"""What a question should show, worked out from its logs without any of our own code."""

from typing import Any

import fsrs

from domain.accounts.models import UserSettings
from domain.practice.models import QuestionLog
from domain.questions.models import Question

GRADES = {
    ("SOLVED", "NONE"): 3,
    ("SOLVED", "HINT"): 2,
    ("SOLVED", "EDITORIAL"): 1,
    ("PARTIAL", "NONE"): 1,
    ("PARTIAL", "HINT"): 1,
    ("PARTIAL", "EDITORIAL"): 1,
    ("FAILED", "NONE"): 1,
    ("FAILED", "HINT"): 1,
    ("FAILED", "EDITORIAL"): 1,
}
DERIVED = (
    "log_count",
    "solved_count",
    "total_seconds",
    "last_attempted_at",
    "last_outcome",
    "due_at",
)


def scheduler(**options: Any) -> fsrs.Scheduler:
    """The package's scheduler, set as the product wants it: our defaults unless given."""
    fixed: dict[str, Any] = {
        "learning_steps": (),
        "relearning_steps": (),
        "enable_fuzzing": False,
        "desired_retention": 0.9,
        "maximum_interval": 365,
    }
    return fsrs.Scheduler(**(fixed | options))


def stored(question: Question) -> dict[str, Any]:
    """What the question shows."""
    return Question.objects.values(*DERIVED).get(pk=question.pk)


def expected(question: Question) -> dict[str, Any]:
    """What it should show."""
    logs = list(
        QuestionLog.objects.filter(question=question, deleted_at=None).order_by(
            "attempted_at", "uid"
        )
    )
    return {
        "log_count": len(logs),
        "solved_count": len([log for log in logs if log.outcome == "SOLVED"]),
        "total_seconds": sum(log.duration_seconds or 0 for log in logs),
        "last_attempted_at": logs[-1].attempted_at if logs else None,
        "last_outcome": logs[-1].outcome if logs else None,
        "due_at": _due(question, [log for log in logs if log.counts_for_review]),
    }


def _due(question: Question, logs: list[QuestionLog]) -> Any:
    settings = UserSettings.objects.get(user=question.owner_id)
    options: dict[str, Any] = {
        "desired_retention": settings.desired_retention,
        "maximum_interval": settings.maximum_interval_days,
    }
    if settings.fsrs_parameters is not None:
        options["parameters"] = settings.fsrs_parameters
    card, set_so = fsrs.Card(card_id=1), scheduler(**options)
    for log in logs:
        grade = log.rating or GRADES[log.outcome, log.help]
        card, _ = set_so.review_card(card, fsrs.Rating(grade), log.attempted_at)
    return card.due if logs else None
