"""Switches on what the environment names, once in each process."""

from django.conf import settings

from domain.base.tasks import carriers
from domain.jobs import watching


def start() -> None:
    """Import and start what is wanted.

    Metrics and traces of requests are middleware, and come with it (project/settings/base.py);
    those of tasks come with the class of tasks (project/celery.py).
    """
    if settings.SENTRY_DSN:
        from project.observability import sentry

        sentry.start()
    if settings.DD_TRACE_ENABLED:
        from project.observability import datadog

        datadog.start()
    if settings.METRICS_TOKEN:
        from project.observability import work_metrics

        watching.watch(attempts=work_metrics.measured_attempt, losses=work_metrics.note_loss)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from project.observability import work_traces

        watching.watch(attempts=work_traces.traced_attempt)
        carriers.append(work_traces.carried)
