"""Traces of requests down to resolvers and SQL, sent where OTEL_EXPORTER_OTLP_ENDPOINT says.

Imported only where that is set. Spans carry names, times and numbers: no argument, no document, no
value of a statement, and of an error its kind only, for its message may quote what a person typed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isawaitable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from graphql import GraphQLObjectType
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from project.observability.operations import operation_of, place_of
from project.tally import on_every_database
from schema.root import schema

LONGEST_NAME = 200
LONGEST_STATEMENT = 2000


class TraceRequests:
    """The outermost middleware: a span around each request, and within it one a statement."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.tracer = provider().get_tracer("drillbook")
        trace_resolvers(self.tracer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = f"{request.method} {place_of(request)}"
        # A caller may say which trace it belongs to, and nothing else about it.
        named = {"traceparent": request.headers.get("traceparent", "")}
        parent = TraceContextTextMapPropagator().extract(named)
        with (
            _span(self.tracer, name, context=parent, kind=SpanKind.SERVER) as span,
            on_every_database(SqlSpans(self.tracer)),
        ):
            response = self.get_response(request)
            _describe(span, request, response)
            return response


class SqlSpans:
    """A span around each statement."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        with _span(self.tracer, f"SQL {_verb(sql)}", kind=SpanKind.CLIENT) as span:
            if span.is_recording():
                span.set_attribute("db.system.name", connection.vendor)
                span.set_attribute("db.query.text", str(sql)[:LONGEST_STATEMENT])
            return execute(sql, params, many, context)


def provider() -> TracerProvider:
    """What makes spans and sends them, from a thread of its own, in batches."""
    made = TracerProvider(
        sampler=_sampler(),
        resource=Resource.create({"service.name": settings.OTEL_SERVICE_NAME}),
    )
    exporter = OTLPSpanExporter(
        endpoint=settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip("/") + "/v1/traces",
        headers=settings.OTEL_EXPORTER_OTLP_HEADERS,
    )
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made


def trace_resolvers(tracer: Tracer) -> None:
    """Put a span around every resolver that is a function of ours; columns have none."""
    for type_ in schema._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            definition = field.extensions.get("strawberry-definition")
            is_ours = getattr(definition, "base_resolver", None) is not None
            if field.resolve is not None and field.subscribe is None and is_ours:
                field.resolve = _traced(tracer, f"{type_.name}.{name}", field.resolve)


def _traced(tracer: Tracer, name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
    original = getattr(resolve, "untraced", resolve)

    @wraps(original)
    def resolved(*args: Any, **kwargs: Any) -> Any:
        with _span(tracer, name):
            result = original(*args, **kwargs)
        return _awaited(tracer, name, result) if isawaitable(result) else result

    resolved.untraced = original  # type: ignore[attr-defined]
    return resolved


async def _awaited(tracer: Tracer, name: str, result: Any) -> Any:
    with _span(tracer, name):
        return await result


@contextmanager
def _span(tracer: Tracer, name: str, **kwargs: Any) -> Iterator[Span]:
    """A span that knows the kind of what went wrong, and not its message."""
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **kwargs
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def _describe(span: Span, request: HttpRequest, response: HttpResponse) -> None:
    if not span.is_recording():
        return
    span.set_attribute("http.request.method", str(request.method)[:LONGEST_NAME])
    span.set_attribute("http.response.status_code", response.status_code)
    span.set_attribute("drillbook.request_id", getattr(request, "request_id", ""))
    if operation := operation_of(request):
        kind, field = operation
        span.update_name(f"{kind} {field}")
        span.set_attribute("graphql.operation.type", kind)
        span.set_attribute("graphql.operation.name", _name_of(request))
        span.set_attribute("drillbook.error_codes", getattr(request, "error_codes", []))
    if tally := getattr(request, "tally", None):
        span.set_attribute("drillbook.statements", tally.statements)
    if response.status_code >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _name_of(request: HttpRequest) -> str:
    return (getattr(request, "operation_name", None) or "")[:LONGEST_NAME]


def _sampler() -> Sampler:
    by_trace = TraceIdRatioBased(settings.OTEL_TRACES_SAMPLER_ARG)
    # Otherwise a caller could have all of its requests traced.
    is_callers_choice = settings.OTEL_TRACES_SAMPLER.startswith("parentbased")
    return ParentBased(by_trace) if is_callers_choice else by_trace


def _verb(sql: Any) -> str:
    word = str(sql).lstrip("( \n")[:20].partition(" ")[0].upper()
    return word if word.isalpha() else "statement"
