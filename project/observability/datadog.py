"""Datadog's tracer. Imported only where DD_TRACE_ENABLED is true and ``ddtrace`` is installed."""

import os
from typing import Any

from project.observability.scrubbing import without_values

# Read when ddtrace is imported. Its defaults send query strings, in which secrets travel.
QUIET = {
    "DD_HTTP_SERVER_TAG_QUERY_STRING": "false",
    "DD_TRACE_REPORT_HOSTNAME": "false",
    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
    "DD_DJANGO_INCLUDE_USER_NAME": "false",
    "DD_DJANGO_INCLUDE_USER_EMAIL": "false",
}
MESSAGES = ("error.message", "error.msg")
UNWANTED = ("error.stack", "http.useragent", "http.client_ip", "network.client.ip")


class WithoutValues:
    """Takes out of each span what quotes a person's input, before it leaves the process."""

    def process_trace(self, trace: list[Any]) -> list[Any]:
        """Change the spans in place; every one passes."""
        for span in trace:
            for name in MESSAGES:
                if message := span.get_tag(name):
                    span.set_tag(name, without_values(message))
            for name in UNWANTED:
                if span.get_tag(name):
                    span.set_tag(name, "")
        return trace


def start() -> None:
    """Trace requests, SQL and background work; not GraphQL, whose spans carry the documents."""
    os.environ.update(QUIET | {"DD_TRACE_ENABLED": "true"})
    import ddtrace

    ddtrace.tracer.configure(trace_processors=[WithoutValues()])
    ddtrace.patch(django=True, psycopg=True, celery=True, graphql=False)
