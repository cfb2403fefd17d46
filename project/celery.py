"""The Celery application. ``celery --app project.celery worker`` does what requests hand over."""

import logging
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging
from django.conf import settings

from project.env_file import choose_settings

choose_settings("project.settings.production")

logger = logging.getLogger(__name__)

is_watched = bool(settings.METRICS_TOKEN or settings.OTEL_EXPORTER_OTLP_ENDPOINT)

app = Celery("drillbook", task_cls="project.observability.work:WatchedTask" if is_watched else None)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(loglevel: int, **_: Any) -> None:
    """Have Celery's records go where ours go, and no other way.

    Args:
        loglevel: of its command line, for who wants more than LOG_LEVEL.
    """
    root = logging.getLogger()
    root.setLevel(min(root.level, loglevel))


@celeryd_init.connect
def log_what_it_says(**_: Any) -> None:
    """Have a worker log what it would print: that it was told to stop, and warnings."""
    from celery.apps import worker

    worker.safe_say = say
    logging.captureWarnings(True)


def say(message: str, *_: Any) -> None:
    """Log a line that a worker would print, in production as well."""
    logger.warning(message)


@celeryd_init.connect
def watch_worker(options: dict[str, Any], **_: Any) -> None:
    """Begin with a worker that is watched; no other process gets this signal."""
    if is_watched:
        from project.observability import worker

        worker.start(options)
