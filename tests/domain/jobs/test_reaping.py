"""Jobs that lost their worker: they wait again, or end, and never say RUNNING for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.jobs import reaping, services, tasks
from domain.jobs.models import Job
from tests.domain.jobs.conftest import columns, stored
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db

FRESH = NOW - timedelta(seconds=60)
STALE = NOW - timedelta(seconds=61)
OVERDUE = NOW - timedelta(minutes=11, seconds=1)


@pytest.mark.parametrize(
    ("state", "outcome", "code", "is_lost"),
    [
        ({"status": "PENDING", "queued_at": FRESH}, "PENDING", "", False),
        ({"status": "PENDING", "queued_at": STALE}, "handed over", "", True),
        ({"status": "RUNNING", "heartbeat_at": FRESH}, "RUNNING", "", False),
        ({"status": "RUNNING", "heartbeat_at": STALE}, "handed over", "", True),
        (
            {"status": "RUNNING", "heartbeat_at": STALE, "attempts_left": 0},
            "FAILED", "interrupted", True,
        ),
        (
            {"status": "RUNNING", "heartbeat_at": STALE, "cancel_requested_at": NOW},
            "CANCELLED", "", True,
        ),
        (
            {"status": "RUNNING", "heartbeat_at": FRESH, "cancel_requested_at": NOW},
            "RUNNING", "", False,
        ),
        (
            {"status": "RUNNING", "heartbeat_at": FRESH, "started_at": OVERDUE},
            "FAILED", "took_too_long", True,
        ),
        (
            {"status": "RUNNING", "started_at": OVERDUE, "cancel_requested_at": NOW},
            "CANCELLED", "", True,
        ),
        (
            # Nobody was there to reap it, such as while the whole service was off.
            {"status": "RUNNING", "heartbeat_at": STALE, "started_at": OVERDUE},
            "handed over", "", True,
        ),
        (
            {"status": "RUNNING", "heartbeat_at": FRESH, "started_at": NOW - timedelta(minutes=11)},
            "RUNNING", "", False,
        ),
        ({"status": "SUCCEEDED", "heartbeat_at": STALE}, "SUCCEEDED", "", False),
        ({"status": "FAILED", "heartbeat_at": STALE}, "FAILED", "", False),
        ({"status": "CANCELLED", "queued_at": STALE}, "CANCELLED", "", False),
    ],
)  # fmt: skip
def test_what_becomes_of_a_job(state, outcome, code, is_lost):
    job = JobFactory(**{"started_at": FRESH, "heartbeat_at": FRESH, "queued_at": FRESH} | state)

    handed_over = reaping.reap(at=NOW)

    assert job.is_lost(at=NOW) is is_lost
    assert handed_over == ([job.pk] if outcome == "handed over" else [])
    status = "PENDING" if handed_over else outcome
    assert columns(job, "status", "error_code") == (status, code)
    assert (job.finished_at is None) is (status in ("PENDING", "RUNNING"))
    if handed_over:
        assert job.queued_at == NOW


def test_is_done_once_however_often_it_is_called():
    job = JobFactory(status="RUNNING", heartbeat_at=STALE)

    assert reaping.reap(at=NOW) == [job.pk]
    assert reaping.reap(at=NOW) == []


def test_one_that_waits_for_long_is_handed_over_ever_more_rarely():
    job = JobFactory(status="PENDING")
    at, minutes = NOW, []

    for wait in (1, 2, 4, 8, 16, 32, 32):
        at += timedelta(minutes=wait)
        early = reaping.reap(at=at)
        at += timedelta(seconds=1)
        job.refresh_from_db()
        if not early and job.is_lost(at=at) and reaping.reap(at=at) == [job.pk]:
            minutes.append(wait)

    assert minutes == [1, 2, 4, 8, 16, 32, 32]


def test_one_that_lost_its_worker_is_handed_over_soon_once_more():
    job = JobFactory(status="RUNNING", heartbeat_at=STALE, handovers=5)

    assert reaping.reap(at=NOW) == [job.pk]
    assert reaping.reap(at=NOW + timedelta(seconds=61)) == [job.pk]


def test_what_was_decided_on_must_still_hold():
    """Its worker is heard of again between the look and the deed."""
    job = JobFactory(status="RUNNING", heartbeat_at=STALE)
    held = Job.objects.abandoned(at=NOW).filter(pk=job.pk, attempt=job.attempt)
    first = held.first

    def first_and_then_a_heartbeat():
        row = first()
        Job.objects.filter(pk=job.pk).update(heartbeat_at=NOW)
        return row

    held.first = first_and_then_a_heartbeat

    assert reaping.give_back(held, at=NOW) is None
    assert columns(job, "status") == ("RUNNING",)


def test_the_task_has_them_done(exports_do, after_commit):
    stale = datetime.now(UTC) - timedelta(seconds=61)
    jobs = [JobFactory(status=status, created_at=stale) for status in ("RUNNING", "PENDING")]

    with after_commit():
        tasks.reap()

    for job in jobs:
        assert columns(job, "status") == ("SUCCEEDED",)
        assert stored(job.owner) == 1


def test_three_workers_may_die_before_it_fails():
    job = JobFactory(status="PENDING", queued_at=STALE)
    at = NOW
    for left in (2, 1, 0):
        # Begun by a worker that is not heard of any more.
        assert reaping.reap(at=at) == [job.pk]
        Job.objects.filter(pk=job.pk).update(
            status="RUNNING", attempts_left=left, started_at=at, heartbeat_at=at
        )
        at += timedelta(seconds=61)

    assert reaping.reap(at=at) == []
    assert columns(job, "status", "error_code") == ("FAILED", "interrupted")
    assert "Try the job again" in job.error_message


@pytest.mark.parametrize("refusal", [reaping.Interrupted(), reaping.TookTooLong()])
def test_says_what_to_do_about_work_that_cannot_be_made_smaller(refusal):
    said = refusal.messages[0]

    assert said.endswith("with any other job, ask whoever runs this server.")
    assert "nothing of it is stored. Try the job again later." in said


def test_a_whole_crowd_is_reaped_in_parts(monkeypatch):
    monkeypatch.setattr(reaping, "AT_ONCE", 2)
    for _ in range(3):
        JobFactory(status="PENDING", queued_at=STALE)

    assert [len(reaping.reap(at=NOW)) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(("heartbeat_at", "rings"), [(STALE, 1), (FRESH, 0)])
def test_who_notices_a_lost_job_has_all_of_them_seen_to(
    heartbeat_at, rings, monkeypatch, after_commit
):
    rung = []
    monkeypatch.setattr(services.tasks, "reap", lambda: rung.append(1))
    job = JobFactory(status="RUNNING", started_at=FRESH, heartbeat_at=heartbeat_at)

    with after_commit():
        for _ in range(3):
            services.notice(job, at=NOW)

    assert len(rung) == rings


def test_after_a_while_it_is_noticed_again(monkeypatch, after_commit):
    rung, moments = [], iter([100.0, 114.9, 115.0])
    monkeypatch.setattr(services.tasks, "reap", lambda: rung.append(1))
    monkeypatch.setattr(services, "monotonic", lambda: next(moments))
    job = JobFactory(status="PENDING", queued_at=STALE)

    with after_commit():
        for _ in range(3):
            services.notice(job, at=NOW)

    assert len(rung) == 2
