"""A thousand random histories give what the ``fsrs`` package gives when it is driven directly."""

import csv
import io
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import fsrs
import pytest

from domain.accounts.models import User, UserSettings
from domain.practice.models import QuestionLog, ReviewState
from domain.practice.settling import settle
from domain.questions.models import Question
from tests.domain.practice.replay import GRADES, package_of
from tests.factories import NOW, UserFactory

PEOPLE, QUESTIONS_EACH = 20, 50
HEADER = ["card_id", "review_time", "review_rating", "review_state", "review_duration"]
PARAMETERS = list(
    zip(
        fsrs.scheduler.DEFAULT_PARAMETERS,
        fsrs.scheduler.LOWER_BOUNDS_PARAMETERS,
        fsrs.scheduler.UPPER_BOUNDS_PARAMETERS,
        strict=True,
    )
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
YEARS_2 = timedelta(days=730) // MILLISECOND
pytestmark = pytest.mark.django_db


def settings_of(person: User, chance: Random) -> UserSettings:
    """Retention, longest interval and, for two of three, parameters by chance."""
    settings = person.settings
    settings.desired_retention = chance.uniform(0.70, 0.97)
    settings.maximum_interval_days = chance.choice([1, 30, 365, 36_500])
    if chance.random() < 2 / 3:
        settings.fsrs_parameters = [
            min(max(usual * chance.uniform(0.7, 1.4), least), most)
            for usual, least, most in PARAMETERS
        ]
    settings.full_clean(exclude=["user"])
    settings.save()
    return settings


def attempts_at(question: Question, chance: Random) -> list[QuestionLog]:
    """One to twelve attempts within two years, some on one day, in no order; some do not count."""
    moments = {NOW - timedelta(milliseconds=chance.randrange(YEARS_2))}
    while len(moments) < chance.randint(1, 12):
        last = max(moments)
        moments.add(min(NOW, last + timedelta(hours=chance.randrange(12 * chance.choice([1, 90])))))
        moments.add(NOW - timedelta(milliseconds=chance.randrange(YEARS_2)))
    logs = [attempt(question, moment, chance) for moment in moments]
    chance.shuffle(logs)
    return logs


def attempt(question: Question, moment: datetime, chance: Random) -> QuestionLog:
    outcome, help_used = chance.choice(list(GRADES))
    return QuestionLog(
        owner_id=question.owner_id,
        question=question,
        attempted_at=moment,
        outcome=outcome,
        help=help_used,
        rating=chance.choice([None, 1, 2, 3, 4]),
        duration_seconds=chance.choice([None, 1, 1800]),
        counts_for_review=chance.random() < 0.9,
    )


@pytest.fixture
def histories() -> list[UserSettings]:
    """Settings of people who have a thousand questions with random histories, all settled."""
    chance = Random(20260302)
    everybody = [settings_of(person, chance) for person in UserFactory.create_batch(PEOPLE)]
    for settings in everybody:
        questions = Question.objects.bulk_create(
            Question(owner_id=settings.user_id, title=f"{n}", slug=f"{n}")
            for n in range(QUESTIONS_EACH)
        )
        logs = [log for question in questions for log in attempts_at(question, chance)]
        QuestionLog.objects.bulk_create(logs)
        settle([question.pk for question in questions], settings=settings)
    return everybody


def counted(settings: UserSettings) -> list[QuestionLog]:
    logs = QuestionLog.objects.filter(owner=settings.user_id, counts_for_review=True)
    return list(logs.order_by("attempted_at", "uid"))


def stored(settings: UserSettings) -> dict[int, tuple[Any, ...]]:
    """What is remembered of each question of a person that has a review."""
    states = ReviewState.objects.filter(owner=settings.user_id, reps__gt=0)
    columns = "question_id", "state", "stability", "difficulty", "due_at", "last_review_at"
    return {pk: tuple(values) for pk, *values in states.values_list(*columns)}


def shown(card: fsrs.Card) -> tuple[Any, ...]:
    return int(card.state), card.stability, card.difficulty, card.due, card.last_review


def test_over_the_attempts(histories):
    compared = 0

    for settings in histories:
        package = package_of(settings)
        cards: dict[int, fsrs.Card] = {}
        for log in counted(settings):
            card = cards.get(log.question_id) or fsrs.Card(card_id=log.question_id)
            grade = fsrs.Rating(log.rating or GRADES[log.outcome, log.help])
            cards[log.question_id], _ = package.review_card(card, grade, log.attempted_at)
        compared += len(cards)
        assert stored(settings) == {pk: shown(card) for pk, card in cards.items()}

    never_counted = PEOPLE * QUESTIONS_EACH - compared
    assert ReviewState.objects.filter(state=0).count() == never_counted < 50


def written(settings: UserSettings) -> str:
    """A person's counted attempts in the layout that FSRS programs exchange."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER)
    seen: set[int] = set()
    for log in counted(settings):
        milliseconds = (log.attempted_at - EPOCH) // MILLISECOND
        rating = log.rating or GRADES[log.outcome, log.help]
        state = 2 if log.question_id in seen else 0
        duration = "" if log.duration_seconds is None else log.duration_seconds * 1000
        writer.writerow([log.question_id, milliseconds, int(rating), state, duration])
        seen.add(log.question_id)
    return file.getvalue()


def test_over_the_review_log_as_csv(histories):
    for settings in histories:
        rows = csv.DictReader(io.StringIO(written(settings)))
        reviews: dict[int, list[fsrs.ReviewLog]] = {}
        for row in rows:
            assert list(row) == HEADER
            at = EPOCH + int(row["review_time"]) * MILLISECOND
            duration = int(row["review_duration"]) if row["review_duration"] else None
            grade = fsrs.Rating(int(row["review_rating"]))
            review = fsrs.ReviewLog(int(row["card_id"]), grade, at, duration)
            reviews.setdefault(review.card_id, []).append(review)

        package = package_of(settings)
        cards = {pk: package.reschedule_card(fsrs.Card(card_id=pk), reviews[pk]) for pk in reviews}

        assert stored(settings) == {pk: shown(card) for pk, card in cards.items()}
