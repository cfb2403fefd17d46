"""The forgetting curve in SQL is the package's."""

from datetime import timedelta

import fsrs
import pytest

from domain.practice.models import ReviewState
from domain.practice.recall import Curve
from domain.questions.models import Question
from tests.domain.practice.replay import scheduler
from tests.factories import NOW, QuestionFactory, QuestionLogFactory

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
PASSED = [
    -DAY, timedelta(), MICROSECOND, DAY - MICROSECOND, DAY, DAY + MICROSECOND, 9.5 * DAY,
    400 * DAY - MICROSECOND, 400 * DAY, 9000 * DAY,
]  # fmt: skip
OWN = [*scheduler().parameters[:20], 0.35]


@pytest.mark.parametrize("parameters", [None, OWN])
@pytest.mark.parametrize("passed", PASSED)
def test_is_what_the_package_says(passed, parameters, user):
    log = QuestionLogFactory(
        question__owner=user, attempted_at=NOW - timedelta(microseconds=123_457)
    )
    state = ReviewState.objects.get(question=log.question)
    card = fsrs.Card(card_id=1, stability=state.stability, last_review=log.attempted_at)
    package = scheduler() if parameters is None else scheduler(parameters=parameters)
    curve = Curve.from_parameters(parameters)
    at = log.attempted_at + passed

    found = ReviewState.objects.values_list(curve.recall_at(at), flat=True).get()
    from_question = Question.objects.values_list(curve.recall_at(at, path="review__"), flat=True)

    expected = package.get_card_retrievability(card, at)
    assert found == from_question.get() == pytest.approx(expected, rel=1e-12)
    assert curve.recall(stability=state.stability, days=passed.days) == pytest.approx(expected)


def test_is_unknown_before_the_first_review(user):
    QuestionFactory(owner=user)

    recall = Curve.from_parameters(None).recall_at(NOW, path="review__")

    assert list(Question.objects.values_list(recall, flat=True)) == [None]


def test_falls_to_the_chance_after_the_days_that_it_says():
    curve = Curve.from_parameters(None)

    assert curve.days_until(0.9, stability=12.0) == pytest.approx(12.0)
    assert curve.recall(stability=10.0, days=round(curve.days_until(0.7, stability=10.0))) == (
        pytest.approx(0.7, abs=0.01)
    )
