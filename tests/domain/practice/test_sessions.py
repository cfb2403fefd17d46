"""Sittings from the first question to the end: answering, pausing, finishing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import PracticePause, PracticeSession, QuestionLog
from domain.practice.services import logs
from domain.practice.services.sessions import (
    MAX_PAUSES,
    Answer,
    finish_practice_session,
    pause_practice_session,
    resume_practice_session,
)
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.domain.practice.sittings import SOLVED, after, begun, items, logged, proceed, questions
from tests.domain.refusals import refused
from tests.factories import NOW


@pytest.fixture
def three(user) -> list[Question]:
    """New questions."""
    return questions(user, 3)


@pytest.fixture
def session(user, three) -> PracticeSession:
    """A session of three questions, begun at ``NOW`` with a box of an hour."""
    return begun(user, named=three, time_box_minutes=60)


def pause(session, at):
    return pause_practice_session(session=session, actor=session.owner, at=at)


def resume(session, at):
    return resume_practice_session(session=session, actor=session.owner, at=at)


def finish(session, at, **more):
    return finish_practice_session(session=session, actor=session.owner, at=at, **more)


def test_an_answer_is_logged_with_the_seconds_that_it_took(session, user, three):
    answer = Answer(
        outcome="PARTIAL", rating=2, help="HINT", approach="Two pointers", language="Python",
        time_complexity="O(n)", space_complexity="O(1)", notes="close", solution_code="pass",
        mistakes=["BUG"],
    )  # fmt: skip

    proceed(session, 0, at=after(12.5), answer=answer)

    log = QuestionLog.objects.get()
    assert (log.question, log.owner, log.created_by) == (three[0], user, user)
    assert (log.attempted_at, log.duration_seconds) == (after(12.5), 750)
    assert (log.outcome, log.rating, log.help, log.mistakes) == ("PARTIAL", 2, "HINT", ["BUG"])
    assert (log.approach, log.language, log.notes) == ("Two pointers", "Python", "close")
    three[0].refresh_from_db()
    assert (three[0].log_count, three[0].total_seconds) == (1, 750)


def test_the_next_question_is_shown_at_the_same_moment(session):
    proceed(session, 0, at=after(10))

    first, second, third = items(session)
    assert (first.ended_at, first.measured_seconds) == (after(10), 600)
    assert first.log == QuestionLog.objects.get()
    assert (second.started_at, second.ended_at, third.started_at) == (after(10), None, None)


def test_each_question_has_its_own_time(session, three):
    proceed(session, 0, at=after(10))
    proceed(session, 1, at=after(15))

    assert logged() == [(three[0].pk, 600), (three[1].pk, 300)]


def test_a_skipped_question_is_not_logged(session):
    proceed(session, 0, at=after(10), answer=None)

    first, second, _ = items(session)
    assert (first.ended_at, first.measured_seconds, first.log) == (after(10), 600, None)
    assert second.started_at == after(10)
    assert not QuestionLog.objects.exists()


def test_after_the_last_question_it_is_finished(session, three):
    for position in range(3):
        last = proceed(session, position, at=after(position + 1))

    assert (last.finished_at, last.is_abandoned) == (after(3), False)
    assert PracticeSession.objects.get().finished_at == after(3)
    assert logged() == [(question.pk, 60) for question in three]


def test_pauses_do_not_count(session, three):
    pause(session, after(5))
    resume(session, after(65))
    pause(session, after(66))
    resume(session, after(67))

    proceed(session, 0, at=after(70))
    proceed(session, 1, at=after(71))

    assert logged() == [(three[0].pk, (5 + 1 + 3) * 60), (three[1].pk, 60)]


def test_answering_ends_a_pause(session, three):
    pause(session, after(5))

    proceed(session, 0, at=after(30))

    assert logged() == [(three[0].pk, 300)]
    assert PracticePause.objects.get().ended_at == after(30)


def test_more_than_a_day_is_logged_as_a_day(user, session, three):
    PracticeSession.objects.update(closes_at=after(100 * 24 * 60))

    proceed(session, 0, at=after(99 * 24 * 60))

    assert logged() == [(three[0].pk, 86_400)]
    assert items(session)[0].measured_seconds == 86_400


def test_the_clock_on_the_wall_makes_no_difference(user, three):
    """New York skips an hour on 8 March at two o'clock."""
    zone = ZoneInfo("America/New_York")
    begin = NOW.replace(day=8, hour=6, minute=50)
    session = begun(user, named=three)
    PracticeSession.objects.update(started_at=begin, closes_at=begin + timedelta(hours=4))
    session.items.filter(position=0).update(started_at=begin)

    proceed(session, 0, at=(begin + timedelta(minutes=20)).astimezone(zone))

    assert logged() == [(three[0].pk, 1200)]


def test_a_clock_that_is_behind_takes_no_time_away(session, three):
    proceed(session, 0, at=after(10))

    second = proceed(session, 1, at=after(9))

    assert logged() == [(three[0].pk, 600), (three[1].pk, 0)]
    assert second.closes_at == after(10 + 60 + 4 * 60)


def test_everything_that_happens_puts_off_the_closing(session):
    waits = 60 + 4 * 60

    assert pause(session, after(1)).closes_at == after(1 + waits)
    assert resume(session, after(2)).closes_at == after(2 + waits)
    assert proceed(session, 0, at=after(3)).closes_at == after(3 + waits)


@pytest.mark.parametrize("position", [-1, 1, 2, 3, 2**31])
def test_only_the_shown_question_can_be_answered(position, session):
    with refused(position="not_current"):
        proceed(session, position, at=after(1))

    assert not QuestionLog.objects.exists()


