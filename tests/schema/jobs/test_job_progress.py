"""Jobs are watched over a stream: each change once, to the end, by nobody but their owner."""

import asyncio
import json
from datetime import UTC, datetime
from functools import partial

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from django.test import AsyncClient

from domain.accounts.models import ApiScope, AuthSession
from domain.jobs.models import Job
from schema import stream
from tests.client import PATH, access_token, node_id
from tests.factories import ApiTokenFactory, JobFactory, api_token_text
from tests.schema.jobs.streams import EVENTS, Stream, opened

PROGRESS = "subscription ($id: ID!) { jobProgress(id: $id) { status progress } }"
STATUS = "subscription ($id: ID!) { jobProgress(id: $id) { status } }"

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(user):
    return JobFactory(owner=user, status="RUNNING", created_at=datetime.now(UTC))


@pytest.fixture
def token(user):
    return access_token(user)


def becomes(job, **changes):
    return partial(Job.objects.filter(pk=job.pk).update, **changes)


def nothing():
    """Happens."""


def ended():
    return {"status": "SUCCEEDED", "finished_at": datetime.now(UTC)}


def test_tells_each_change_once_until_the_job_has_ended(job, token, clock):
    clock.meanwhile = [
        becomes(job, progress_done=1, progress_total=4),
        nothing,
        becomes(job, progress_done=3),
        becomes(job, **ended()),
    ]

    told = opened(PROGRESS, token=token, id=node_id(job)).read()

    assert [answer["data"]["jobProgress"] for answer in told.answers] == [
        {"status": "RUNNING", "progress": None},
        {"status": "RUNNING", "progress": 0.25},
        {"status": "RUNNING", "progress": 0.75},
        {"status": "SUCCEEDED", "progress": 1.0},
    ]
    assert told.is_complete


def test_changes_that_were_not_asked_for_are_not_told(job, token, clock):
    clock.meanwhile = [becomes(job, progress_done=1), becomes(job, **ended())]

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert [one["data"]["jobProgress"]["status"] for one in told.answers] == [
        "RUNNING",
        "SUCCEEDED",
    ]


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_a_job_that_has_ended_is_told_at_once(status, user, token, clock):
    job = JobFactory(owner=user, status=status)

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert told.answers == [{"data": {"jobProgress": {"status": status}}}]
    assert (told.is_complete, clock.now) == (True, 1000.0)


def test_its_headers_let_nobody_keep_or_collect_it(job, token, clock, settings):
    settings.WSGI_STREAM_SECONDS = 0

    told = opened(STATUS, token=token, id=node_id(job))

    headers = told.response.headers
    assert told.response.status_code == 200
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Request-ID"]
    assert len(told.read().answers) == 1


def test_a_silent_stream_is_kept_alive_and_ended_after_a_while(job, token, clock, settings):
    settings.WSGI_STREAM_SECONDS = 60

    told = opened(STATUS, token=token, id=node_id(job)).read()

    # Without `complete`: the client is to come again.
    assert (len(told.answers), told.comments, told.is_complete) == (1, 20, False)
    assert clock.now == 1060.0


def test_a_silent_second_is_one_statement(job, token, clock, settings, django_assert_num_queries):
    settings.WSGI_STREAM_SECONDS = 10
    chunks = opened(STATUS, token=token, id=node_id(job)).chunks()
    next(chunks)

    with django_assert_num_queries(10):
        assert set(chunks) == {":\n\n"}


def sign_out(user):
    AuthSession.objects.filter(user=user).update(revoked_at=datetime.now(UTC))


def test_a_session_that_ends_ends_its_streams(job, user, token, clock):
    clock.meanwhile = [partial(sign_out, user)]

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert told.answers[0] == {"data": {"jobProgress": {"status": "RUNNING"}}}
    assert told.codes == ["UNAUTHENTICATED"]
    assert told.answers[1]["errors"][0]["extensions"]["requestId"]
    assert (told.is_complete, clock.now) == (True, 1015.0)


def test_after_a_session_has_ended_nothing_is_told(job, user, token, clock):
    def sign_out_and_end():
        sign_out(user)
        becomes(job, **ended())()

    clock.meanwhile = [nothing, sign_out_and_end]

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert told.codes == ["UNAUTHENTICATED"]
    assert [one["data"] for one in told.answers] == [
        {"jobProgress": {"status": "RUNNING"}},
        {"jobProgress": None},
    ]


def test_a_job_that_goes_with_its_owner_ends_its_streams(job, token, clock):
    clock.meanwhile = [Job.objects.all().delete]

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert (told.codes, told.is_complete) == (["NOT_FOUND"], True)


def test_a_database_that_goes_away_ends_it_and_the_client_comes_again(
    job, token, clock, monkeypatch
):
    def away(*_):
        raise OperationalError("terminated")

    clock.meanwhile = [lambda: monkeypatch.setattr(stream.Updates, "_is_changed", away)]

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert (len(told.answers), told.is_complete) == (1, False)


@pytest.mark.parametrize("whose", ["stranger's", "nobody's", "no job's"])
def test_a_job_of_somebody_else_is_not_there(whose, user, stranger, token, clock):
    ids = {
        "stranger's": node_id(JobFactory(owner=stranger, status="RUNNING")),
        "nobody's": node_id(type_name="Job", uid="019aa5c8-7b3e-7f0a-9c4d-2b6e8f1a3c5d"),
        "no job's": node_id(type_name="Question", uid=user.uid),
    }

    told = opened(STATUS, token=token, id=ids[whose]).read()

    assert (told.codes, told.is_complete) == (["NOT_FOUND"], True)
    assert told.answers[0]["errors"][0]["message"].startswith("There is no such object")


