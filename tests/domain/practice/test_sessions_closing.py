"""Sittings that are left alone close by themselves; what is deleted takes them along."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts import erasing
from domain.base import trash
from domain.lists.models import StudyList
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
)
from domain.practice.services.closing import close_abandoned
from domain.practice.services.sessions import pause_practice_session
from domain.practice.services.starting import start_practice_session
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.domain.practice.sittings import after, begun, items, proceed, questions
from tests.factories import NOW, PracticeSessionFactory, StudyListItemFactory, UserFactory

MOMENT = timedelta(microseconds=1)


def test_nothing_is_closed_before_its_time(user):
    session = begun(user, named=questions(user, 1), time_box_minutes=30)

    assert close_abandoned(at=session.closes_at - MOMENT) == 0
    assert PracticeSession.objects.get().finished_at is None


@pytest.mark.parametrize(("box", "hours"), [(None, 4), (30, 4.5), (1440, 28)])
def test_one_that_is_left_alone_ends_when_something_last_happened(box, hours, user):
    session = begun(user, named=questions(user, 2), time_box_minutes=box)
    proceed(session, 0, at=after(10))

    closed = close_abandoned(at=after(10) + timedelta(hours=hours))

    session.refresh_from_db()
    assert closed == 1
    assert (session.finished_at, session.is_abandoned) == (after(10), True)


def test_nothing_is_logged_for_the_shown_question(user):
    session = begun(user, named=questions(user, 1))

    close_abandoned(at=session.closes_at)

    (item,) = items(session)
    assert (item.started_at, item.ended_at, item.log) == (NOW, None, None)
    assert not QuestionLog.objects.exists()


def test_a_pause_ends_with_it(user):
    session = begun(user, named=questions(user, 1))
    paused = pause_practice_session(session=session, actor=user, at=after(5))

    close_abandoned(at=paused.closes_at)

    pause = PracticePause.objects.get()
    assert (pause.started_at, pause.ended_at) == (after(5), after(5))
    assert PracticeSession.objects.get().finished_at == after(5)


def test_finished_ones_stay_as_they_are(user):
    finished = PracticeSessionFactory(owner=user, finished_at=after(1))

    assert close_abandoned(at=finished.closes_at) == 0
    finished.refresh_from_db()
    assert (finished.finished_at, finished.is_abandoned) == (after(1), False)


def test_is_told_from_an_open_one_before_anybody_notes_it(user):
    session = PracticeSessionFactory(owner=user)
    open_at, over_at = session.closes_at - MOMENT, session.closes_at

    assert session.is_open(at=open_at)
    assert session.end(at=open_at) is None
    assert not session.is_open(at=over_at)
    assert session.has_closed_itself(at=over_at)
    assert session.end(at=over_at) == NOW
    assert not PracticeSession.objects.open(at=over_at).exists()
    assert PracticeSession.objects.over(at=over_at).get() == session


def test_many_take_as_many_statements_as_one(user):
    def statements(count: int) -> int:
        for _ in range(count):
            PracticeSessionFactory()
        with CaptureQueriesContext(connection) as captured:
            assert close_abandoned(at=after(10_000)) == count
        return len(captured)

    assert statements(1) == statements(20)


def test_are_closed_batch_by_batch(monkeypatch, db):
    monkeypatch.setattr("domain.practice.services.closing.BATCH", 2)
    for _ in range(5):
        PracticeSessionFactory()

    assert close_abandoned(at=after(10_000)) == 5
    assert PracticeSession.objects.filter(is_abandoned=True, finished_at=NOW).count() == 5


def test_an_account_takes_its_sessions_along(user, stranger):
    for person in (user, stranger):
        session = begun(person, named=questions(person, 2))
        proceed(session, 0, at=after(1))
        pause_practice_session(session=session, actor=person, at=after(2))

    erasing.erase([user.pk])

    assert PracticeSession.objects.get().owner == stranger
    assert PracticePause.objects.get().owner == stranger
    assert PracticeSessionItem.objects.filter(owner=stranger).count() == 2
    assert PracticeSessionItem.objects.count() == 2


def test_a_question_that_is_purged_takes_its_turn_along(db):
    owner = UserFactory()
    first, second = questions(owner, 2)
    session = begun(owner, named=[first, second])
    delete_question(question=first, actor=owner, at=after(1))

    trash.purge(Question, [first.pk])

    assert [item.question for item in items(session)] == [second]


def test_an_attempt_or_a_list_that_is_purged_leaves_the_session_behind(db):
    study_list = StudyListItemFactory().study_list
    session = start_practice_session(
        owner=study_list.owner, at=NOW, choice={"study_list": study_list}
    )
    proceed(session, 0, at=after(1))
    for rows in (StudyList.objects, QuestionLog.objects):
        rows.update(deleted_at=NOW)

    trash.purge(StudyList, [study_list.pk])
    trash.purge(QuestionLog, [QuestionLog.objects.get().pk])

    assert PracticeSession.objects.get().study_list is None
    assert [(item.log, item.measured_seconds) for item in items(session)] == [(None, 60)]
