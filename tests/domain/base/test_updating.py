"""``update_each`` writes to every row its own values."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from domain.base.updating import update_each
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.factories import QuestionFactory, QuestionLogFactory

pytestmark = pytest.mark.django_db


def test_writes_to_each_row_its_own_values(user, now):
    questions = QuestionFactory.create_batch(3, owner=user)
    for number, question in enumerate(questions):
        question.title, question.log_count = f"It's 100 % no. {number}", number
        question.due_at = now + timedelta(days=number, microseconds=1) if number else None

    update_each(questions, ["title", "log_count", "due_at"])

    stored = Question.objects.order_by("pk").values_list("title", "log_count", "due_at")
    assert list(stored) == [
        ("It's 100 % no. 0", 0, None),
        ("It's 100 % no. 1", 1, now + timedelta(days=1, microseconds=1)),
        ("It's 100 % no. 2", 2, now + timedelta(days=2, microseconds=1)),
    ]


def test_writes_a_column_of_nothing_but_nulls(user, now):
    questions = QuestionFactory.create_batch(2, owner=user, due_at=now, difficulty=2)
    for question in questions:
        question.due_at = question.difficulty = None

    update_each(questions, ["due_at", "difficulty"])

    stored = Question.objects.values_list("due_at", "difficulty")
    assert list(stored) == [(None, None), (None, None)]


def test_writes_lists_and_links(user):
    log = QuestionLogFactory(question__owner=user, mistakes=["EDGE_CASE"])
    log.mistakes, log.updated_by = ["TIMEOUT", "EDGE_CASE"], None

    update_each([log], ["mistakes", "updated_by"])

    stored = QuestionLog.objects.get()
    assert (stored.mistakes, stored.updated_by) == (["TIMEOUT", "EDGE_CASE"], None)


def test_leaves_other_columns_and_rows_as_they_are(user):
    written, other = QuestionFactory.create_batch(2, owner=user, title="Two Sum")
    written.title, written.notes = "Three Sum", "Never stored"

    update_each([written], ["title"])

    written.refresh_from_db()
    other.refresh_from_db()
    assert (written.title, written.notes, other.title) == ("Three Sum", "", "Two Sum")


@pytest.mark.parametrize(("rows", "statements"), [(0, 0), (1, 1), (500, 1), (501, 2)])
def test_writes_hundreds_in_a_statement(rows, statements, user, django_assert_num_queries):
    questions = Question.objects.bulk_create(
        [Question(owner=user, title="Two Sum", slug=f"two-sum-{n}") for n in range(rows)]
    )

    with django_assert_num_queries(statements):
        update_each(questions, ["title", "search_words"])


def test_leaves_rows_alone_that_have_the_values_already(user, now):
    same, other = QuestionFactory.create_batch(2, owner=user, due_at=now, difficulty=None)
    other.due_at = now + timedelta(microseconds=1)

    with counting() as written:
        update_each([same, other], ["due_at", "difficulty"])
        update_each([same], ["title", "due_at"])

    assert written == [1, 0]


@contextmanager
def counting():
    """How many rows each statement wrote."""
    written = []

    def count(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        written.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        yield written
