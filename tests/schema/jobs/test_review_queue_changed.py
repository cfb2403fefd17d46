"""The review queue is watched over a stream: each change of its owner's, and of nobody else's."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine

from domain.accounts.models import AuthSession, UserSettings
from domain.practice.services import reviews
from domain.questions.services import questions
from schema import stream
from tests.client import access_token, node_id
from tests.domain.sync.devices import noted
from tests.factories import JobFactory, QuestionLogFactory, ReviewStateFactory, TagFactory
from tests.schema.jobs.streams import opened

DUE = "subscription { reviewQueueChanged { dueCount } }"
ALL = "subscription { reviewQueueChanged { day dueCount reviewsLeftToday newLeftToday } }"
REVISION = "subscription { reviewQueueChanged { revision } }"
STATUS = "subscription ($id: ID!) { jobProgress(id: $id) { status } }"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short(settings):
    settings.WSGI_STREAM_SECONDS = 6


@pytest.fixture
def token(user):
    noted()
    return access_token(user)


@pytest.fixture
def state(user):
    made = ReviewStateFactory(owner=user)
    noted()
    return made


def committed(change, *args, **kwargs):
    """Happens, and is in the feed."""

    def happen():
        change(*args, **kwargs)
        noted()

    return happen


def due(told):
    return [answer["data"]["reviewQueueChanged"]["dueCount"] for answer in told.answers]


def test_tells_how_the_queue_is(state, token, clock):
    told = opened(ALL, token=token).read()

    day = datetime.now(UTC).date().isoformat()
    (answer,) = told.answers
    assert answer["data"]["reviewQueueChanged"] == {
        "day": day,
        "dueCount": 1,
        "reviewsLeftToday": 20,
        "newLeftToday": 5,
    }


def test_what_a_person_does_is_told_as_it_happens(state, user, token, clock):
    question, now = state.question, datetime.now(UTC)
    by = {"question": question, "actor": user, "at": now}
    clock.meanwhile = [
        committed(reviews.suspend_question, **by),
        committed(reviews.resume_question, **by),
        committed(reviews.postpone_question, **by, until=now + timedelta(days=3)),
        committed(reviews.postpone_question, **by, until=None),
        committed(questions.delete_question, **by),
    ]

    told = opened(DUE, token=token).read()

    assert due(told) == [1, 0, 1, 0, 1, 0]


def test_an_attempt_and_other_settings_are_told(state, user, token, clock):
    clock.meanwhile = [
        committed(QuestionLogFactory, question=state.question, attempted_at=datetime.now(UTC)),
        committed(UserSettings.objects.filter(user=user).update, new_per_day=3),
    ]

    told = opened(ALL, token=token).read()

    shown = [answer["data"]["reviewQueueChanged"] for answer in told.answers]
    assert [(one["dueCount"], one["newLeftToday"]) for one in shown] == [(1, 5), (0, 4), (0, 2)]


def test_what_leaves_the_numbers_as_they_are_is_told_by_the_revision(user, token, clock):
    clock.meanwhile = [committed(TagFactory, owner=user)]
    silent = opened(DUE, token=token).read()
    clock.meanwhile = [committed(TagFactory, owner=user)]

    told = opened(REVISION, token=token).read()

    assert len(silent.answers) == 1
    before, after = (answer["data"]["reviewQueueChanged"]["revision"] for answer in told.answers)
    assert after == before + 1


def test_what_strangers_do_is_not_told(stranger, token, clock):
    clock.meanwhile = [committed(ReviewStateFactory, owner=stranger)]

    told = opened(REVISION, token=token).read()

    assert len(told.answers) == 1


def test_what_time_alone_brings_is_told_too(user, token, clock, settings):
    settings.WSGI_STREAM_SECONDS = 20
    now = datetime.now(UTC)
    ReviewStateFactory(owner=user, postponed_until=now + timedelta(minutes=5))
    travel = time_machine.travel(now + timedelta(minutes=6), tick=False)
    clock.meanwhile = [travel.start]

    try:
        told = opened(DUE, token=token).read()
    finally:
        travel.stop()

    assert due(told) == [0, 1]


def test_a_silent_second_is_one_statement(state, token, clock, django_assert_num_queries):
    chunks = opened(DUE, token=token).chunks()
    next(chunks)

    with django_assert_num_queries(6):
        assert set(chunks) <= {":\n\n"}


def test_a_session_that_ends_ends_its_stream(user, token, clock, settings):
    settings.WSGI_STREAM_SECONDS = 60
    ended = partial(AuthSession.objects.filter(user=user).update, revoked_at=datetime.now(UTC))
    clock.meanwhile = [ended]

    told = opened(DUE, token=token).read()

    assert (told.codes, told.is_complete, clock.now) == (["UNAUTHENTICATED"], True, 1015.0)


def test_who_is_not_signed_in_is_told_nothing(clock):
    told = opened(DUE).read()

    assert (told.codes, told.is_complete) == (["UNAUTHENTICATED"], True)


def test_a_person_watches_the_queue_twice_and_has_places_left_for_jobs(user, token, clock):
    queues = [opened(DUE, token=token).chunks() for _ in range(2)]
    for chunks in queues:
        next(chunks)

    third = opened(DUE, token=token).read()
    of_job = opened(STATUS, token=token, id=node_id(JobFactory(owner=user))).read()
    list(queues.pop())
    after_one_ended = opened(DUE, token=token).read()

    assert (third.codes, third.is_complete) == (["TOO_MANY_STREAMS"], True)
    assert (of_job.codes, after_one_ended.codes) == ([], [])


def test_queues_leave_places_of_the_process_to_jobs(user, token, clock, monkeypatch):
    monkeypatch.setattr(stream, "MOST_ENDLESS", 1)
    assert stream.places.take(0, is_endless=True)

    told = opened(DUE, token=token).read()
    of_job = opened(STATUS, token=token, id=node_id(JobFactory(owner=user))).read()

    assert (told.codes, of_job.codes) == (["TOO_MANY_STREAMS"], [])
