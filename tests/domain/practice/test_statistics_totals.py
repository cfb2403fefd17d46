"""Attempts counted together, by difficulty and by mistake."""

from datetime import timedelta

import pytest

from domain.practice.models import Mistake
from domain.practice.statistics import Attempts
from domain.practice.statistics.totals import (
    DifficultyTotals,
    MistakeCount,
    Totals,
    by_difficulty,
    mistakes,
    totals,
)
from domain.questions.models import Difficulty
from tests.domain.practice.attempting import attempted
from tests.factories import NOW, QuestionFactory

DAY = timedelta(days=1)


@pytest.fixture
def attempts(user):
    """What the person did in ten days."""
    return Attempts.of(user, user.settings, since=NOW.date() - 9 * DAY, until=NOW.date())


@pytest.fixture
def not_theirs(user, stranger, now):
    """Attempts that must not count: a stranger's, those in the trash, and one of another day."""
    mistake = {"mistakes": ["BUG"]}
    attempted(QuestionFactory(owner=stranger, difficulty=1), [now], **mistake)
    question = QuestionFactory(owner=user, difficulty=1)
    attempted(question, [now], deleted_at=now, deleted_by=user, **mistake)
    attempted(question, [now - 11 * DAY], **mistake)
    gone = QuestionFactory(owner=user, difficulty=1, deleted_at=now, deleted_by=user)
    attempted(gone, [now], **mistake)


def test_nothing_comes_to_nothing(attempts, not_theirs):
    assert totals(attempts) == Totals(0, 0, 0, 0)
    assert by_difficulty(attempts) == []
    assert mistakes(attempts) == []


def test_counts_attempts_and_questions(user, now, attempts, not_theirs):
    first, second = QuestionFactory.create_batch(2, owner=user)
    attempted(first, [now, now - DAY], duration_seconds=70)
    attempted(second, [now], outcome="FAILED", duration_seconds=None)
    attempted(second, [now], outcome="PARTIAL", duration_seconds=5)

    assert totals(attempts) == Totals(attempts=4, solved=2, questions=2, seconds=145)


def test_difficulties_come_in_their_order_with_rates_of_three_and_more(user, now, attempts):
    for difficulty, times in [(None, 1), (3, 3), (1, 2)]:
        question = QuestionFactory(owner=user, difficulty=difficulty)
        attempted(question, [now] * (times - 1), duration_seconds=60)
        attempted(question, [now], outcome="FAILED")

    found = by_difficulty(attempts)

    assert found == [
        DifficultyTotals(2, 1, 1, 60, Difficulty.EASY),
        DifficultyTotals(3, 2, 1, 120, Difficulty.HARD),
        DifficultyTotals(1, 0, 1, 0, None),
    ]
    assert [group.solved_rate for group in found] == [None, pytest.approx(2 / 3), None]


def test_every_mistake_is_counted_by_its_name(user, now, attempts, not_theirs):
    question = QuestionFactory(owner=user)
    for number, mistake in enumerate(Mistake):
        attempted(question, [now] * number, mistakes=[mistake.value])

    found = mistakes(attempts)

    expected = [MistakeCount(mistake, number) for number, mistake in enumerate(Mistake) if number]
    assert found == expected[::-1]


def test_an_attempt_counts_for_each_of_its_mistakes(user, now, attempts):
    question = QuestionFactory(owner=user)
    attempted(question, [now], mistakes=["TOO_SLOW", "BUG", "OUT_OF_TIME"])
    attempted(question, [now], mistakes=["BUG"])
    attempted(question, [now], mistakes=[])

    assert mistakes(attempts) == [
        MistakeCount(Mistake.BUG, 2),
        MistakeCount(Mistake.TOO_SLOW, 1),
        MistakeCount(Mistake.OUT_OF_TIME, 1),
    ]
