"""How well a person does with the questions of each tag."""

import random
from datetime import timedelta
from statistics import mean, median

import pytest

from domain.practice.models import ReviewState
from domain.practice.recall import Curve
from domain.practice.statistics import Attempts, TagScores
from domain.practice.statistics import tags as tag_scores
from domain.practice.statistics.tags import Average
from domain.questions.models import Question
from tests.domain.practice.attempting import attempted
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)

DAY = timedelta(days=1)


def scores_of(user, questions=None):
    attempts = Attempts.of(user, user.settings, since=NOW.date() - 99 * DAY, until=NOW.date())
    questions = Question.objects.live().owned_by(user) if questions is None else questions
    return TagScores(attempts, questions, NOW)


def score_of(user, tag, **options):
    (score,) = [score for score in scores_of(user, **options).rows if score.tag_id == tag.pk]
    return score


def tagged(tag, **values):
    return QuestionTagFactory(question=QuestionFactory(owner=tag.owner, **values), tag=tag).question


def test_tags_with_most_attempts_come_first(user, now):
    rare, frequent, older, unused = TagFactory.create_batch(4, owner=user)
    attempted(tagged(rare), [now])
    attempted(tagged(frequent), [now, now], outcome="FAILED")
    attempted(tagged(frequent), [now])
    attempted(tagged(older), [now, now - 200 * DAY])
    tagged(unused)

    rows = scores_of(user).rows

    assert [(row.tag_id, row.attempts, row.solved) for row in rows] == [
        (frequent.pk, 3, 1),
        (rare.pk, 1, 1),
        (older.pk, 1, 1),
    ]


def test_an_attempt_counts_for_each_tag_of_its_question(user, now):
    first, second = TagFactory.create_batch(2, owner=user)
    question = tagged(first)
    QuestionTagFactory(question=question, tag=second)
    attempted(question, [now, now])

    assert [(row.tag_id, row.attempts) for row in scores_of(user).rows] == [
        (first.pk, 2),
        (second.pk, 2),
    ]


def test_leaves_out_strangers_and_the_trash(user, stranger, now):
    attempted(tagged(TagFactory(owner=stranger)), [now])
    attempted(tagged(TagFactory(owner=user, deleted_at=now, deleted_by=user)), [now])
    tag = TagFactory(owner=user)
    attempted(tagged(tag, deleted_at=now, deleted_by=user), [now])
    attempted(tagged(tag), [now], deleted_at=now, deleted_by=user)

    assert scores_of(user).rows == []
    assert scores_of(user).recalls == {}
    assert scores_of(user).medians == {}


def test_no_more_tags_than_promised(user, now, monkeypatch):
    monkeypatch.setattr(tag_scores, "MOST_TAGS", 2)
    for tag in TagFactory.create_batch(3, owner=user):
        attempted(tagged(tag), [now])

    assert len(scores_of(user).rows) == 2


def test_fewer_than_three_attempts_have_no_score(user, now):
    tag = TagFactory(owner=user)
    question = tagged(tag)
    for n in range(2):
        QuestionLogFactory(question=question, attempted_at=now - n * DAY, duration_seconds=60)

    few = score_of(user, tag)
    QuestionLogFactory(question=question, attempted_at=now - 3 * DAY, outcome="FAILED")
    enough = score_of(user, tag)

    assert (few.solved_rate, few.recall, few.minutes) == (None, Average(None, 1), Average(None, 2))
    assert enough.solved_rate == pytest.approx(2 / 3)
    assert enough.recall.value is not None
    assert enough.minutes == Average(None, 2)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        ([60, 60, 60], 1),
        ([30, 6000, 90], 1.5),
        ([1, 2, 4, 9000], 0.05),
        ([0, 0, 120, 120], 1),
        ([300, 0, 0, 0, 0], 0),
        ([86_400, 86_399, 86_398, 86_397], 86_398.5 / 60),
    ],
)
def test_median_is_the_time_in_the_middle(seconds, minutes, user, now):
    tag = TagFactory(owner=user)
    question = tagged(tag)
    for time in seconds:
        attempted(question, [now], duration_seconds=time)
    attempted(question, [now, now], duration_seconds=None)

    assert score_of(user, tag).minutes == Average(pytest.approx(minutes), len(seconds))


def test_medians_of_several_tags_are_not_mixed_up(user, now):
    chance = random.Random(4)
    tags = TagFactory.create_batch(3, owner=user)
    times = {tag.pk: [] for tag in tags}
    for _ in range(9):
        question = QuestionFactory(owner=user)
        chosen = chance.sample(tags, 2)
        for tag in chosen:
            QuestionTagFactory(question=question, tag=tag)
        for _ in range(chance.randint(1, 4)):
            seconds = chance.choice([10, 10, 20, 333, 4000])
            attempted(question, [now], duration_seconds=seconds)
            for tag in chosen:
                times[tag.pk].append(seconds)

    found = scores_of(user).medians

    assert found == {
        pk: Average(pytest.approx(median(seconds) / 60), len(seconds))
        for pk, seconds in times.items()
    }


def test_recall_is_the_mean_over_questions_in_play(user, now):
    tag = TagFactory(owner=user)
    questions = [tagged(tag) for _ in range(3)]
    for age, question in zip([40, 9, 2], questions, strict=True):
        QuestionLogFactory(question=question, attempted_at=now - age * DAY)
    hidden = [{"is_suspended": True}, {"postponed_until": now + DAY}]
    for values in hidden:
        suspended = QuestionLogFactory(question=tagged(tag)).question
        ReviewState.objects.filter(question=suspended).update(**values)
    QuestionLogFactory(question=tagged(tag, is_archived=True))
    tagged(tag)

    found = score_of(user, tag).recall

    curve = Curve.of(user.settings)
    chances = [
        curve.recall(stability=state.stability, days=(now - state.last_review_at).days)
        for state in ReviewState.objects.filter(question__in=questions)
    ]
    assert found == Average(pytest.approx(mean(chances), abs=1e-12), 3)
    assert 0.5 < found.value < 0.99


def test_recall_looks_at_the_given_questions_only(user):
    tag = TagFactory(owner=user)
    easy, hard = tagged(tag, difficulty=1), tagged(tag, difficulty=3)
    for question in (easy, hard):
        QuestionLogFactory.create_batch(2, question=question)

    found = score_of(user, tag, questions=Question.objects.filter(pk=easy.pk))

    assert found.recall.sample_size == 1
