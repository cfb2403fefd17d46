"""Switches on what the environment names, once in each process."""

from django.conf import settings


def start() -> None:
    """Import and start Sentry and Datadog where they are wanted.

    Metrics and traces are middleware, and come with it (project/settings/base.py).
    """
    if settings.SENTRY_DSN:
        from project.observability import sentry

        sentry.start()
    if settings.DD_TRACE_ENABLED:
        from project.observability import datadog

        datadog.start()