def test_a_call_that_comes_twice_logs_once(session, three):
    proceed(session, 0, at=after(10))

    with refused(position="not_current"):
        proceed(session, 0, at=after(11))

    assert logged() == [(three[0].pk, 600)]
    assert items(session)[1].started_at == after(10)


def test_a_refused_answer_changes_nothing(session):
    pause(session, after(1))

    with refused(rating="invalid_choice"):
        proceed(session, 0, at=after(2), answer=Answer(outcome="SOLVED", rating=9))

    assert items(session)[0].ended_at is None
    assert PracticePause.objects.get().ended_at is None
    assert PracticeSession.objects.get().closes_at == session.closes_at + timedelta(minutes=1)


def test_a_question_that_is_deleted_before_its_turn_is_passed_over(session, user, three):
    delete_question(question=three[1], actor=user, at=after(1))

    proceed(session, 0, at=after(10))
    proceed(session, 2, at=after(15))

    assert logged() == [(three[0].pk, 600), (three[2].pk, 300)]
    assert PracticeSession.objects.get().finished_at == after(15)


def test_one_that_is_deleted_while_it_is_shown_gives_way_to_the_next(session, user, three):
    delete_question(question=three[0], actor=user, at=after(4))

    with refused(position="not_current"):
        proceed(session, 0, at=after(5))
    proceed(session, 1, at=after(10))

    first, second, third = items(session)
    assert logged() == [(three[1].pk, 360)]
    assert (first.ended_at, first.log, first.measured_seconds) == (after(10), None, None)
    assert (second.started_at, third.started_at) == (after(4), after(10))


def test_the_next_one_s_time_runs_from_there_through_a_pause(session, user, three):
    delete_question(question=three[0], actor=user, at=after(4))
    delete_question(question=three[1], actor=user, at=after(5))
    pause(session, after(7))
    resume(session, after(10))

    proceed(session, 2, at=after(11))

    assert logged() == [(three[2].pk, (2 + 1) * 60)]
    assert items(session)[2].started_at == after(5)


def test_one_that_is_deleted_for_good_while_it_is_shown_gives_way_too(session, three):
    three[0].delete()

    proceed(session, 1, at=after(10))

    assert logged() == [(three[1].pk, 600)]


def test_one_that_comes_back_from_the_trash_in_time_is_shown_again(session, user, three):
    delete_question(question=three[0], actor=user, at=after(4))
    Question.objects.update(deleted_at=None)

    proceed(session, 0, at=after(5))

    assert logged() == [(three[0].pk, 300)]


def test_without_any_question_left_it_can_still_be_finished(session):
    Question.objects.update(deleted_at=after(1))

    with refused(position="not_current"):
        proceed(session, 0, at=after(2))

    assert finish(session, after(3)).finished_at == after(3)


def test_finishing_logs_nothing_unless_something_is_said(session):
    finished = finish(session, after(7))

    assert (finished.finished_at, finished.is_abandoned) == (after(7), False)
    assert items(session)[0].ended_at is None
    assert not QuestionLog.objects.exists()


def test_finishing_can_log_the_shown_question(session, three):
    finished = finish(session, after(7), position=0, answer=SOLVED)

    assert finished.finished_at == after(7)
    assert logged() == [(three[0].pk, 420)]


def test_finishing_with_an_answer_to_another_question_is_refused(session):
    with refused(position="not_current"):
        finish(session, after(7), position=1, answer=SOLVED)

    assert PracticeSession.objects.get().finished_at is None


def test_finishing_ends_a_pause(session):
    pause(session, after(5))

    finish(session, after(7))

    assert PracticePause.objects.get().ended_at == after(7)


def test_what_is_paused_cannot_be_paused(session):
    pause(session, after(1))

    with refused("already_paused"):
        pause(session, after(2))

    assert PracticePause.objects.get().started_at == after(1)


def test_pauses_have_an_end(session):
    for minute in range(MAX_PAUSES):
        pause(session, after(minute))
        resume(session, after(minute + 0.5))

    with refused("too_many_pauses"):
        pause(session, after(MAX_PAUSES))

    assert PracticePause.objects.count() == MAX_PAUSES == 100


def test_what_is_not_paused_cannot_be_resumed(session):
    with refused("not_paused"):
        resume(session, after(1))


@pytest.mark.parametrize("way", ["finished", "left alone"])
@pytest.mark.parametrize(
    "change",
    [pause, resume, finish, lambda session, at: proceed(session, 0, at=at)],
    ids=["pause", "resume", "finish", "next"],
)
def test_what_is_over_stays_over(change, way, session):
    at = session.closes_at
    if way == "finished":
        at = after(2)
        finish(session, after(1))

    with refused("session_closed"):
        change(session, at)

    assert not QuestionLog.objects.exists()
    assert not PracticePause.objects.exists()


def test_is_written_down_at_every_step(session, user):
    pause(session, after(1))
    resume(session, after(2))
    proceed(session, 0, at=after(3))
    finish(session, after(4))

    events = AuditEvent.objects.filter(object_uid=session.uid).order_by("pk")
    assert list(events.values_list("verb", flat=True)) == [
        "practice_session.started",
        "practice_session.paused",
        "practice_session.resumed",
        "practice_session.advanced",
        "practice_session.finished",
    ]
    assert {event.actor for event in events} == {user}


def test_an_attempt_that_is_deleted_leaves_its_turn_behind(session, user):
    proceed(session, 0, at=after(10))
    log = QuestionLog.objects.get()

    logs.delete_question_log(log=log, actor=user, at=after(11))
    QuestionLog.objects.filter(pk=log.pk).delete()

    first = items(session)[0]
    assert (first.log, first.ended_at, first.measured_seconds) == (None, after(10), 600)
