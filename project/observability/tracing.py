"""Traces of requests down to resolvers and SQL.

Imported only where OTEL_EXPORTER_OTLP_ENDPOINT is set (project/observability/spans.py).
"""

from collections.abc import Callable
from functools import wraps
from inspect import isawaitable
from typing import Any

from django.http import HttpRequest, HttpResponse
from graphql import GraphQLObjectType
from opentelemetry.trace import Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from project.observability import spans
from project.observability.operations import method_of, operation_of, place_of
from schema.root import schema

LONGEST_NAME = 200


class TraceRequests:
    """The outermost middleware: a span around each request, and within it one a statement."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.tracer = spans.tracer()
        trace_resolvers(self.tracer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = f"{method_of(request)} {place_of(request)}"
        # A caller may say which trace it belongs to, and nothing else about it.
        named = {"traceparent": request.headers.get("traceparent", "")}
        parent = TraceContextTextMapPropagator().extract(named)
        with (
            spans.span(self.tracer, name, context=parent, kind=SpanKind.SERVER) as span,
            spans.around_statements(self.tracer),
        ):
            response = self.get_response(request)
            _describe(span, request, response)
            return response


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
        with spans.span(tracer, name):
            result = original(*args, **kwargs)
        return _awaited(tracer, name, result) if isawaitable(result) else result

    resolved.untraced = original  # type: ignore[attr-defined]
    return resolved


async def _awaited(tracer: Tracer, name: str, result: Any) -> Any:
    with spans.span(tracer, name):
        return await result


def _describe(span: Span, request: HttpRequest, response: HttpResponse) -> None:
    if not span.is_recording():
        return
    span.set_attribute("http.request.method", method_of(request))
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
        spans.mark_failed(span)


def _name_of(request: HttpRequest) -> str:
    return (getattr(request, "operation_name", None) or "")[:LONGEST_NAME]
