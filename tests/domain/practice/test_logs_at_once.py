"""Two devices that write attempts at one question at the same moment lose nothing."""

from datetime import timedelta

import pytest

from domain.practice.models import QuestionLog
from domain.practice.services.logs import (
    create_question_log,
    delete_question_log,
    update_question_log,
)
from domain.questions.services.questions import update_question
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, stored
from tests.factories import NOW, QuestionFactory, QuestionLogFactory

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def test_every_write_counts_and_the_state_is_a_replay():
    question = QuestionFactory()
    logs = [
        QuestionLogFactory(question=question, attempted_at=NOW - days * DAY)
        for days in (40, 30, 20, 10)
    ]
    by = {"actor": question.owner, "at": NOW}

    outcomes = at_once(
        *[
            lambda days=days: create_question_log(
                question=question, attempted_at=NOW - days * DAY, outcome="SOLVED", **by
            )
            for days in (35, 25, 5)
        ],
        lambda: update_question_log(log=logs[0], outcome="FAILED", **by),
        lambda: update_question_log(log=logs[1], attempted_at=NOW - DAY, **by),
        lambda: delete_question_log(log=logs[2], **by),
        lambda: update_question(question=question, notes="mine", **by),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert QuestionLog.objects.live().count() == 6
    assert stored(question) == expected(question)
    question.refresh_from_db()
    assert (question.log_count, question.solved_count, question.notes) == (6, 5, "mine")
    assert question.last_attempted_at == NOW - DAY


def test_two_changes_of_one_attempt_are_both_kept():
    log = QuestionLogFactory()

    at_once(
        lambda: update_question_log(log=log, actor=log.owner, at=NOW, notes="mine"),
        lambda: update_question_log(log=log, actor=log.owner, at=NOW, duration_seconds=60),
    )

    log.refresh_from_db()
    assert (log.notes, log.duration_seconds, log.version) == ("mine", 60, 3)
    assert stored(log.question) == expected(log.question)
