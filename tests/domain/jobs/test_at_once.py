"""Workers, owners and reapers at the same moment, each on a connection of their own."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import OperationalError, connection

from domain.base import tasks as base_tasks
from domain.jobs import heartbeats, reaping, running, services, tasks
from domain.jobs.models import Job, JobKind
from tests.domain.jobs.conftest import columns, store, stored
from tests.domain.parallel import at_once
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(user, exports_do):
    return JobFactory(owner=user, status="PENDING", created_at=datetime.now(UTC))


def ago(**distance):
    return datetime.now(UTC) - timedelta(**distance)


def test_of_two_workers_one_does_it(job, user):
    assert at_once(*[lambda: running.run_job(job.pk)] * 2) == [None, None]

    assert columns(job, "status", "attempt") == ("SUCCEEDED", 1)
    assert stored(user) == 1


def test_five_jobs_are_all_that_can_be_asked_for_at_once(user, settings, monkeypatch):
    monkeypatch.setattr(base_tasks, "_hand_over", lambda *_: None)
    calls = [lambda: services.start_job(owner=user, kind=JobKind.EXPORT, at=ago())] * 7

    outcomes = at_once(*calls)

    refusals = [one for one in outcomes if isinstance(one, services.TooManyJobs)]
    assert (len(refusals), Job.objects.count()) == (2, 5)


def test_of_two_reapers_one_gives_it_back(user, monkeypatch):
    job = JobFactory(owner=user, status="RUNNING", created_at=ago(minutes=2))
    now = datetime.now(UTC)

    outcomes = at_once(*[lambda: reaping.reap(at=now)] * 3)

    assert sorted(outcomes) == [[], [], [job.pk]]


def test_a_wish_to_stop_reaches_the_work_by_its_heartbeat(job, user, exports_do, monkeypatch):
    monkeypatch.setattr(heartbeats, "HEARTBEAT_SECONDS", 0.01)
    begun = Event()

    def work(run):
        begun.set()
        while run.stopped.wait(5):
            run.check()

    def cancel():
        begun.wait(5)
        services.cancel_job(job=job, actor=user, at=ago())

    exports_do(work)

    at_once(lambda: running.run_job(job.pk), cancel)

    assert columns(job, "status", "error_code") == ("CANCELLED", "")


def test_a_worker_taken_for_dead_that_is_just_storing(job, user, exports_do, monkeypatch):
    """Elsewhere another one begins anew and this one stores nothing; with SQLite it is waited for.

    Its heartbeat cannot be written there while it stores: that it is silent means nothing.
    """
    monkeypatch.setattr(heartbeats, "HEARTBEAT_SECONDS", 60)
    storing, reaped = Event(), Event()
    is_alone = connection.vendor == "sqlite"

    def work(run):
        Job.objects.update(heartbeat_at=ago(minutes=2))
        with run.finishing():
            store(run)
            storing.set()
            # The reaper waits for this transaction there, and not this one for it.
            reaped.wait(0.2 if is_alone else 5)

    def reap():
        storing.wait(5)
        given_back = reaping.reap(at=datetime.now(UTC))
        reaped.set()
        return given_back

    exports_do(work)

    _, given_back = at_once(lambda: running.run_job(job.pk), reap)

    if is_alone:
        assert (given_back, columns(job, "status"), stored(user)) == ([], ("SUCCEEDED",), 1)
    else:
        assert (given_back, columns(job, "status"), stored(user)) == ([job.pk], ("PENDING",), 0)


def test_a_job_survives_a_restart_of_the_database(job, user, exports_do):
    """What the worker does next has a connection again; the second attempt does all of it."""
    attempts = []

    def work(run):
        attempts.append(run.job.attempt)
        with run.finishing():
            store(run)
            if len(attempts) == 1:
                connection.close()
                raise OperationalError("terminating connection")

    exports_do(work)

    with pytest.raises(OperationalError):
        tasks.run_job(job.pk)
    assert columns(job, "status") == ("PENDING",)
    tasks.run_job(job.pk)

    assert columns(job, "status", "attempt") == ("SUCCEEDED", 2)
    assert (attempts, stored(user)) == ([1, 2], 1)
