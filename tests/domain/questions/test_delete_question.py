"""A question is put in the trash."""

from datetime import timedelta

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from domain.questions.services.questions import delete_question, update_question
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionLogFactory, QuestionTagFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


def test_hides_it(question, user, now):
    deleted = delete_question(question=question, actor=user, at=now + HOUR)

    assert not Question.objects.live().exists()
    assert (deleted.deleted_at, deleted.deleted_by) == (now + HOUR, user)


def test_stamps_it(question, user, admin, now):
    delete_question(question=question, actor=admin, at=now + HOUR)

    question.refresh_from_db()
    assert (question.version, question.updated_at, question.updated_by) == (2, now + HOUR, admin)


def test_hides_its_logs_and_keeps_them(question, user, now):
    log = QuestionLogFactory(question=question)

    delete_question(question=question, actor=user, at=now)

    assert not QuestionLog.objects.live().exists()
    assert QuestionLog.objects.get(deleted_at=None) == log


def test_keeps_its_tags(question, user, now):
    QuestionTagFactory(question=question)

    delete_question(question=question, actor=user, at=now)

    assert question.tags.count() == 1


def test_leaves_other_questions(question, user, now):
    other = QuestionFactory(owner=user)

    delete_question(question=question, actor=user, at=now)

    assert Question.objects.live().get() == other


def test_is_recorded(question, user, now):
    delete_question(question=question, actor=user, at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.object_uid) == ("question.deleted", question.uid)


def test_happens_once(question, user, now):
    delete_question(question=Question.objects.get(), actor=user, at=now)

    with refused("not_found"):
        delete_question(question=question, actor=user, at=now + HOUR)

    assert Question.objects.get().deleted_at == now
    assert AuditEvent.objects.count() == 1


def test_counts_on_from_edits_made_meanwhile(question, user, now):
    update_question(question=Question.objects.get(), actor=user, at=now, title="Other")

    delete_question(question=question, actor=user, at=now)

    stored = Question.objects.get()
    assert (stored.title, stored.version) == ("Other", 3)
