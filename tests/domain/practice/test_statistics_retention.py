"""What was recalled at reviews, and how attempts were graded."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from domain.practice.models import QuestionLog, Rating
from domain.practice.scheduling import grade as grade_of
from domain.practice.statistics import Attempts, retention_by_age
from domain.practice.statistics.retention import RatingCount, Retention, ratings, reviewed, together
from tests.domain.practice.attempting import attempted
from tests.factories import NOW, QuestionFactory

DAY = timedelta(days=1)
TODAY = NOW.date()
AGES = [(0, 0), (1, 1), (2, 3), (4, 7), (8, 15), (16, 30), (31, 60), (61, None)]


def attempts_of(user, days=4000):
    return Attempts.of(user, user.settings, since=TODAY - days * DAY, until=TODAY)


def samples(user, **options):
    """Sample size and recalled reviews by the first day of the age, where there are any."""
    found = reviewed(attempts_of(user, **options))
    return {age.from_days: (age.sample_size, age.recalled) for age in found if age.sample_size}


def worked_out(logs, chosen):
    """The same for logs in any order, one by one."""
    seen, found = {}, {}
    for log in sorted(logs, key=lambda log: (log.attempted_at, log.uid)):
        before = seen.get(log.question_id)
        if not log.counts_for_review:
            continue
        seen[log.question_id] = log.attempted_at
        if before is None or not chosen(log):
            continue
        days = (log.attempted_at - before).days
        age = max(begin for begin, _ in AGES if begin <= days)
        rating = grade_of(outcome=log.outcome, help_used=log.help, rating=log.rating)
        sample, recalled = found.get(age, (0, 0))
        found[age] = sample + 1, recalled + (rating is not Rating.AGAIN)
    return found


def random_history(user, seed):
    chance = random.Random(seed)
    gaps = [0, 1, 3, 5, 10, 20, 40, 70]
    for question in QuestionFactory.create_batch(4, owner=user):
        at = NOW - 450 * DAY
        for _ in range(25):
            at += chance.choice(gaps) * DAY + timedelta(minutes=chance.randint(0, 1439))
            if at > NOW:
                break
            attempted(
                question,
                [at],
                outcome=chance.choice(["SOLVED", "SOLVED", "PARTIAL", "FAILED"]),
                help=chance.choice(["NONE", "NONE", "HINT", "EDITORIAL"]),
                rating=chance.choice([None, None, 1, 2, 3, 4]),
                counts_for_review=chance.random() < 0.8,
            )


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_counting_one_by_one(seed, user):
    random_history(user, seed)
    logs = list(QuestionLog.objects.all())

    found = samples(user)

    assert sum(size for size, _ in found.values()) > 20
    assert found == worked_out(logs, lambda log: True)


@pytest.mark.parametrize("seed", range(3))
def test_compares_with_attempts_outside_of_range_and_filter(seed, user):
    random_history(user, seed)
    logs = list(QuestionLog.objects.all())
    attempts = attempts_of(user, days=250)
    solved = replace(attempts, every=attempts.every.filter(outcome="SOLVED"))

    in_range = {a.from_days: (a.sample_size, a.recalled) for a in reviewed(attempts)}
    filtered = {a.from_days: (a.sample_size, a.recalled) for a in reviewed(solved)}

    none = {begin: (0, 0) for begin, _ in AGES}
    assert in_range == none | worked_out(logs, lambda log: log.attempted_at >= attempts.begin)
    assert filtered == none | worked_out(
        logs, lambda log: log.attempted_at >= attempts.begin and log.outcome == "SOLVED"
    )
    assert sum(size for size, _ in filtered.values()) > 5
    assert filtered != in_range


@pytest.mark.parametrize(
    ("gap", "age"),
    [
        (timedelta(hours=23, minutes=59), 0),
        (DAY, 1),
        (2 * DAY - timedelta(microseconds=1), 1),
        (2 * DAY, 2),
        (4 * DAY, 4),
        (8 * DAY - timedelta(microseconds=1), 4),
        (16 * DAY, 16),
        (31 * DAY, 31),
        (61 * DAY - timedelta(microseconds=1), 31),
        (61 * DAY, 61),
        (3000 * DAY, 61),
    ],
)
def test_age_is_the_whole_days_since_the_attempt_before(gap, age, user, now):
    attempted(QuestionFactory(owner=user), [now, now - gap])

    assert samples(user) == {age: (1, 1)}


def test_first_attempt_that_counts_is_no_review(user, now):
    question = QuestionFactory(owner=user)
    attempted(question, [now - 9 * DAY], counts_for_review=False)
    attempted(question, [now - 5 * DAY, now - 3 * DAY], outcome="FAILED")
    attempted(question, [now - DAY], counts_for_review=False)
    attempted(question, [now])

    assert samples(user) == {2: (2, 1)}


def test_attempts_of_one_moment_come_one_after_the_other(user, now):
    attempted(QuestionFactory(owner=user), [now, now, now])

    assert samples(user) == {0: (2, 2)}


def test_leaves_out_strangers_and_the_trash(user, stranger, now):
    attempted(QuestionFactory(owner=stranger), [now, now - DAY])
    attempted(QuestionFactory(owner=user), [now, now - DAY], deleted_at=now, deleted_by=user)
    gone = QuestionFactory(owner=user, deleted_at=now, deleted_by=user)
    attempted(gone, [now, now - DAY])
    kept = QuestionFactory(owner=user)
    attempted(kept, [now, now - 9 * DAY])
    attempted(kept, [now - DAY], deleted_at=now, deleted_by=user)

    assert samples(user) == {8: (1, 1)}


def test_curve_has_every_age_from_a_day_on(user, now):
    attempted(QuestionFactory(owner=user), [now, now - timedelta(hours=1), now - 2 * DAY])

    found = retention_by_age(owner=user, settings=user.settings, since=TODAY - 9 * DAY, until=TODAY)

    assert [(age.from_days, age.to_days) for age in found] == AGES[1:]
    assert [age.rate for age in found] == [1.0, None, None, None, None, None, None]


def test_ages_together_are_the_true_retention(user, now):
    question = QuestionFactory(owner=user)
    attempted(question, [now - 9 * DAY, now - timedelta(hours=1)])
    attempted(question, [now, now - DAY], outcome="FAILED")

    found = together(reviewed(attempts_of(user)))

    assert found == Retention(sample_size=3, recalled=1)
    assert found.rate == pytest.approx(1 / 3)
    assert together(reviewed(attempts_of(user, days=-1))).rate is None


def test_database_grades_as_the_scheduler_does(user, now):
    cases = list(
        product(["SOLVED", "PARTIAL", "FAILED"], ["NONE", "HINT", "EDITORIAL"], [None, 1, 2, 3, 4])
    )
    expected = Counter()
    question = QuestionFactory(owner=user)
    for number, (outcome, help_used, rating) in enumerate(cases):
        # As many of each as its number says, so that no two could change places unseen.
        times = number + 1
        attempted(question, [now] * times, outcome=outcome, help=help_used, rating=rating)
        expected[grade_of(outcome=outcome, help_used=help_used, rating=rating)] += times

    assert ratings(attempts_of(user)) == [
        RatingCount(rating, expected[rating]) for rating in Rating
    ]


def test_grades_are_told_even_if_there_are_none(user):
    assert ratings(attempts_of(user)) == [RatingCount(rating, 0) for rating in Rating]
