"""People take questions out of the queue: until they bring them back, or until a moment."""

from datetime import datetime, timedelta, timezone

import pytest

from domain.audit.models import AuditEvent
from domain.base.errors import NotFound
from domain.practice.models import QuestionLog, ReviewState
from domain.practice.services.reviews import (
    postpone_question,
    resume_question,
    suspend_question,
)
from domain.questions.models import Question
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, UserFactory

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def question(user):
    """One that was attempted yesterday."""
    return QuestionLogFactory(question__owner=user).question


def in_play(at=NOW):
    return ReviewState.objects.in_play(at=at).exists()


def test_suspending_takes_it_out_until_it_is_resumed(question, user, now):
    suspend_question(question=question, actor=user, at=now)
    assert ReviewState.objects.get().is_suspended
    assert not in_play(now + 9000 * DAY)

    resume_question(question=question, actor=user, at=now)

    assert not ReviewState.objects.get().is_suspended
    assert in_play()


def test_postponing_takes_it_out_until_the_moment(question, user, now):
    until = now + DAY

    postpone_question(question=question, actor=user, at=now, until=until)

    assert ReviewState.objects.get().postponed_until == until
    assert not in_play(until - MICROSECOND)
    assert in_play(until)


def test_bringing_back_ends_a_postponement(question, user, now):
    postpone_question(question=question, actor=user, at=now, until=now + DAY)

    postpone_question(question=question, actor=user, at=now, until=None)

    assert ReviewState.objects.get().postponed_until is None
    assert in_play()


def test_leaves_what_is_derived_as_it_was(question, user, now):
    before = ReviewState.objects.values().get()

    suspend_question(question=question, actor=user, at=now)
    postpone_question(question=question, actor=user, at=now, until=now + DAY)

    decided = {"is_suspended": True, "postponed_until": now + DAY}
    assert ReviewState.objects.values().get() == before | decided


def test_a_question_that_was_never_attempted_gets_a_state(user, now):
    question = QuestionFactory(owner=user)

    returned = suspend_question(question=question, actor=user, at=now)

    state = ReviewState.objects.get()
    assert (state.owner, state.question, state.state, state.is_suspended) == (
        *(user, question, 0, True),
    )
    assert returned == question


@pytest.mark.parametrize("until", [None, "unsuspended"])
def test_nothing_to_undo_leaves_it_without_a_state(until, user, now):
    question = QuestionFactory(owner=user)

    if until is None:
        postpone_question(question=question, actor=user, at=now, until=None)
    else:
        resume_question(question=question, actor=user, at=now)

    assert not ReviewState.objects.exists()
    assert not AuditEvent.objects.exists()


def test_is_recorded_when_it_changed_something(question, user, now):
    for _ in range(2):
        suspend_question(question=question, actor=user, at=now)
    for _ in range(2):
        resume_question(question=question, actor=user, at=now)
    for until in (now + DAY, now + DAY, None, None):
        postpone_question(question=question, actor=user, at=now, until=until)

    events = AuditEvent.objects.order_by("pk")
    assert list(events.values_list("verb", "owner", "object_uid", "fields")) == [
        ("question.suspended", user.pk, question.uid, ["is_suspended"]),
        ("question.resumed", user.pk, question.uid, ["is_suspended"]),
        ("question.postponed", user.pk, question.uid, ["postponed_until"]),
        ("question.brought_back", user.pk, question.uid, ["postponed_until"]),
    ]


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (NOW, "not_in_the_future"),
        (NOW - DAY, "not_in_the_future"),
        (datetime.min.replace(tzinfo=timezone(14 * timedelta(hours=1))), "not_in_the_future"),
        (NOW + 365 * DAY + MICROSECOND, "too_far_away"),
        (datetime.max.replace(tzinfo=timezone(-12 * timedelta(hours=1))), "too_far_away"),
        ((NOW + DAY).replace(tzinfo=None), "no_time_zone"),
    ],
)
def test_refuses_to_postpone_until(until, code, question, user, now):
    before = ReviewState.objects.values().get()

    with refused(until=code):
        postpone_question(question=question, actor=user, at=now, until=until)

    assert ReviewState.objects.values().get() == before
    assert not AuditEvent.objects.exists()


def test_postpones_by_a_year_at_most_in_any_time_zone(question, user, now):
    until = (now + 365 * DAY).astimezone(timezone(timedelta(hours=-9)))

    postpone_question(question=question, actor=user, at=now, until=until)

    assert ReviewState.objects.get().postponed_until == now + 365 * DAY


@pytest.mark.parametrize(
    "decide",
    [
        suspend_question,
        resume_question,
        lambda **given: postpone_question(**given, until=NOW + DAY),
    ],
)
def test_a_question_that_was_deleted_meanwhile_is_not_found(decide, question, user, now):
    Question.objects.update(deleted_at=now)

    with pytest.raises(NotFound):
        decide(question=question, actor=user, at=now)

    assert not ReviewState.objects.exclude(is_suspended=False, postponed_until=None).exists()


def test_attempts_leave_what_was_decided(question, user, now):
    suspend_question(question=question, actor=user, at=now)
    postpone_question(question=question, actor=user, at=now, until=now + DAY)

    QuestionLogFactory(question=question, attempted_at=now)

    state = ReviewState.objects.get()
    assert (state.is_suspended, state.postponed_until, state.reps) == (True, now + DAY, 2)


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_make_one_state():
    user = UserFactory()
    question = QuestionFactory(owner=user)

    outcomes = at_once(
        lambda: suspend_question(question=question, actor=user, at=NOW),
        lambda: postpone_question(question=question, actor=user, at=NOW, until=NOW + DAY),
        lambda: suspend_question(question=question, actor=user, at=NOW),
    )

    assert outcomes == [question] * 3
    state = ReviewState.objects.get()
    assert (state.is_suspended, state.postponed_until) == (True, NOW + DAY)
    assert QuestionLog.objects.count() == 0
