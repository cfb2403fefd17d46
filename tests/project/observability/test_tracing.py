"""Spans of a request: how they hang together, and what is not in them."""

import pytest
from graphql import GraphQLObjectType
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import StatusCode

from project.observability import tracing
from project.observability.spans import sampler
from schema.root import schema
from tests.factories import QuestionFactory

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{}"


@pytest.fixture
def resolvers():
    """Those of the schema, put back afterwards."""
    fields = [
        field
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for field in type_.fields.values()
    ]
    before = [field.resolve for field in fields]
    yield
    for field, resolve in zip(fields, before, strict=True):
        field.resolve = resolve


@pytest.fixture
def spans(settings, monkeypatch, resolvers):
    """Those that ended so far, the last one first."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("project.observability.spans.provider", lambda: provider)
    settings.MIDDLEWARE = [
        "project.observability.tracing.TraceRequests", *settings.MIDDLEWARE
    ]  # fmt: skip
    return lambda: exporter.get_finished_spans()[::-1]


def line_of(spans, name):
    """The names from a span of this name up to the root."""
    by_id = {span.context.span_id: span for span in spans}
    span = next(span for span in spans if span.name == name)
    names = [span.name]
    while span.parent is not None and span.parent.span_id in by_id:
        span = by_id[span.parent.span_id]
        names.append(span.name)
    return names


@pytest.mark.django_db
def test_a_statement_hangs_on_its_resolver_and_that_on_the_request(graphql, user, spans):
    QuestionFactory(owner=user)

    graphql("query Mine { viewer { email } questions { totalCount } }", as_user=user)

    assert line_of(spans(), "Query.viewer") == ["Query.viewer", "query (several)"]
    names = {span.name for span in spans()}
    assert "SQL SELECT" in names
    (root,) = [span for span in spans() if span.parent is None]
    assert root.attributes["graphql.operation.name"] == "Mine"
    statements = [span for span in spans() if span.name.startswith("SQL ")]
    assert root.attributes["drillbook.statements"] == len(statements)


@pytest.mark.django_db
def test_no_value_is_in_a_trace(graphql, user, spans):
    document = """mutation M($i: CreateQuestionInput!) { createQuestion(input: $i) {
        ... on Question { id } ... on OperationInfo { messages { code } } } }"""
    graphql(document, as_user=user, i={"title": "swordfish-title", "notes": "swordfish-notes"})
    literal = document.replace("$i: CreateQuestionInput!", "$x: Int").replace(
        "input: $i", 'input: { title: "swordfish-literal" }'
    )
    graphql(literal, as_user=user, x=1)

    assert any(span.name == "SQL INSERT" for span in spans())
    assert not [span for span in spans() if span.events]
    everything = " ".join(f"{span.name} {dict(span.attributes)}" for span in spans())
    assert "swordfish" not in everything
    assert user.email not in everything


@pytest.mark.django_db
def test_of_an_error_its_kind_is_told_and_not_its_message(client, spans, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("alice@example.com")

    monkeypatch.setattr("domain.accounts.services.registration.register", fail, raising=False)
    monkeypatch.setattr("project.health.problem_of_database", fail)
    client.raise_request_exception = False
    client.get("/health/ready?token=swordfish")

    (span,) = [span for span in spans() if span.parent is None]
    assert span.name == "GET health"
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["http.response.status_code"] == 500
    assert "alice" not in span.to_json()
    assert "swordfish" not in span.to_json()


@pytest.mark.django_db
def test_a_caller_names_its_trace_and_nothing_else(client, spans):
    client.get("/health/live", headers={"traceparent": CALLER.format("01"), "tracestate": "a=swo"})

    (span,) = spans()
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert not span.context.trace_state


@pytest.mark.parametrize("flag", ["00", "01"])
@pytest.mark.parametrize(
    ("kind", "asks"), [("traceidratio", False), ("parentbased_traceidratio", True)]
)
@pytest.mark.once
def test_a_caller_decides_what_is_traced_only_where_it_may(flag, kind, asks, settings):
    settings.OTEL_TRACES_SAMPLER, settings.OTEL_TRACES_SAMPLER_ARG = kind, 0.0
    tracer = TracerProvider(sampler=sampler()).get_tracer("tests")
    propagator = tracing.TraceContextTextMapPropagator()
    parent = propagator.extract({"traceparent": CALLER.format(flag)})

    with tracer.start_as_current_span("request", context=parent) as span:
        assert span.is_recording() == (asks and flag == "01")


@pytest.mark.once
def test_resolvers_are_wrapped_once_however_often_it_starts(resolvers):
    tracer = TracerProvider().get_tracer("tests")
    field = schema._schema.query_type.fields["viewer"]
    plain = field.resolve

    tracing.trace_resolvers(tracer)
    tracing.trace_resolvers(tracer)

    assert field.resolve.untraced is plain


@pytest.mark.django_db
def test_a_method_that_nobody_knows_names_no_span(client, spans):
    for number in range(3):
        client.generic(f"PROBE{number}", "/health/live")
    client.get("/health/live")

    told = {(span.name, span.attributes["http.request.method"]) for span in spans()}
    assert told == {("other health", "other"), ("GET health", "GET")}
