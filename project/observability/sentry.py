"""Failures as Sentry takes them. Imported only where SENTRY_DSN is set."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from project.logging import request_id
from project.observability.scrubbing import scrubbed


def start(**options: Any) -> None:
    """Report what fails from now on: crashes, and what is logged as an error.

    Args:
        options: for tests: another transport.
    """
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        before_send=_before_send,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        send_client_reports=False,
        auto_session_tracking=False,
        # The defaults also send the command line, installed packages, and GraphQL documents.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            CeleryIntegration(),
            DedupeIntegration(),
            DjangoIntegration(),
            ExcepthookIntegration(),
            LoggingIntegration(level=None),
        ],
        **options,
    )


def _before_send(event: Any, hint: dict[str, Any]) -> Any:
    if template := getattr(hint.get("log_record"), "template", None):
        event["logentry"] = {"message": template}
    kept = scrubbed(event)
    if current := request_id():
        kept["tags"]["request_id"] = current
    return kept
