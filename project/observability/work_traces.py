"""Spans of background work, in the trace of the request that asked for it.

Imported only where OTEL_EXPORTER_OTLP_ENDPOINT is set.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import context
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.base.tasks import Run
from domain.jobs import watching
from project.observability import spans
from project.observability.work import SUCCEEDED, Ran

TRACE = "traceparent"
FAULTS = (watching.Outcome.FAILED, watching.Outcome.INTERRUPTED)


def headers() -> dict[str, str]:
    """What a message carries: which trace and span it was sent from, and nothing else."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {TRACE: carrier[TRACE]} if TRACE in carrier else {}


def carried(run: Run) -> Run:
    """The same work, in the trace of whoever hands it to a thread now."""
    of_request = context.get_current()

    def in_trace(*args: Any) -> None:
        token = context.attach(of_request)
        try:
            run(*args)
        finally:
            context.detach(token)

    return in_trace


@contextmanager
def traced(ran: Ran) -> Iterator[None]:
    """A span around a task, and within it one a statement."""
    tracer = spans.tracer()
    sent = {TRACE: ran.headers.get(TRACE, "")}
    parent = TraceContextTextMapPropagator().extract(sent) if ran.queue else None
    with (
        tracer.start_as_current_span(
            f"task {ran.name}",
            context=parent,
            kind=SpanKind.CONSUMER if ran.queue else SpanKind.INTERNAL,
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
        spans.around_statements(tracer),
    ):
        try:
            yield
        finally:
            span.set_attribute("drillbook.task", ran.name)
            span.set_attribute("drillbook.queue", ran.queue)
            span.set_attribute("drillbook.retries", ran.retries)
            span.set_attribute("drillbook.outcome", ran.outcome)
            span.set_attribute("drillbook.statements", ran.tally.statements)
            if ran.outcome != SUCCEEDED:
                spans.mark_failed(span, ran.error)


@contextmanager
def traced_attempt(attempt: watching.Attempt) -> Iterator[None]:
    """A span around an attempt at a job."""
    with spans.span(spans.tracer(), f"job {attempt.kind}") as span:
        try:
            yield
        finally:
            span.set_attribute("drillbook.job.kind", attempt.kind)
            span.set_attribute("drillbook.job.attempt", attempt.number)
            span.set_attribute("drillbook.outcome", attempt.outcome)
            if attempt.outcome in FAULTS:
                spans.mark_failed(span)
