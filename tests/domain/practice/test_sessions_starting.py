"""``start_practice_session``: which questions a sitting takes, and when it is refused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.audit.models import AuditEvent
from domain.base.models import new_uid
from domain.lists.models import StudyList
from domain.practice.choosing import count_for
from domain.practice.models import PracticeSession, PracticeSessionItem, QuestionLog
from domain.practice.services.starting import start_practice_session
from domain.questions.models import Question
from tests.domain.practice.sittings import begun, items, questions
from tests.domain.refusals import refused
from tests.factories import (
    NOW,
    PracticeSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    StudyListItemFactory,
)

DAY = timedelta(days=1)


def start(owner, at=NOW, **choice) -> list[Question]:
    """The questions of a session that is begun."""
    session = start_practice_session(owner=owner, at=at, choice=choice)
    return [item.question for item in items(session)]


def due(owner, *, days, **columns) -> Question:
    """A question that was solved once, so many days ago."""
    question = QuestionFactory(owner=owner, **columns)
    QuestionLogFactory(question=question, attempted_at=NOW - days * DAY)
    return question


def list_of(owner, chosen) -> StudyList:
    """A study list with these questions in this order."""
    study_list = StudyListFactory(owner=owner)
    for position, question in enumerate(chosen):
        StudyListItemFactory(study_list=study_list, question=question, position=position)
    return study_list


def test_named_questions_come_in_the_order_given(user):
    first, second, third = questions(user, 3)

    assert start(user, questions=[third, first, second]) == [third, first, second]


def test_the_first_question_is_shown_at_once(user):
    session = begun(user, named=questions(user, 2), time_box_minutes=30)

    first, second = items(session)
    assert (first.started_at, second.started_at) == (NOW, None)
    assert [first.ended_at, first.log, first.measured_seconds] == [None] * 3
    assert (session.started_at, session.finished_at, session.is_abandoned) == (NOW, None, False)
    assert session.closes_at == NOW + timedelta(hours=4, minutes=30)


def test_is_written_down(user):
    session = begun(user, named=questions(user, 1))

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == ("practice_session.started", user)
    assert (event.owner, event.object_uid) == (user, session.uid)


def test_the_moment_is_kept_in_utc(user):
    at = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1)

    start(user, at=at, questions=questions(user, 1))

    assert PracticeSession.objects.get().started_at.isoformat() == "2026-11-01T06:30:00+00:00"


def test_without_a_choice_the_queue_comes_first_and_new_questions_fill_up(user):
    new = QuestionFactory(owner=user)
    remembered = due(user, days=1)
    vague = due(user, days=40)
    forgotten = due(user, days=200)

    assert start(user) == [forgotten, vague, new]
    assert remembered.due_at == NOW + DAY


def test_limits_of_the_day_hold_without_a_choice(user):
    user.settings.reviews_per_day, user.settings.new_per_day = 1, 2
    due(user, days=40)
    forgotten = due(user, days=200)
    first, second, _ = questions(user, 3)

    assert start(user) == [forgotten, first, second]


@pytest.mark.parametrize(("count", "taken"), [(1, 1), (2, 2), (3, 3), (100, 3), (None, 3)])
def test_takes_as_many_as_are_asked_for_or_there_are(count, taken, user):
    assert len(start(user, questions=questions(user, 3), question_count=count)) == taken
    assert PracticeSessionItem.objects.count() == taken


@pytest.mark.parametrize(
    ("box", "count"), [(None, 10), (1, 1), (10, 1), (11, 2), (45, 5), (1000, 100), (1440, 100)]
)
def test_takes_one_question_for_every_ten_minutes_when_nobody_says(box, count):
    assert count_for(box) == count


def test_a_box_decides_how_many_are_taken(user):
    questions(user, 5)

    session = start_practice_session(owner=user, at=NOW, choice={}, time_box_minutes=30)

    assert len(items(session)) == 3


def test_of_a_list_due_ones_come_first_then_new_ones_by_their_place(user):
    new, second = questions(user, 2)
    vague, forgotten = due(user, days=40), due(user, days=200)
    remembered = due(user, days=1)
    QuestionFactory(owner=user, title="On no list")
    mine = list_of(user, [second, vague, remembered, new, forgotten])

    assert start(user, study_list=mine) == [forgotten, vague, second, new]
    assert PracticeSession.objects.get().study_list == mine


def test_of_a_list_the_limits_of_the_day_do_not_hold(user):
    user.settings.reviews_per_day = user.settings.new_per_day = 0
    new, review = QuestionFactory(owner=user), due(user, days=40)

    assert start(user, study_list=list_of(user, [new, review])) == [review, new]


def test_of_a_list_archived_and_trashed_questions_are_left_out(user):
    archived = QuestionFactory(owner=user, is_archived=True)
    trashed = QuestionFactory(owner=user, deleted_at=NOW)
    new = QuestionFactory(owner=user)

    assert start(user, study_list=list_of(user, [archived, trashed, new])) == [new]


@pytest.mark.parametrize("choice", ["nothing", "list", "trashed", "none"])
def test_without_questions_it_is_refused(choice, user):
    if choice == "none":
        QuestionFactory(owner=user)
    trashed = QuestionFactory(owner=user, deleted_at=NOW)
    given = {
        "list": {"study_list": list_of(user, [trashed])},
        "trashed": {"questions": [trashed]},
        "none": {"questions": []},
    }

    with refused("nothing_to_practise"):
        start(user, **given.get(choice, {}))

    assert not PracticeSession.objects.exists()


@pytest.mark.parametrize("count", [-1, 0, 101, 2**31])
def test_counts_out_of_range_are_refused(count, user):
    with refused(question_count="bad_question_count"):
        start(user, questions=questions(user, 1), question_count=count)


def test_more_than_a_hundred_named_questions_are_refused(user):
    with refused(questions="bad_question_count"):
        start(user, questions=questions(user, 101), question_count=5)


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(0, "min_value"), (-5, "min_value"), (1441, "max_value"), (2**31, "max_value")],
)
def test_boxes_out_of_range_are_refused(minutes, code, user):
    named = questions(user, 1)

    with refused(time_box_minutes=code):
        begun(user, named=named, time_box_minutes=minutes)

    assert not PracticeSession.objects.exists()


def test_questions_and_a_list_are_refused_together(user):
    named = questions(user, 1)

    with refused(questions="questions_or_list"):
        start(user, questions=named, study_list=list_of(user, named))


def test_a_question_twice_is_refused(user):
    question = QuestionFactory(owner=user)

    with refused(questions="repeated_question"):
        start(user, questions=[question, question])


def test_a_list_that_was_deleted_meanwhile_is_refused(user):
    mine = list_of(user, questions(user, 1))
    StudyList.objects.update(deleted_at=NOW)

    with refused("not_found"):
        start(user, study_list=mine)


def test_a_second_one_is_refused(user):
    named = questions(user, 2)
    open_one = begun(user, named=named[:1])

    with refused("session_open"):
        start(user, at=open_one.closes_at - timedelta(microseconds=1), questions=named[1:])

    assert PracticeSession.objects.get() == open_one


def test_a_stranger_s_open_session_is_in_nobody_s_way(user, stranger):
    begun(stranger, named=questions(stranger, 1))

    begun(user, named=questions(user, 1))

    assert PracticeSession.objects.count() == 2


def test_an_abandoned_one_is_closed_and_in_nobody_s_way(user):
    left = begun(user, named=questions(user, 1))

    start(user, at=left.closes_at, questions=questions(user, 1))

    left.refresh_from_db()
    assert (left.finished_at, left.is_abandoned) == (NOW, True)
    assert not QuestionLog.objects.exists()


def test_only_one_s_own_abandoned_session_is_closed(user, stranger):
    theirs = PracticeSessionFactory(owner=stranger, started_at=NOW - 10 * DAY)

    start(user, questions=questions(user, 1))

    theirs.refresh_from_db()
    assert theirs.finished_at is None


def test_an_id_of_one_s_own_is_taken(user):
    uid = new_uid()

    assert begun(user, named=questions(user, 1), uid=uid).uid == uid


def test_an_id_that_is_taken_is_refused(user):
    uid = PracticeSessionFactory(owner=user, finished_at=NOW).uid

    with refused(id="id_taken"):
        begun(user, named=questions(user, 1), uid=uid)
