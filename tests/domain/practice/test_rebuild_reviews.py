"""``manage.py rebuild_reviews`` finds what does not follow from the attempts, and heals it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice import rebuilding
from domain.practice.models import ReviewState
from domain.practice.services.baselines import set_review_baseline
from domain.practice.services.reviews import suspend_question
from domain.questions.models import Question
from tests.domain.practice.replay import expected, stored
from tests.factories import NOW, QuestionFactory, QuestionLogFactory
from tests.schema.tables import dump, nothing_changes

DAY = timedelta(days=1)


@pytest.fixture
def run(capsys):
    """Run the command; give the lines that it prints."""

    def rebuild(*arguments: str) -> list[str]:
        capsys.readouterr()
        call_command("rebuild_reviews", *arguments)
        return capsys.readouterr().out.splitlines()

    return rebuild


@pytest.fixture
def questions(user):
    """One that was never attempted, one with a baseline, two with attempts."""
    untouched, from_elsewhere, *attempted = QuestionFactory.create_batch(4, owner=user)
    known = {"stability": 9.0, "difficulty": 5.0, "reviewed_at": NOW - 9 * DAY}
    set_review_baseline(question=from_elsewhere, actor=user, at=NOW, **known)
    for question in attempted:
        QuestionLogFactory(question=question, attempted_at=NOW - 20 * DAY)
        QuestionLogFactory(question=question, attempted_at=NOW - DAY, duration_seconds=60)
    return [untouched, from_elsewhere, *attempted]


def corrupt_state(column, value):
    def corrupt(question):
        ReviewState.objects.filter(question=question).update(**{column: value})

    return corrupt


def corrupt_counter(column, value):
    def corrupt(question):
        Question.objects.filter(pk=question.pk).update(**{column: value})

    return corrupt


CORRUPTIONS = [
    corrupt_state("stability", 1.5),
    corrupt_state("difficulty", 9.5),
    corrupt_state("due_at", NOW),
    corrupt_state("last_review_at", NOW),
    corrupt_state("state", 3),
    corrupt_state("reps", 7),
    corrupt_state("lapses", 7),
    corrupt_state("is_leech", True),
    corrupt_counter("log_count", 9),
    corrupt_counter("solved_count", 1),
    corrupt_counter("total_seconds", 61),
    corrupt_counter("last_attempted_at", None),
    corrupt_counter("last_outcome", "FAILED"),
    corrupt_counter("due_at", None),
    lambda question: ReviewState.objects.filter(question=question).delete(),
]


def test_finds_nothing_where_nothing_is_wrong(run, questions):
    with nothing_changes():
        assert run("--check") == ["4 questions looked at", "0 questions differed"]
        assert run() == ["4 questions looked at", "0 questions differed, corrected"]


@pytest.mark.parametrize("number", range(len(CORRUPTIONS)))
def test_heals_what_check_finds(number, run, questions, user):
    question = questions[2]
    before = dump()
    CORRUPTIONS[number](question)

    with nothing_changes(), pytest.raises(CommandError, match="^1 questions differ "):
        run("--check")
    assert run() == ["4 questions looked at", "1 questions differed, corrected"]

    assert run("--check") == ["4 questions looked at", "0 questions differed"]
    assert stored(question) == expected(question)
    if number < len(CORRUPTIONS) - 1:  # the last one removed a row, which has another number now
        assert dump() == before


def test_heals_a_baseline_and_a_question_that_was_never_attempted(run, questions):
    for question in questions[:2]:
        corrupt_counter("due_at", NOW + DAY)(question)
    corrupt_state("stability", 2.0)(questions[1])

    assert run()[1] == "2 questions differed, corrected"

    assert [stored(question) for question in questions] == [expected(q) for q in questions]


def test_leaves_what_the_person_decided(run, questions, user):
    suspend_question(question=questions[2], actor=user, at=NOW)
    ReviewState.objects.filter(question=questions[2]).update(reps=9, postponed_until=NOW + DAY)

    run()

    state = ReviewState.objects.get(question=questions[2])
    assert (state.reps, state.is_suspended, state.postponed_until) == (2, True, NOW + DAY)


def test_looks_into_the_trash(run, questions):
    Question.objects.filter(pk=questions[2].pk).update(deleted_at=NOW)
    corrupt_state("reps", 9)(questions[2])

    assert run()[1] == "1 questions differed, corrected"

    assert stored(questions[2]) == expected(questions[2])


def test_looks_at_one_person_if_asked(run, questions, stranger):
    other = QuestionLogFactory(question__owner=stranger).question
    corrupt_state("reps", 9)(other)

    assert run("--user", " USER@example.com") == [
        "4 questions looked at",
        "0 questions differed, corrected",
    ]
    assert ReviewState.objects.get(question=other).reps == 9
    assert run() == ["5 questions looked at", "1 questions differed, corrected"]


def test_each_question_is_replayed_with_its_owners_settings(run, questions, stranger):
    QuestionLogFactory(question__owner=stranger)
    type(stranger.settings).objects.filter(user=stranger).update(desired_retention=0.75)

    assert run()[1] == "1 questions differed, corrected"
    assert run("--check")[1] == "0 questions differed"


def test_refuses_an_address_that_nobody_has(run, db):
    with pytest.raises(CommandError, match="no account with the address nobody@example.com"):
        run("--user", "nobody@example.com")


def test_works_in_batches(run, questions, monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    for question in questions[2:]:
        corrupt_state("reps", 9)(question)

    assert run() == ["4 questions looked at", "2 questions differed, corrected"]


def test_takes_as_many_statements_for_one_question_as_for_many(user):
    counts = []
    for missing in (1, 30):
        for log in QuestionLogFactory.create_batch(missing, question__owner=user):
            corrupt_state("reps", 9)(log.question)
        with CaptureQueriesContext(connection) as statements:
            batches = list(rebuilding.rebuild(user, correct=True))
        counts.append(len(statements))
        assert sum(len(batch.differing) for batch in batches) == missing

    assert counts == [13, 13]


def test_finds_nothing_in_what_the_project_invents(run, settings, db):
    settings.DEBUG = True
    call_command("create_fake_data", "--users=2", "--questions=10", "--demo", "--no-input")

    lines = run("--check")

    assert lines == [f"{Question.objects.count()} questions looked at", "0 questions differed"]
    assert ReviewState.objects.filter(reps__gt=1).exists()
