"""What invented people have: lists, goals, sessions, reviews to do, and something in the trash."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.accounts.models import User
from domain.goals.models import Goal
from domain.lists.built_in import built_in_list
from domain.lists.models import BuiltIn, StudyList, StudyListItem
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    QuestionLog,
    ReviewBaseline,
    ReviewState,
)
from domain.practice.queue import review_queue
from domain.practice.sittings import worked_seconds
from domain.questions.models import Question, Tag, TagKind
from tests.project.inventing import ENDS_AT, UNTIL, create

DAY = timedelta(days=1)

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def in_development(settings: Any) -> None:
    settings.DEBUG = True


def test_everybody_put_something_in_the_trash_aside_and_off():
    create(users=3, questions=20, logs=4)

    for person in User.objects.all():
        reviews = ReviewState.objects.owned_by(person)
        assert Question.objects.owned_by(person).exclude(deleted_at=None).exists()
        assert Tag.objects.owned_by(person).exclude(deleted_at=None).get().name == "to sort"
        assert QuestionLog.objects.owned_by(person).exclude(deleted_at=None).count() == 1
        assert reviews.filter(is_suspended=True).count() == 1
        assert reviews.get(postponed_until__gt=ENDS_AT).postponed_until < ENDS_AT + 10 * DAY
        assert ReviewBaseline.objects.owned_by(person).get().question.log_count == 0


def test_a_question_that_nobody_touched_has_no_review_state():
    create(users=2, questions=20, logs=4)

    untouched = Question.objects.filter(logs=None, baseline=None)
    assert not ReviewState.objects.filter(question__in=untouched).exists()


def test_sessions_are_what_their_attempts_and_pauses_say():
    create(users=2, questions=20, logs=4)

    sessions = PracticeSession.objects.prefetch_related("items__log", "pauses")
    assert len(sessions) == 2 * 6
    for session in sessions:
        first, *following = items = list(session.items.all())
        pauses = list(session.pauses.values_list("started_at", "ended_at"))
        assert [item.position for item in items] == list(range(len(items)))
        assert first.started_at == session.started_at
        assert items[-1].ended_at == session.finished_at
        assert [item.started_at for item in following] == [item.ended_at for item in items[:-1]]
        for item in items:
            worked = worked_seconds(pauses, since=item.started_at, until=item.ended_at)
            assert worked == item.measured_seconds == item.log.duration_seconds
            assert (item.log.question_id, item.log.attempted_at) == (
                item.question_id,
                item.ended_at,
            )
    assert PracticePause.objects.exists()


def test_everybody_has_a_goal_for_a_company_some_weeks_ahead():
    create(users=2, questions=20, logs=4)

    for person in User.objects.all():
        goal = Goal.objects.get(owner=person)
        assert (goal.company.kind, goal.company.owner) == (TagKind.COMPANY, person)
        assert timedelta(weeks=3) <= goal.date - UNTIL <= timedelta(weeks=9)
        assert [link.study_list.owner for link in goal.list_links.all()] == [person]
        assert [link.tag.owner for link in goal.tag_links.all()] == [person]


def test_everybody_has_a_list_of_their_own_questions():
    create(users=2, questions=20, logs=4)

    for person in User.objects.all():
        study_list = StudyList.objects.owned_by(person).exclude(name="Weak spots").get()
        items = list(study_list.items.order_by("position").select_related("question"))
        sections = [item.section for item in items]
        assert {item.question.owner_id for item in items} == {person.pk}
        assert [item.position for item in items] == list(range(20))
        assert sections == sorted(sections)


def test_weak_spots_are_what_was_forgotten_most_often():
    create(demo=True)

    items = StudyListItem.objects.filter(study_list__name="Weak spots").order_by("position")
    lapses = list(items.values_list("question__review__lapses", flat=True))
    assert lapses == sorted(lapses, reverse=True)
    assert len(lapses) == 12
    assert min(lapses) >= 2


def test_the_demo_account_has_blind_75_with_progress():
    create(demo=True)

    built_in = built_in_list(BuiltIn.BLIND_75)
    study_list = StudyList.objects.get(built_in=BuiltIn.BLIND_75)
    items = study_list.items.order_by("position")
    places = list(items.values_list("question__external_id", "section"))
    assert places == [(each.external_id, each.section) for each in built_in.questions]
    assert (study_list.name, study_list.source) == (built_in.name, built_in.source)
    assert items.exclude(question__last_attempted_at=None).count() > 40
    assert items.filter(question__last_attempted_at=None).count() > 10


@pytest.mark.parametrize("until", [UNTIL + timedelta(days=11 * step) for step in range(4)])
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_demo_account_has_reviews_to_do_whatever_the_day(until, hour):
    create(demo=True, until=until)
    demo = User.objects.select_related("settings").get()
    at = datetime(until.year, until.month, until.day, hour, 30, tzinfo=UTC)

    queue = review_queue(owner=demo, settings=demo.settings, at=at)

    assert len(queue.items) >= 10
    assert ReviewState.objects.owned_by(demo).filter(is_leech=True).exists()
