"""How one attempt goes: outcome, time, help, rating and mistakes, more kindly as people learn."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from domain.practice.models import Help, Mistake, Rating
from domain.questions.models import Difficulty, Outcome
from project.fake_data.patterns import NOTES, PATTERNS, Approach
from project.fake_data.people import Person
from project.fake_data.problems import Problem

_MINUTES = {Difficulty.EASY: 13.0, Difficulty.MEDIUM: 25.0, Difficulty.HARD: 41.0}
_ODDS = {Difficulty.EASY: -0.2, Difficulty.MEDIUM: -0.7, Difficulty.HARD: -1.3}
_HELPS = {Help.NONE: 0.0, Help.HINT: 0.3, Help.EDITORIAL: 0.5}
_MISTAKES = {
    Mistake.WRONG_APPROACH: 5,
    Mistake.EDGE_CASE: 5,
    Mistake.BUG: 4,
    Mistake.OFF_BY_ONE: 4,
    Mistake.OUT_OF_TIME: 3,
    Mistake.TOO_SLOW: 3,
    Mistake.SYNTAX: 2,
    Mistake.MISREAD: 2,
    Mistake.COMMUNICATION: 1,
    Mistake.TOO_MUCH_MEMORY: 1,
}


@dataclass(frozen=True)
class Situation:
    """What an attempt depends on.

    ``progress`` runs from 0 to 1 over the history; ``lateness`` is the time since the last attempt
    in intervals of the scheduler, 0 for the first attempt.
    """

    person: Person
    problem: Problem
    starts_at: datetime
    progress: float
    earlier_attempts: int
    lateness: float


@dataclass(frozen=True)
class Try:
    """One attempt, by the names of the columns of ``QuestionLog``."""

    attempted_at: datetime
    duration_seconds: int | None
    outcome: str
    rating: int | None
    help: str
    approach: str
    time_complexity: str
    space_complexity: str
    language: str
    notes: str
    mistakes: list[str]


def attempt(situation: Situation, rng: Random) -> Try:
    """What happens when this person tries this problem now."""
    help_used = _help(situation, rng)
    outcome = _outcome(situation, help_used, rng)
    seconds = _seconds(situation, outcome, rng)
    said = _approach(situation.problem, outcome, rng)
    return Try(
        attempted_at=situation.starts_at + timedelta(seconds=seconds),
        duration_seconds=seconds if rng.random() < 0.96 else None,
        outcome=outcome,
        rating=_rating(situation, outcome, help_used, seconds, rng),
        help=help_used,
        approach=said.idea,
        time_complexity=said.time,
        space_complexity=said.space,
        language=rng.choice(situation.person.languages),
        notes=rng.choice(NOTES) if rng.random() < 0.12 else "",
        mistakes=_mistakes(outcome, rng),
    )


def _help(situation: Situation, rng: Random) -> Help:
    need = 0.55 - 0.4 * situation.progress - 0.12 * situation.earlier_attempts
    if rng.random() >= need:
        return Help.NONE
    return Help.EDITORIAL if rng.random() < 0.45 else Help.HINT


def _outcome(situation: Situation, help_used: Help, rng: Random) -> Outcome:
    person = situation.person
    odds = person.talent + person.growth * situation.progress + _ODDS[situation.problem.difficulty]
    odds += 0.5 * min(situation.earlier_attempts, 5) + _HELPS[help_used]
    odds -= 0.3 * min(situation.lateness, 4.0)
    if rng.random() < 1 / (1 + math.exp(-odds)):
        return Outcome.SOLVED
    return Outcome.PARTIAL if rng.random() < 0.45 else Outcome.FAILED


def _typical_seconds(situation: Situation) -> float:
    practised: float = 0.87 ** min(situation.earlier_attempts, 4)
    return 60 * _MINUTES[situation.problem.difficulty] * situation.person.pace * practised


def _seconds(situation: Situation, outcome: Outcome, rng: Random) -> int:
    typical = _typical_seconds(situation) * (1.0 if outcome == Outcome.SOLVED else 1.3)
    return int(min(max(typical * rng.lognormvariate(0, 0.33), 120), 9_000))


def _rating(
    situation: Situation, outcome: Outcome, help_used: Help, seconds: int, rng: Random
) -> Rating | None:
    if rng.random() >= situation.person.rates:
        return None
    if outcome != Outcome.SOLVED or help_used == Help.EDITORIAL:
        return Rating.AGAIN
    effort = seconds / _typical_seconds(situation)
    if help_used == Help.HINT or effort > 1.4:
        return Rating.HARD
    return Rating.EASY if effort < 0.65 and situation.earlier_attempts > 1 else Rating.GOOD


def _mistakes(outcome: Outcome, rng: Random) -> list[str]:
    if outcome == Outcome.SOLVED and rng.random() < 0.85:
        return []
    chosen = rng.choices(list(_MISTAKES), weights=list(_MISTAKES.values()), k=rng.choice([1, 1, 2]))
    return [mistake.value for mistake in dict.fromkeys(chosen)]


def _approach(problem: Problem, outcome: Outcome, rng: Random) -> Approach:
    if outcome == Outcome.FAILED or rng.random() < 0.4:
        return Approach("", "", "")
    return rng.choice(PATTERNS[problem.pattern].approaches)
