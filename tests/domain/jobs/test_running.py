"""One attempt at a job: everything of it is stored, or nothing, and the job says which."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.test import override_settings

from domain.base.errors import DomainError
from domain.jobs import reaping, running, work
from domain.jobs.models import Job
from tests.domain.jobs.conftest import columns, store, store_one, stored
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db


class NoSuchFile(DomainError):
    code = "no_such_file"
    message = "There is no file %(name)s. Send it."


@pytest.fixture
def job(exports_do):
    return JobFactory(status="PENDING")


def test_what_it_stores_comes_with_its_success(job):
    running.run_job(job.pk)

    assert columns(job, "status", "attempt", "attempts_left") == ("SUCCEEDED", 1, 2)
    assert columns(job, "progress_done", "progress_total") == (1, 1)
    assert job.created_at < job.started_at <= job.finished_at
    assert stored(job.owner) == 1


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"])
def test_a_job_that_does_not_wait_is_left_alone(status, exports_do):
    job = JobFactory(status=status)

    running.run_job(job.pk)

    assert columns(job, "status", "attempt") == (status, 1)
    assert stored(job.owner) == 0


@pytest.mark.parametrize("kind", ["NEWER", "EXPORT"])
def test_a_kind_that_this_version_does_not_know_waits_for_a_worker_that_does(kind, monkeypatch):
    job = JobFactory(kind=kind, status="PENDING")
    monkeypatch.delitem(work._works, "EXPORT")

    running.run_job(job.pk)

    assert columns(job, "status", "attempt", "attempts_left") == ("PENDING", 0, 3)
    assert reaping.reap(at=NOW + timedelta(seconds=61)) == [job.pk]


def test_a_job_that_is_gone_is_none(db):
    running.run_job(12345)


def refuse(run):
    raise NoSuchFile(field="file", name="a\x00b")


def refuse_plainly(run):
    raise ValidationError("Send it.", code="missing")


def refuse_after_storing(run):
    with run.finishing():
        store(run)
        raise NoSuchFile(name="late")


def crash(run):
    with run.finishing():
        store(run)
        raise ZeroDivisionError


def forget_to_finish(run):
    run.advance()


MASKED = "Something went wrong on our side. Try the job again; nothing of it is stored."


@pytest.mark.parametrize(
    ("work", "code", "message"),
    [
        (refuse, "no_such_file", "There is no file ab. Send it."),
        (refuse_plainly, "missing", "Send it."),
        (refuse_after_storing, "no_such_file", "There is no file late. Send it."),
        (crash, "internal", MASKED),
        (forget_to_finish, "internal", MASKED),
    ],
)
def test_a_failure_says_why_and_stores_nothing(work, code, message, job, exports_do):
    exports_do(work)

    running.run_job(job.pk)

    assert columns(job, "status", "error_code", "error_message") == ("FAILED", code, message)
    assert job.finished_at is not None
    assert stored(job.owner) == 0


def test_a_mistake_of_ours_is_logged(job, exports_do, caplog, monkeypatch):
    monkeypatch.setattr(running.logger, "disabled", False)
    exports_do(crash)

    running.run_job(job.pk)

    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.message == "job failed"
    assert record.exc_info[0] is ZeroDivisionError


def test_an_error_after_the_success_changes_nothing(job, exports_do):
    def tidy_up(run):
        store_one(run)
        raise ZeroDivisionError

    exports_do(tidy_up)

    running.run_job(job.pk)

    assert columns(job, "status", "error_code") == ("SUCCEEDED", "")


def test_a_wish_to_stop_undoes_what_was_stored(job, exports_do):
    def stop(run):
        with run.finishing():
            store(run)
            Job.objects.filter(pk=run.job.pk).update(cancel_requested_at=NOW)

    exports_do(stop)

    running.run_job(job.pk)

    assert columns(job, "status", "cancel_requested_at") == ("CANCELLED", None)
    assert stored(job.owner) == 0


def test_a_wish_to_stop_that_came_before_is_heard_at_once(exports_do):
    job = JobFactory(status="PENDING", cancel_requested_at=NOW)

    running.run_job(job.pk)

    assert columns(job, "status") == ("CANCELLED",)
    assert stored(job.owner) == 0


def test_an_overtaken_attempt_stores_nothing_and_ends_nothing(job, exports_do):
    def overtaken(run):
        Job.objects.filter(pk=run.job.pk).update(attempt=2)
        store_one(run)

    exports_do(overtaken)

    running.run_job(job.pk)

    assert columns(job, "status", "finished_at") == ("RUNNING", None)
    assert stored(job.owner) == 0


def test_an_attempt_at_a_job_whose_owner_is_gone_stores_nothing(job, exports_do):
    owner = job.owner

    def erased(run):
        Job.objects.all().delete()
        store_one(run)

    exports_do(erased)

    running.run_job(job.pk)

    assert stored(owner) == 0


def test_a_job_that_takes_too_long_ends_itself(job, monkeypatch):
    elapsed = iter([0.0, 60.0, 60.1])
    monkeypatch.setattr(running, "monotonic", lambda: next(elapsed))

    with override_settings(JOB_MINUTES=1):
        running.run_job(job.pk)

    assert columns(job, "status", "error_code") == ("FAILED", "took_too_long")
    assert "within 1 minutes" in job.error_message
    assert stored(job.owner) == 0


@pytest.mark.parametrize("away", [OperationalError("terminated"), InterfaceError("closed")])
@pytest.mark.parametrize(
    ("attempts_left", "status", "code"), [(3, "PENDING", ""), (1, "FAILED", "interrupted")]
)
def test_a_job_whose_database_went_away_waits_again(attempts_left, status, code, away, exports_do):
    def lose(run):
        raise away

    exports_do(lose)
    job = JobFactory(status="PENDING", attempts_left=attempts_left)

    # So that Celery repeats it.
    with pytest.raises(OperationalError, match=str(away)):
        running.run_job(job.pk)

    assert columns(job, "status", "error_code", "attempts_left") == (
        status,
        code,
        attempts_left - 1,
    )


def test_a_job_is_left_to_the_reaper_while_the_database_stays_away(job, exports_do, monkeypatch):
    def lose(run):
        raise OperationalError("terminated")

    def still_away(*args, **kwargs):
        raise InterfaceError("no connection")

    exports_do(lose)
    monkeypatch.setattr(running.reaping, "give_back", still_away)

    with pytest.raises(OperationalError, match="terminated"):
        running.run_job(job.pk)

    assert columns(job, "status") == ("RUNNING",)


def test_it_is_heard_of_and_tells_how_far_it_is(job, exports_do):
    seen = []

    def work(run):
        run.expect(3)
        run.advance(2)
        run.beat()
        seen.append(columns(job, "progress_done", "progress_total", "heartbeat_at"))
        store_one(run)

    exports_do(work)

    running.run_job(job.pk)

    ((done, total, heartbeat_at),) = seen
    assert (done, total) == (2, 3)
    assert datetime.now(UTC) - heartbeat_at < timedelta(seconds=30)
