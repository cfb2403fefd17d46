"""Which jobs wait and run, and which ended when."""

from datetime import timedelta

import pytest

from domain.jobs import services
from domain.jobs.models import Job
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_the_standing_says_how_many_wait_and_run():
    for status in ("PENDING", "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"):
        JobFactory(status=status)

    standing = Job.objects.standing()

    assert (standing["waiting"], standing["running"]) == (2, 1)


def test_nothing_waits_since_nowhere():
    JobFactory(status="RUNNING")

    assert Job.objects.standing() == {"waiting": 0, "running": 1, "waiting_since": None}


def test_a_job_that_no_worker_takes_waits_since_it_was_asked_for():
    JobFactory(status="PENDING", created_at=NOW)
    # Queued anew, as the reaper does with what nobody begins.
    JobFactory(status="PENDING", created_at=NOW - 9 * MINUTE, queued_at=NOW)

    assert Job.objects.standing()["waiting_since"] == NOW - 9 * MINUTE


def test_a_job_that_was_given_back_waits_since_its_worker_was_heard_of():
    JobFactory(
        status="PENDING", attempt=1, created_at=NOW - 9 * MINUTE, heartbeat_at=NOW - 2 * MINUTE
    )

    assert Job.objects.standing()["waiting_since"] == NOW - 2 * MINUTE


def test_a_retried_job_waits_and_does_not_count_as_failed_any_more(user):
    job = JobFactory(owner=user, status="FAILED", error_code="internal")

    services.retry_job(job=job, actor=user, at=NOW + MINUTE)

    assert not Job.objects.failed().exists()
    assert not Job.objects.ended_between(after=NOW - MINUTE, before=NOW + 2 * MINUTE).exists()
