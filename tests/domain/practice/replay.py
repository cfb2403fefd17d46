"""What a question should show, worked out from its logs without any of our own code."""

from typing import Any

import fsrs

from domain.accounts.models import UserSettings
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
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

NEW = {
    "state": 0,
    "stability": None,
    "difficulty": None,
    "due_at": None,
    "last_review_at": None,
    "reps": 0,
    "lapses": 0,
    "is_leech": False,
}
REVIEWED = tuple(NEW)


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
    """What the question and its review state show; NEW if there is none."""
    review = ReviewState.objects.filter(question=question).values(*REVIEWED).first()
    return Question.objects.values(*DERIVED).get(pk=question.pk) | {"review": review or NEW}


def expected(question: Question) -> dict[str, Any]:
    """What they should show."""
    logs = list(
        QuestionLog.objects.filter(question=question, deleted_at=None).order_by(
            "attempted_at", "uid"
        )
    )
    review = _review(question, [log for log in logs if log.counts_for_review])
    return {
        "log_count": len(logs),
        "solved_count": len([log for log in logs if log.outcome == "SOLVED"]),
        "total_seconds": sum(log.duration_seconds or 0 for log in logs),
        "last_attempted_at": logs[-1].attempted_at if logs else None,
        "last_outcome": logs[-1].outcome if logs else None,
        "due_at": review["due_at"],
        "review": review,
    }


def package_of(settings: UserSettings) -> fsrs.Scheduler:
    """The package's scheduler, set as a person wants it."""
    options: dict[str, Any] = {
        "desired_retention": settings.desired_retention,
        "maximum_interval": settings.maximum_interval_days,
    }
    if settings.fsrs_parameters is not None:
        options["parameters"] = settings.fsrs_parameters
    return scheduler(**options)


def _review(question: Question, logs: list[QuestionLog]) -> dict[str, Any]:
    package = package_of(UserSettings.objects.get(user=question.owner_id))
    card, reps, lapses = fsrs.Card(card_id=1), 0, 0
    if baseline := ReviewBaseline.objects.filter(question=question).first():
        card.state, card.step = fsrs.State(baseline.state), None if baseline.state == 2 else 0
        card.stability, card.difficulty = baseline.stability, baseline.difficulty
        card.due, card.last_review = baseline.due_at, baseline.reviewed_at
        reps, lapses = baseline.reps, baseline.lapses
        logs = [log for log in logs if log.attempted_at > baseline.reviewed_at]
    for log in logs:
        rating = log.rating or GRADES[log.outcome, log.help]
        card, _ = package.review_card(card, fsrs.Rating(rating), log.attempted_at)
        lapses += bool(rating == 1 and reps)
        reps += 1
    if not reps:
        return NEW
    return {
        "state": int(card.state),
        "stability": card.stability,
        "difficulty": card.difficulty,
        "due_at": card.due,
        "last_review_at": card.last_review,
        "reps": reps,
        "lapses": lapses,
        "is_leech": lapses >= 4,
    }
