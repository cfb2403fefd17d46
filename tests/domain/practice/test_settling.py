"""Counters and due dates follow from the logs, whatever was done and in whatever order."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.practice import settling
from domain.practice.models import QuestionLog
from domain.practice.services.baselines import (
    NoBaseline,
    remove_review_baseline,
    set_review_baseline,
)
from domain.practice.services.logs import (
    create_question_log,
    delete_question_log,
    update_question_log,
)
from domain.practice.services.settings import update_settings
from domain.practice.settling import lock, settle
from domain.questions.models import Question
from tests.domain.practice.replay import expected, stored
from tests.factories import NOW, QuestionFactory, QuestionLogFactory

DAY = timedelta(days=1)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_does_not_depend_on_the_order_of_logging(order, user, now):
    attempts = [
        {"attempted_at": now - 9 * DAY, "outcome": "SOLVED", "duration_seconds": 1},
        {"attempted_at": now - 5 * DAY, "outcome": "FAILED", "duration_seconds": 2},
        {"attempted_at": now - 1 * DAY, "outcome": "SOLVED", "rating": 4},
    ]
    in_order, shuffled = QuestionFactory(owner=user), QuestionFactory(owner=user)

    for position in range(3):
        create_question_log(question=in_order, actor=user, at=now, **attempts[position])
        create_question_log(question=shuffled, actor=user, at=now, **attempts[order[position]])

    assert stored(shuffled) == stored(in_order) == expected(shuffled)
    assert stored(shuffled)["last_attempted_at"] == now - DAY


def test_takes_attempts_of_one_moment_by_their_ids(user, now):
    question = QuestionFactory(owner=user)
    uids = sorted(log.uid for log in QuestionLogFactory.create_batch(2, question__owner=user))
    QuestionLog.objects.all().delete()

    create_question_log(question=question, actor=user, at=now, uid=uids[1], outcome="FAILED")
    create_question_log(question=question, actor=user, at=now, uid=uids[0], outcome="SOLVED")

    assert stored(question)["last_outcome"] == "FAILED"
    assert stored(question) == expected(question)


def test_settles_several_questions_in_four_statements(user):
    questions = QuestionFactory.create_batch(5, owner=user)
    for question in questions:
        QuestionLogFactory.create_batch(2, question=question)
    Question.objects.update(log_count=0, solved_count=0, due_at=None)

    with CaptureQueriesContext(connection) as statements:
        settle([question.pk for question in questions], settings=user.settings)

    read_and_written = [row["sql"] for row in statements if "SAVEPOINT" not in row["sql"]]
    assert len(read_and_written) == 4
    assert [stored(question) for question in questions] == [expected(q) for q in questions]


def test_settles_in_batches(user, monkeypatch):
    monkeypatch.setattr(settling, "BATCH", 2)
    questions = [QuestionLogFactory(question__owner=user).question for _ in range(5)]
    Question.objects.update(log_count=0, solved_count=0, due_at=None)

    settle([question.pk for question in questions], settings=user.settings)

    assert [stored(question) for question in questions] == [expected(q) for q in questions]


def test_settles_nothing_without_a_statement(user, django_assert_num_queries):
    assert user.settings

    with django_assert_num_queries(0):
        assert settle([], settings=user.settings) == {}


def test_locks_in_batches_and_tells_which_are_live(user, now, monkeypatch):
    monkeypatch.setattr(settling, "BATCH", 2)
    live = QuestionFactory.create_batch(3, owner=user)
    gone = QuestionFactory(owner=user, deleted_at=now)
    ids = [row.pk for row in [*live, gone]]

    assert lock([*ids, 10**9]) == {row.pk for row in live}


@pytest.mark.parametrize(
    "condition", [{"log_count": 1, "solved_count": 2}, {"log_count": 0, "solved_count": 1}]
)
def test_cannot_be_undone_past_the_database(condition, user):
    question = QuestionFactory(owner=user)

    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**condition)


moments = st.one_of(
    st.sampled_from([0, 1, 60 * 24, 60 * 24 * 30]), st.integers(0, 60 * 24 * 700)
).map(lambda minutes: NOW - timedelta(minutes=minutes))
outcome = {"outcome": st.sampled_from(["SOLVED", "PARTIAL", "FAILED"])}
more = {
    "attempted_at": moments,
    "help": st.sampled_from(["NONE", "HINT", "EDITORIAL"]),
    "rating": st.sampled_from([None, 1, 2, 3, 4]),
    "duration_seconds": st.one_of(st.none(), st.integers(0, 86_400)),
    "counts_for_review": st.booleans(),
}
lapses = st.integers(0, 9)
steps = st.one_of(
    st.tuples(st.just("create"), st.fixed_dictionaries(outcome, optional=more)),
    st.tuples(
        st.just("edit"), st.integers(0, 20), st.fixed_dictionaries({}, optional=outcome | more)
    ),
    st.tuples(st.just("delete"), st.integers(0, 20)),
    st.tuples(
        st.just("baseline"),
        st.fixed_dictionaries(
            {
                "stability": st.floats(0.001, 36_500),
                "difficulty": st.floats(1, 10),
                "reviewed_at": moments,
            },
            optional={"state": st.integers(1, 3), "reps": st.integers(1, 9), "lapses": lapses},
        ),
    ),
    st.tuples(st.just("remove baseline")),
    st.tuples(
        st.just("settings"),
        st.fixed_dictionaries(
            {},
            optional={
                "desired_retention": st.floats(0.7, 0.97),
                "maximum_interval_days": st.integers(1, 36_500),
            },
        ),
    ),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, min_size=1, max_size=10))
def test_holds_after_every_step_of_any_history(user, steps):
    question = QuestionFactory(owner=user)
    logs = []

    for kind, *arguments in steps:
        if kind == "create":
            logs.append(create_question_log(question=question, actor=user, at=NOW, **arguments[0]))
        elif kind == "settings":
            update_settings(user=user, at=NOW, **arguments[0])
        elif kind == "baseline":
            set_review_baseline(question=question, actor=user, at=NOW, **arguments[0])
        elif kind == "remove baseline":
            with suppress(NoBaseline):
                remove_review_baseline(question=question, actor=user, at=NOW)
        elif logs and kind == "edit":
            log = logs[arguments[0] % len(logs)]
            update_question_log(log=log, actor=user, at=NOW, **arguments[1])
        elif logs:
            log = logs.pop(arguments[0] % len(logs))
            delete_question_log(log=log, actor=user, at=NOW)

        assert stored(question) == expected(question)
