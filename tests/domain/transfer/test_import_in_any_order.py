"""However a history comes in, in which parts and in which order, it ends up as the same rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.practice.days import local_day
from domain.practice.models import QuestionLog, ReviewState
from domain.questions.models import Question
from domain.transfer.importing import import_questions
from domain.transfer.options import ImportOptions
from tests.domain.practice.replay import REVIEWED, expected, stored
from tests.domain.transfer.files import a_problem, codeforces, submission
from tests.factories import NOW, UserFactory

VERDICTS = ["OK", "OK", "WRONG_ANSWER", "PARTIAL", "COMPILATION_ERROR", None]
# Hours of few days, so that submissions share days and even seconds.
HOURS = st.integers(0, 80)


@st.composite
def histories(draw):
    """Rows of Codeforces, and parts of them: numbers of rows, overlapping, in any order."""
    numbers = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=14, unique=True))
    rows = [draw(rows_numbered(number)) for number in numbers]
    part = st.lists(st.sampled_from(range(len(rows))), unique=True, max_size=len(rows))
    return rows, draw(st.lists(part, max_size=4))


@st.composite
def rows_numbered(draw, number):
    """One submission; some rows of a problem leave out what others say."""
    problem = a_problem(draw(st.sampled_from("ABC")))
    for absent in draw(st.sets(st.sampled_from(["rating", "tags"]))):
        del problem[absent]
    moment = NOW - timedelta(days=30) + timedelta(hours=draw(HOURS))
    verdict = draw(st.sampled_from(VERDICTS))
    return submission(number, f"{moment:%Y-%m-%d %H:%M}", problem=problem, verdict=verdict)


def rows_of(owner):
    """Everything that an import stores and derives, by the ids that the file gives."""
    questions = {
        question.external_id: (
            *(question.title, question.url, question.difficulty, question.platform_rating),
            sorted(question.tags.values_list("kind", "name")),
            *(question.log_count, question.solved_count, question.total_seconds),
            *(question.last_attempted_at, question.last_outcome, question.due_at),
            ReviewState.objects.filter(question=question).values(*REVIEWED).first(),
        )
        for question in Question.objects.owned_by(owner)
    }
    logs = QuestionLog.objects.owned_by(owner).values_list(
        "external_id",
        "question__external_id",
        "attempted_at",
        "outcome",
        "language",
        "counts_for_review",
    )
    return questions, sorted(logs)


def import_rows(owner, rows, review_days=None):
    options = ImportOptions(review_days=review_days)
    return import_questions(owner=owner, content=codeforces(*rows), at=NOW, options=options)


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories(), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_parts_and_then_all_is_all_at_once(history, timezone):
    rows, parts = history
    with transaction.atomic():
        at_once, in_parts = UserFactory.create_batch(2)
        for owner in (at_once, in_parts):
            owner.settings.timezone = timezone
            owner.settings.save()

        import_rows(at_once, rows)
        for part in parts:
            import_rows(in_parts, [rows[index] for index in part])
        import_rows(in_parts, rows[::-1])

        assert rows_of(in_parts) == rows_of(at_once)
        for question in Question.objects.owned_by(in_parts):
            assert stored(question) == expected(question)
        again = import_rows(in_parts, rows)
        assert (again.created, again.updated) == (0, 0)
        transaction.set_rollback(True)


def counted_days(owner):
    """The days of each question on which an attempt counts, once for each that does."""
    own = owner.settings
    logs = QuestionLog.objects.owned_by(owner).filter(counts_for_review=True)
    return sorted(
        (log.question_id, local_day(log.attempted_at, own.timezone, own.day_start_hour))
        for log in logs
    )


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories(), st.lists(st.sampled_from([None, 0, 28, 29]), min_size=4, max_size=4))
def test_a_day_that_counts_goes_on_counting_once_whatever_counts_as_history(history, ages):
    rows, parts = history
    with transaction.atomic():
        owner, counted = UserFactory(), []
        for part, review_days in zip(parts, ages, strict=False):
            some = [rows[index] for index in part]
            import_rows(owner, some, review_days)

            before, counted = counted, counted_days(owner)
            assert len(counted) == len(set(counted))
            assert set(before) <= set(counted)
            for question in Question.objects.owned_by(owner):
                assert stored(question) == expected(question)
            again = import_rows(owner, some, review_days)
            assert (again.created, again.updated) == (0, 0)
        transaction.set_rollback(True)
