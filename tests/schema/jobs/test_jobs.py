"""Jobs over the API: read, listed, cancelled, tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.jobs import services, tasks
from domain.jobs.models import Job, JobKind
from tests.client import access_token, node_id
from tests.factories import NOW, JobFactory
from tests.schema.tables import nothing_changes

JOB = """query ($id: ID!) { job(id: $id) {
    id kind status progress progressDone progressTotal attempts createdAt startedAt finishedAt
    cancelRequestedAt error { code message }
} }"""
JOBS = """query ($filter: JobFilter) { jobs(filter: $filter) {
    totalCount edges { node { id } }
} }"""
CANCEL = """mutation ($id: ID!) { cancelJob(input: {id: $id}) {
    ... on Job { id status cancelRequestedAt }
    ... on OperationInfo { messages { field code } }
} }"""
RETRY = """mutation ($id: ID!) { retryJob(input: {id: $id}) {
    ... on Job { id status error { code } }
    ... on OperationInfo { messages { field code } }
} }"""

pytestmark = pytest.mark.django_db


def test_shows_how_far_a_job_is(graphql, user):
    now = datetime.now(UTC)
    job = JobFactory(
        owner=user, status="RUNNING", created_at=now, progress_done=3, progress_total=12
    )

    moment = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    shown = graphql(JOB, as_user=user, id=node_id(job)).only
    assert {name: shown[name] for name in shown if not name.endswith("At")} == {
        "id": node_id(job),
        "kind": "EXPORT",
        "status": "RUNNING",
        "progress": 0.25,
        "progressDone": 3,
        "progressTotal": 12,
        "attempts": 1,
        "error": None,
    }
    assert (shown["createdAt"], shown["startedAt"]) == (moment, moment)
    assert (shown["finishedAt"], shown["cancelRequestedAt"]) == (None, None)


def test_shows_why_a_job_failed(graphql, user):
    job = JobFactory(owner=user, status="FAILED", error_code="interrupted", error_message="Again.")

    shown = graphql(JOB, as_user=user, id=node_id(job)).only

    assert shown["error"] == {"code": "interrupted", "message": "Again."}


@pytest.mark.parametrize(
    ("done", "total", "status", "progress"),
    [
        (0, None, "PENDING", None),
        (5, None, "RUNNING", None),
        (0, 0, "RUNNING", None),
        (12, 10, "RUNNING", 1.0),
        (0, 0, "SUCCEEDED", 1.0),
    ],
)
def test_progress_is_a_part_of_one(done, total, status, progress, graphql, user):
    now = datetime.now(UTC)
    job = JobFactory(
        owner=user, status=status, created_at=now, progress_done=done, progress_total=total
    )

    assert graphql(JOB, as_user=user, id=node_id(job)).only["progress"] == progress


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, ["running", "failed", "import"]),
        ({"status": ["RUNNING"]}, ["running"]),
        ({"status": ["RUNNING", "FAILED"]}, ["running", "failed"]),
        ({"kind": ["IMPORT"]}, ["import"]),
        ({"kind": ["EXPORT"], "status": ["SUCCEEDED"]}, []),
        ({"status": []}, []),
    ],
)
def test_lists_the_newest_first(filter, expected, graphql, user, stranger):
    now = datetime.now(UTC)
    jobs = {
        "import": JobFactory(owner=user, kind=JobKind.IMPORT, created_at=now - timedelta(hours=2)),
        "failed": JobFactory(owner=user, status="FAILED", created_at=now - timedelta(hours=1)),
        "running": JobFactory(owner=user, status="RUNNING", created_at=now),
    }
    JobFactory(owner=stranger)

    answer = graphql(JOBS, as_user=user, filter=filter)

    assert [node["id"] for node in answer.nodes] == [node_id(jobs[name]) for name in expected]
    assert answer.only["totalCount"] == len(expected)


def test_cancels_what_waits(graphql, user):
    job = JobFactory(owner=user, status="PENDING", created_at=datetime.now(UTC))

    cancelled = graphql(CANCEL, as_user=user, id=node_id(job)).only

    assert (cancelled["id"], cancelled["status"]) == (node_id(job), "CANCELLED")
    assert cancelled["cancelRequestedAt"] is not None


def test_asks_what_runs_to_stop(graphql, user):
    job = JobFactory(owner=user, status="RUNNING", created_at=datetime.now(UTC))

    cancelled = graphql(CANCEL, as_user=user, id=node_id(job)).only

    assert cancelled["status"] == "RUNNING"
    assert cancelled["cancelRequestedAt"] is not None


def test_tries_again_what_failed(graphql, user, after_commit, monkeypatch):
    ran = []
    monkeypatch.setattr(tasks.running, "run_job", ran.append)
    job = JobFactory(owner=user, status="FAILED", error_code="internal", error_message="Oh.")

    with after_commit():
        retried = graphql(RETRY, as_user=user, id=node_id(job)).only

    assert retried == {"id": node_id(job), "status": "PENDING", "error": None}
    assert ran == [job.pk]


@pytest.mark.parametrize(
    ("mutation", "status", "code"),
    [(CANCEL, "SUCCEEDED", "job_is_over"), (RETRY, "SUCCEEDED", "nothing_to_retry")],
)
def test_refuses_what_makes_no_sense(mutation, status, code, graphql, user):
    job = JobFactory(owner=user, status=status)

    token = access_token(user)
    with nothing_changes():
        answer = graphql(mutation, token=token, id=node_id(job))

    assert answer.codes == [code]


@pytest.mark.parametrize("mutation", [CANCEL, RETRY])
def test_jobs_of_others_are_not_there(mutation, graphql, user, stranger):
    job = JobFactory(owner=stranger, status="FAILED" if mutation == RETRY else "PENDING")

    answer = graphql(mutation, as_user=user, id=node_id(job))

    assert answer.codes == ["not_found"]
    assert Job.objects.get().cancel_requested_at is None


def test_too_many_jobs_cannot_be_tried_again_at_once(graphql, user):
    JobFactory.create_batch(5, owner=user, status="PENDING", created_at=datetime.now(UTC))
    job = JobFactory(owner=user, status="FAILED")

    assert graphql(RETRY, as_user=user, id=node_id(job)).codes == ["too_many_jobs"]


@pytest.mark.parametrize("query", [JOB, JOBS.replace("id }", "status }")])
def test_whoever_looks_at_a_lost_job_has_it_seen_to(
    query, graphql, user, after_commit, monkeypatch
):
    rung = []
    monkeypatch.setattr(services.tasks, "reap", lambda: rung.append(1))
    job = JobFactory(owner=user, status="RUNNING", created_at=NOW)
    variables = {"id": node_id(job)} if query == JOB else {}

    token = access_token(user)
    with after_commit(), nothing_changes():
        graphql(query, token=token, **variables)

    assert rung == [1]
