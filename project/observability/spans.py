"""What spans are made with, and where they are sent: where OTEL_EXPORTER_OTLP_ENDPOINT says.

Imported only where that is set. Spans carry names, times and numbers: no argument, no document, no
value of a statement, and of an error its kind only, for its message may quote what a person typed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from project.tally import on_every_database

LONGEST_STATEMENT = 2000


@cache
def provider() -> TracerProvider:
    """What makes the spans of this process and sends them, from a thread of its own, in batches."""
    made = TracerProvider(
        sampler=sampler(),
        resource=Resource.create({"service.name": settings.OTEL_SERVICE_NAME}),
    )
    exporter = OTLPSpanExporter(
        endpoint=settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip("/") + "/v1/traces",
        headers=settings.OTEL_EXPORTER_OTLP_HEADERS,
    )
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made


def tracer() -> Tracer:
    """The one of this process."""
    return provider().get_tracer("drillbook")


def sampler() -> Sampler:
    """Which traces are kept. By its id alone, a trace is kept in all processes or in none."""
    by_trace = TraceIdRatioBased(settings.OTEL_TRACES_SAMPLER_ARG)
    # Otherwise a caller could have all of its requests traced.
    is_callers_choice = settings.OTEL_TRACES_SAMPLER.startswith("parentbased")
    return ParentBased(by_trace) if is_callers_choice else by_trace


@contextmanager
def span(tracer: Tracer, name: str, **kwargs: Any) -> Iterator[Span]:
    """A span that knows the kind of what went wrong, and not its message."""
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **kwargs
    ) as made:
        try:
            yield made
        except Exception as error:
            mark_failed(made, error)
            raise


def mark_failed(span: Span, error: BaseException | None = None) -> None:
    """Say of a span that it failed, and by what kind of error."""
    if error is not None:
        span.set_attribute("error.type", type(error).__name__)
    span.set_status(Status(StatusCode.ERROR))


class SqlSpans:
    """A span around each statement."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        with span(self.tracer, f"SQL {_verb(sql)}", kind=SpanKind.CLIENT) as made:
            if made.is_recording():
                made.set_attribute("db.system.name", connection.vendor)
                made.set_attribute("db.query.text", str(sql)[:LONGEST_STATEMENT])
            return execute(sql, params, many, context)


@contextmanager
def around_statements(tracer: Tracer) -> Iterator[None]:
    """Have a span around each statement of this thread, and one only: a task may be called."""
    wrappers = next(connection.execute_wrappers for connection in connections.all())
    if any(isinstance(wrapper, SqlSpans) for wrapper in wrappers):
        yield
        return
    with on_every_database(SqlSpans(tracer)):
        yield


def _verb(sql: Any) -> str:
    word = str(sql).lstrip("( \n")[:20].partition(" ")[0].upper()
    return word if word.isalpha() else "statement"
