"""What waits, as every server tells it at /metrics."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from domain.base import replica
from project.observability import waiting
from project.observability.waiting import Waiting
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers():
    """Each sample by its name and labels, as somebody sees them who has not asked before."""

    def ask(asked=None):
        return {
            (sample.name.removeprefix("drillbook_"), *sample.labels.values()): sample.value
            for metric in (asked or Waiting()).collect()
            for sample in metric.samples
        }

    return ask


def test_jobs_are_counted_by_kind(numbers):
    JobFactory.create_batch(2, status="PENDING")
    JobFactory(status="RUNNING", kind="IMPORT")
    JobFactory(status="SUCCEEDED")

    found = numbers()

    assert found["jobs_waiting", "EXPORT"] == 2
    assert found["jobs_waiting", "IMPORT"] == 0
    assert found["jobs_running", "IMPORT"] == 1
    assert found["jobs_running", "EXPORT"] == 0


@pytest.mark.parametrize(
    ("columns", "minutes"),
    [
        ({"created_at": 20}, 20),
        # Handed over again by the reaper, which is not to hide that nobody takes it.
        ({"created_at": 20, "queued_at": 1}, 20),
        # Its worker died.
        ({"created_at": 20, "heartbeat_at": 3}, 3),
    ],
)
def test_the_oldest_job_that_waits_tells_for_how_long(columns, minutes, numbers):
    now = datetime.now(UTC)
    moments = {name: now - timedelta(minutes=ago) for name, ago in columns.items()}
    JobFactory(status="PENDING", **moments)
    JobFactory(status="PENDING", created_at=now)
    JobFactory(status="RUNNING", created_at=now - timedelta(days=1))

    found = numbers()["jobs_oldest_waiting_seconds",]

    assert minutes * 60 <= found < minutes * 60 + 30


def test_nothing_waits_where_there_is_no_job(numbers):
    assert numbers()["jobs_oldest_waiting_seconds",] == 0


def test_the_stores_are_asked_now_and_then_only(numbers, django_assert_num_queries, monkeypatch):
    asked = Waiting()
    with django_assert_num_queries(1):
        first = numbers(asked)
        JobFactory.build(status="PENDING")
        assert numbers(asked) == first

    monkeypatch.setattr(waiting, "REMEMBERED_SECONDS", 0)
    with django_assert_num_queries(1):
        numbers(asked)


class Store(Redis):
    """Has so many messages in each list, or is away."""

    lengths = {}

    def llen(self, name):
        if name not in self.lengths:
            raise RedisAway
        return self.lengths[name]


def test_tasks_are_counted_by_their_queue(numbers, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(waiting, "Redis", Store)
    monkeypatch.setattr(Store, "lengths", {"drillbook": 3, "drillbook-jobs": 1})

    found = numbers()

    assert found["tasks_waiting", "drillbook"] == 3
    assert found["tasks_waiting", "drillbook-jobs"] == 1


def test_what_cannot_be_asked_is_left_out_and_said(numbers, settings, monkeypatch, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(waiting, "Redis", Store)

    def fail():
        raise OperationalError

    monkeypatch.setattr(waiting, "ASKED", (waiting._jobs, waiting._tasks, fail))
    found = numbers()

    assert {name for name, *_ in found} == {
        "jobs_waiting",
        "jobs_running",
        "jobs_oldest_waiting_seconds",
    }
    assert [record.reason for record in caplog.records] == ["ConnectionError", "OperationalError"]


@pytest.mark.parametrize("is_usable", [True, False])
def test_whether_the_replica_is_read(is_usable, numbers, settings, monkeypatch):
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica.copy, "is_usable", lambda: is_usable)

    assert numbers()["replica_used",] == int(is_usable)


def test_without_a_replica_nothing_is_said_of_it(numbers):
    assert ("replica_used",) not in numbers()
