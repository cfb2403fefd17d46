"""What waits for a worker, and whether the replica is read: asked for when somebody looks.

Imported only where METRICS_TOKEN is set. The jobs are in the database and the tasks in Redis, so
that all servers say the same; where one of them is away, its numbers are left out.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import Error
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from domain.base import replica
from domain.jobs.models import Job, JobKind

logger = logging.getLogger(__name__)

# However many collect, the stores are asked no more often than this.
REMEMBERED_SECONDS = 5
REDIS_SECONDS = 1


class Waiting(Collector):
    """The numbers of this moment, or of a few seconds ago."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.asked_at = float("-inf")
        self.known: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing: being registered must not ask."""
        return []

    def collect(self) -> Iterable[Metric]:
        """What Prometheus is told."""
        with self.lock:
            if monotonic() - self.asked_at >= REMEMBERED_SECONDS:
                self.known = [metric for ask in ASKED for metric in _answers(ask)]
                self.asked_at = monotonic()
            return self.known


def _answers(ask: Callable[[], list[Metric]]) -> list[Metric]:
    try:
        return ask()
    except (Error, RedisError) as away:
        logger.warning("numbers are left out", extra={"reason": type(away).__name__})
        return []


def _jobs() -> list[Metric]:
    waiting = GaugeMetricFamily("drillbook_jobs_waiting", "Jobs that wait.", labels=["kind"])
    running = GaugeMetricFamily("drillbook_jobs_running", "Jobs that run.", labels=["kind"])
    oldest = GaugeMetricFamily(
        "drillbook_jobs_oldest_waiting_seconds",
        "How long ago the job that waits longest was asked for, or its last worker heard of.",
    )
    found = {row["kind"]: row for row in Job.objects.standing_by_kind()}
    for kind in JobKind.values:
        standing = found.get(kind, {"waiting": 0, "running": 0})
        waiting.add_metric([kind], standing["waiting"])
        running.add_metric([kind], standing["running"])
    moments = [row["waiting_since"] for row in found.values() if row["waiting_since"] is not None]
    now = datetime.now(UTC)
    oldest.add_metric([], max([(now - since).total_seconds() for since in moments], default=0))
    return [waiting, running, oldest]


def _tasks() -> list[Metric]:
    if not settings.REDIS_URL:
        return []
    waiting = GaugeMetricFamily(
        "drillbook_tasks_waiting", "Tasks in Redis that no worker took yet.", labels=["queue"]
    )
    with Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
    ) as store:
        for queue in settings.CELERY_TASK_QUEUES:
            waiting.add_metric([queue.name], store.llen(queue.name))
    return [waiting]


def _replica() -> list[Metric]:
    if not replica.is_configured():
        return []
    used = GaugeMetricFamily(
        "drillbook_replica_used", "Whether the replica is read: 0 while it is away or behind."
    )
    used.add_metric([], int(replica.copy.is_usable()))
    return [used]


ASKED = (_jobs, _tasks, _replica)