def test_who_is_not_signed_in_is_told_nothing(job, clock):
    told = opened(STATUS, id=node_id(job)).read()

    assert (told.codes, told.is_complete) == (["UNAUTHENTICATED"], True)


@pytest.mark.parametrize("scope", [ApiScope.READ, ApiScope.WRITE])
def test_a_program_may_watch(scope, user, clock):
    job = JobFactory(owner=user)
    token = api_token_text(ApiTokenFactory(owner=user, scope=scope))

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert (told.codes, told.is_complete) == ([], True)


def test_a_person_watches_four_at_a_time(job, user, stranger, token, clock):
    streams = [opened(STATUS, token=token, id=node_id(job)).chunks() for _ in range(4)]
    for chunks in streams:
        next(chunks)
    theirs = JobFactory(owner=stranger, status="RUNNING", created_at=datetime.now(UTC))

    fifth = opened(STATUS, token=token, id=node_id(job)).read()
    of_stranger = opened(STATUS, token=access_token(stranger), id=node_id(theirs)).chunks()
    next(of_stranger)
    becomes(job, **ended())()
    list(streams.pop())
    after_one_ended = opened(STATUS, token=token, id=node_id(job)).read()

    assert (fifth.codes, fifth.is_complete) == (["TOO_MANY_STREAMS"], True)
    assert after_one_ended.codes == []


def test_a_client_that_leaves_gives_its_place_back(job, user, token, clock):
    response = opened(STATUS, token=token, id=node_id(job)).response
    next(iter(response.streaming_content))
    assert stream.places.taken == {user.pk: 1}

    response.close()

    assert stream.places.taken == {}


def test_a_process_holds_so_many_streams(job, token, clock, monkeypatch):
    monkeypatch.setattr(stream, "MOST_STREAMS", 1)
    assert stream.places.take(0)

    told = opened(STATUS, token=token, id=node_id(job)).read()

    assert told.codes == ["TOO_MANY_STREAMS"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/*", "text/html"])
def test_without_a_stream_it_says_what_to_send(accept, job, token):
    response = opened(STATUS, token=token, accept=accept, id=node_id(job)).response

    assert response.status_code == 406
    (error,) = response.json()["errors"]
    assert error["message"] == "Subscribe with Accept: text/event-stream."
    assert error["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "accept", [EVENTS, f"application/json, {EVENTS}", f"application/json, {EVENTS};q=0.1"]
)
def test_whoever_reads_streams_may_subscribe(accept, user, token, clock):
    job = JobFactory(owner=user)

    told = opened(STATUS, token=token, accept=accept, id=node_id(job)).read()

    assert told.answers == [{"data": {"jobProgress": {"status": "SUCCEEDED"}}}]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (EVENTS, EVENTS),
        (f"{EVENTS}, application/json;q=0.9", EVENTS),
        (f"application/json, {EVENTS}", "application/json"),
        (f"application/json, {EVENTS};q=0.5", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_a_query_is_answered_as_the_client_prefers(accept, media_type, user, token):
    response = opened("{ viewer { email } }", token=token, accept=accept).response

    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    if media_type == EVENTS:
        told = Stream(response).read()
        assert told.answers == [{"data": {"viewer": {"email": user.email}}}]
        assert told.is_complete


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { a: __typename b: __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ viewer { email } }", "UNAUTHENTICATED"),
    ],
)
def test_what_is_refused_is_an_event_too(query, code):
    told = opened(query)

    assert told.response.status_code == 200
    assert set(told.read().codes) == {code}
    assert told.is_complete


def test_what_is_no_request_is_refused_without_a_stream():
    told = opened("")

    assert told.response.status_code == 400
    assert told.response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_mutation_is_one_event(user):
    sign_in = """mutation { signIn(input: {email: "user@example.com", password: "practice-daily"}) {
        ... on Session { viewer { email } } } }"""

    told = opened(sign_in).read()

    assert told.answers == [{"data": {"signIn": {"viewer": {"email": user.email}}}}]
    assert told.is_complete


@pytest.mark.django_db(transaction=True)
def test_under_asgi_no_thread_waits(user, monkeypatch):
    """The application that an ASGI server runs, with its threads and connections."""
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.01)
    job = JobFactory(owner=user, status="RUNNING", created_at=datetime.now(UTC))
    headers = {"Accept": EVENTS, "Authorization": f"Bearer {access_token(user)}"}
    body = json.dumps({"query": PROGRESS, "variables": {"id": node_id(job)}})

    async def watch():
        response = await AsyncClient().post(
            PATH, body, content_type="application/json", headers=headers
        )
        told = Stream(response)
        changes = iter([{"progress_done": 1, "progress_total": 2}, ended()])
        async for chunk in response.streaming_content:
            told.take(chunk.decode())
            if change := next(changes, None):
                await Job.objects.filter(pk=job.pk).aupdate(**change)
        await sync_to_async(connections.close_all)()
        return told

    told = asyncio.run(watch())
    stream._threads().shutdown()
    stream._threads.cache_clear()

    assert [one["data"]["jobProgress"]["progress"] for one in told.answers] == [None, 0.5, 1.0]
    assert told.is_complete
