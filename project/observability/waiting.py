"""What waits for a worker, and whether the replica is read: asked for when somebody looks.

Imported only where METRICS_TOKEN is set. The jobs are in the database and the tasks in Redis, so
that all servers say the same; where one of them is away, its numbers are left out.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
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
# A retried job counts from when it was first asked for: nothing else of its past is kept.
_WAITS_SINCE = Coalesce("heartbeat_at", "created_at")


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
    is_pending, is_running = Q(status="PENDING"), Q(status="RUNNING")
    rows = (
        Job.objects.active()
        .values("kind")
        .annotate(
            pending=Count("pk", filter=is_pending),
            at_work=Count("pk", filter=is_running),
            since=Min(_WAITS_SINCE, filter=is_pending),
        )
        .values_list("kind", "pending", "at_work", "since")
    )
    found: dict[str, Any] = {kind: numbers for kind, *numbers in rows}
    for kind in JobKind.values:
        pending, at_work, _ = found.get(kind, (0, 0, None))
        waiting.add_metric([kind], pending)
        running.add_metric([kind], at_work)
    moments = [since for *_, since in found.values() if since is not None]
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
