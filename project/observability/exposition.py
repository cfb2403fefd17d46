"""Where numbers are kept and who may see them, in the format that Prometheus collects.

Imported only where METRICS_TOKEN is set. Several processes add up by way of files in
PROMETHEUS_MULTIPROC_DIR, which ``manage.py serve`` and Celery's workers make.
"""

import os
from functools import cache
from hmac import compare_digest

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from project.processes import METRICS_DIRECTORY, WORKER_PLACE


@cache
def add_up_processes() -> None:
    """Keep what is counted from now on in files, if there is a place for them; nothing was yet.

    Called where the counting begins: a server has imported this before it made the place.
    """
    if METRICS_DIRECTORY in os.environ:
        # By place, not by process: a worker goes on with the files of the one before the last, so
        # that there are no more of them however often workers are recycled.
        values.ValueClass = values.MultiProcessValue(
            lambda: os.environ.get(WORKER_PLACE) or os.getpid()
        )


def may_see(authorization: str) -> bool:
    """Whether a request has the token; its header is given as it came."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return compare_digest(authorization.encode(), expected.encode())


def everything(*beside: Collector) -> tuple[bytes, str]:
    """All numbers of all processes of this server, and the type of that text.

    Args:
        beside: what is asked for at this moment, and counted by none of them.
    """
    text = generate_latest(_counted())
    if beside:
        asked = CollectorRegistry()
        for collector in beside:
            asked.register(collector)
        text += generate_latest(asked)
    return text, CONTENT_TYPE_LATEST


def _counted() -> CollectorRegistry:
    if METRICS_DIRECTORY not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry
