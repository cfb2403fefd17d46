"""An attempt is put in the trash, and its question counts without it."""

from datetime import timedelta

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.practice.services.logs import delete_question_log
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.domain.practice.replay import expected, stored
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionLogFactory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_leaves_the_question_as_if_it_had_never_been(position, question, user, now):
    logs = [
        QuestionLogFactory(question=question, attempted_at=now - days * DAY, duration_seconds=days)
        for days in (9, 5, 1)
    ]

    deleted = delete_question_log(log=logs[position], actor=user, at=now)

    assert stored(question) == expected(question)
    assert stored(question)["log_count"] == 2
    assert deleted.question.log_count == 2


def test_leaves_a_question_without_attempts_as_new(question, user, now):
    fresh = stored(question)
    log = QuestionLogFactory(question=question)
    assert stored(question) != fresh

    delete_question_log(log=log, actor=user, at=now)

    assert stored(question) == fresh


def test_hides_and_stamps_it(question, user, now):
    log = QuestionLogFactory(question=question)

    deleted = delete_question_log(log=log, actor=user, at=now + HOUR)

    assert not QuestionLog.objects.live().exists()
    assert (deleted.deleted_at, deleted.deleted_by) == (now + HOUR, user)
    assert (deleted.version, deleted.updated_at) == (2, now + HOUR)


def test_happens_once(question, user, now):
    log = QuestionLogFactory(question=question)
    delete_question_log(log=QuestionLog.objects.get(), actor=user, at=now)

    with refused("not_found"):
        delete_question_log(log=log, actor=user, at=now + HOUR)

    assert QuestionLog.objects.get().deleted_at == now
    assert AuditEvent.objects.get().verb == "question_log.deleted"


def test_is_refused_in_a_question_that_was_deleted(question, user, now):
    log = QuestionLogFactory(question=question)
    delete_question(question=Question.objects.get(), actor=user, at=now)

    with refused("not_found"):
        delete_question_log(log=log, actor=user, at=now)

    assert QuestionLog.objects.get().deleted_at is None
