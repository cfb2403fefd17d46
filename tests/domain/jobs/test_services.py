"""Jobs: asked for, stopped, tried again; each once, and not too many."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.audit.models import AuditEvent
from domain.base.models import new_uid
from domain.jobs import services
from domain.jobs.models import Job, JobKind
from tests.domain.jobs.conftest import columns, stored
from tests.domain.refusals import refused
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_job_is_done_once_the_transaction_commits(user, exports_do, after_commit):
    with after_commit():
        job = services.start_job(owner=user, kind=JobKind.EXPORT, at=NOW)
        assert columns(job, "status", "created_at", "queued_at") == ("PENDING", NOW, NOW)

    assert columns(job, "status") == ("SUCCEEDED",)
    assert stored(user) == 1
    (event,) = AuditEvent.objects.filter(verb="job.started")
    assert (event.actor, event.object_type, event.object_uid) == (user, "Job", job.uid)


def test_its_id_may_be_chosen_once(user):
    uid = new_uid()
    job = services.start_job(owner=user, kind=JobKind.EXPORT, at=NOW, uid=uid)

    assert job.uid == UUID(str(uid))
    with refused(id="id_taken"):
        services.start_job(owner=user, kind=JobKind.EXPORT, at=NOW, uid=uid)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("begin", ["start", "retry"])
def test_a_person_has_five_at_a_time(begin, user, stranger):
    for status in ("PENDING", "RUNNING") * 2:
        JobFactory(owner=user, status=status)
    JobFactory(owner=stranger, status="PENDING")
    failed = JobFactory(owner=user, status="FAILED")

    def another():
        if begin == "start":
            services.start_job(owner=user, kind=JobKind.EXPORT, at=NOW)
        else:
            services.retry_job(job=failed, actor=user, at=NOW)

    another()
    with refused("too_many_jobs"):
        another()
    assert Job.objects.owned_by(user).active().count() == 5


def test_a_new_job_has_the_lost_ones_seen_to(user, exports_do, after_commit):
    now = datetime.now(UTC)
    lost = JobFactory(owner=user, status="RUNNING", created_at=now - timedelta(minutes=2))

    with after_commit():
        services.start_job(owner=user, kind=JobKind.EXPORT, at=now)

    assert columns(lost, "status") == ("SUCCEEDED",)


def test_a_waiting_job_is_cancelled_at_once(user, exports_do, after_commit):
    with after_commit():
        job = services.start_job(owner=user, kind=JobKind.EXPORT, at=NOW)
        cancelled = services.cancel_job(job=job, actor=user, at=LATER)

    assert cancelled.status == "CANCELLED"
    assert columns(job, "status", "finished_at") == ("CANCELLED", LATER)
    assert stored(user) == 0
    assert verbs() == ["job.started", "job.cancelled"]


def test_a_running_job_is_asked_to_stop_once(user):
    job = JobFactory(owner=user, status="RUNNING", created_at=NOW)

    for at in (NOW, LATER):
        services.cancel_job(job=job, actor=user, at=at)

    assert columns(job, "status", "cancel_requested_at") == ("RUNNING", NOW)
    assert verbs() == ["job.cancelled"]


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_what_is_over_cannot_be_cancelled(status, user):
    job = JobFactory(owner=user, status=status)

    with refused("job_is_over"):
        services.cancel_job(job=job, actor=user, at=LATER)

    assert columns(job, "status", "cancel_requested_at") == (status, None)
    assert verbs() == []


def test_what_ended_since_it_was_read_cannot_be_cancelled(user):
    job = JobFactory(owner=user, status="RUNNING")
    Job.objects.update(status="SUCCEEDED", finished_at=NOW)

    with refused("job_is_over"):
        services.cancel_job(job=job, actor=user, at=LATER)


@pytest.mark.parametrize(
    "end",
    [
        {"status": "FAILED", "error_code": "internal", "error_message": "Oh.", "attempts_left": 0},
        {"status": "CANCELLED", "cancel_requested_at": NOW},
    ],
)
def test_what_failed_or_was_cancelled_is_done_anew(end, user, exports_do, after_commit):
    job = JobFactory(owner=user, attempt=3, progress_done=7, progress_total=9, handovers=5, **end)

    with after_commit():
        services.retry_job(job=job, actor=user, at=LATER)
        state = columns(job, "status", "queued_at", "attempt", "attempts_left", "error_code")
        assert state == ("PENDING", LATER, 3, 3, "")
        ends = columns(job, "finished_at", "cancel_requested_at", "progress_done", "progress_total")
        assert ends == (None, None, 0, None)
        assert columns(job, "handovers") == (0,)

    assert columns(job, "status", "attempt", "created_at") == ("SUCCEEDED", 4, NOW)
    assert stored(user) == 1
    assert verbs() == ["job.retried"]


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "SUCCEEDED"])
def test_nothing_else_is_tried_again(status, user):
    job = JobFactory(owner=user, status=status)

    with refused("nothing_to_retry"):
        services.retry_job(job=job, actor=user, at=LATER)

    assert columns(job, "status", "queued_at") == (status, NOW)
    assert verbs() == []
