"""Who measures jobs is told of each attempt and how it ended, and of each job that was lost."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError

from domain.jobs import reaping, running, watching
from domain.jobs.models import Job
from domain.jobs.watching import Loss, Outcome
from domain.jobs.work import Stopped
from tests.domain.jobs.conftest import store_one
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What was told so far."""
    heard = []

    @contextmanager
    def around(attempt):
        heard.append((attempt.kind, attempt.number, "begun"))
        try:
            yield
        finally:
            heard.append((attempt.kind, attempt.number, attempt.outcome))

    monkeypatch.setattr(watching, "_around", [])
    monkeypatch.setattr(watching, "_told", [])
    watching.watch(attempts=around, losses=lambda kind, loss: heard.append((kind, loss)))
    return heard


def refuse(run):
    raise ValidationError("Send it.", code="missing")


def crash(run):
    raise ZeroDivisionError


def stop(run):
    raise Stopped


def be_overtaken(run):
    Job.objects.filter(pk=run.job.pk).update(attempt=2)
    raise Stopped


@pytest.mark.parametrize(
    ("work", "outcome"),
    [
        (store_one, Outcome.SUCCEEDED),
        (refuse, Outcome.REFUSED),
        (crash, Outcome.FAILED),
        (stop, Outcome.CANCELLED),
        (be_overtaken, Outcome.OVERTAKEN),
    ],
)
def test_an_attempt_is_told_by_how_it_ended(work, outcome, exports_do, told):
    exports_do(work)

    running.run_job(JobFactory(status="PENDING").pk)

    assert told == [("EXPORT", 1, "begun"), ("EXPORT", 1, outcome)]


def lose_the_database(run):
    raise OperationalError


def test_an_attempt_that_lost_the_database_was_interrupted(exports_do, told):
    exports_do(lose_the_database)

    with pytest.raises(OperationalError):
        running.run_job(JobFactory(status="PENDING").pk)

    assert told == [("EXPORT", 1, "begun"), ("EXPORT", 1, Outcome.INTERRUPTED)]


def test_of_a_job_that_does_not_wait_nothing_is_told(told):
    running.run_job(JobFactory(status="SUCCEEDED").pk)

    assert told == []


@pytest.mark.parametrize(
    ("columns", "loss"),
    [
        ({"status": "PENDING"}, Loss.FORGOTTEN),
        ({"status": "RUNNING"}, Loss.ABANDONED),
        ({"status": "RUNNING", "attempts_left": 0}, Loss.ABANDONED),
        ({"status": "RUNNING", "heartbeat_at": NOW + timedelta(hours=1)}, Loss.OVERDUE),
    ],
)
def test_a_job_that_was_lost_is_told_once(columns, loss, told):
    JobFactory(**columns)

    reaping.reap(at=NOW + timedelta(hours=1))
    reaping.reap(at=NOW + timedelta(hours=1))

    assert told == [("EXPORT", loss)]


def test_what_another_reaper_did_is_told_by_that_one(told, monkeypatch):
    JobFactory(status="RUNNING")
    at, give_back = NOW + timedelta(hours=1), reaping.give_back

    def be_second(held, *, at):
        give_back(Job.objects.all(), at=at)
        return give_back(held, at=at)

    monkeypatch.setattr(reaping, "give_back", be_second)

    assert reaping.reap(at=at) == []
    assert told == []
