"""What is measured, under which names, and for whom."""

import pytest
from django.urls import include, path
from prometheus_client import REGISTRY

from project.observability import metrics
from tests.factories import QuestionFactory

TOKEN = "a-token-for-metrics-of-32-characters"
urlpatterns = [path("metrics", metrics.metrics), path("", include("project.urls"))]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def measured(settings):
    """Everything is, from here on."""
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = [
        "project.observability.metrics.MeasureRequests", *settings.MIDDLEWARE
    ]  # fmt: skip


def series():
    return {
        (sample.name, *sample.labels.values())
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.startswith("drillbook_")
    }


def run(client, query, name=None):
    return client.post(
        "/graphql", {"query": query, "operationName": name}, content_type="application/json"
    )


@pytest.mark.django_db
def test_an_operation_is_counted_with_its_time_and_statements(graphql, user, counted):
    QuestionFactory(owner=user)

    graphql("query Mine { questions(first: 1) { edges { node { title } } } }", as_user=user)

    of = {"kind": "query", "field": "questions"}
    assert counted("drillbook_operations_total", **of) == 1
    assert counted("drillbook_operation_seconds_count", **of) == 1
    assert counted("drillbook_operation_statements_sum", **of) >= 1
    request = {"place": "graphql", "method": "POST", "status": "200"}
    assert counted("drillbook_requests_total", **request) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "kind", "field", "code"),
    [
        ("{ viewer { id } }", "query", "viewer", "UNAUTHENTICATED"),
        ("{ ...V } fragment V on Query { viewer { id } }", "query", "viewer", "UNAUTHENTICATED"),
        ("{ a: viewer { id } b: viewer { id } }", "query", "viewer", "UNAUTHENTICATED"),
        ("{ viewer { id } tags { totalCount } }", "query", "(several)", "UNAUTHENTICATED"),
        ("{ swordfish }", "query", "(unknown)", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { viewer }", "mutation", "(unknown)", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...Gone }", "query", "(unknown)", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...A }", "query", "(unknown)", "GRAPHQL_VALIDATION"),
    ],
)
def test_an_error_is_counted_by_its_code(query, kind, field, code, client, counted):
    run(client, query)

    code = "GRAPHQL_VALIDATION_FAILED" if code.startswith("GRAPHQL") else code
    of = {"kind": kind, "field": field}
    assert counted("drillbook_operations_total", **of) == 1
    assert counted("drillbook_operation_errors_total", **of, code=code) == 1


@pytest.mark.django_db
def test_clients_cannot_make_names_without_end(client):
    queries = ["{ a }", "query A { __typename }", "{ __typename __schema { __typename } }", "{"]
    for query in queries:
        run(client, query)
    client.generic("PURGE", "/no/such/page")
    before = series()

    for number in range(30):
        run(client, f"{{ field{number} }}")
        run(client, f"query Name{number} {{ __typename }}")
        run(client, f"query Name{number} {{ __typename __schema {{ a{number}: __typename }} }}")
        run(client, f"query {{ x{number}", f"Name{number}")
        client.generic(f"METHOD{number}", f"/no/such/page{number}")

    assert series() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 404),
        ("Bearer ", 404),
        ("Bearer wrong", 404),
        (TOKEN, 404),
        (f"Bearer {TOKEN}ä", 404),
        (f"Bearer {TOKEN}", 200),
    ],
)
def test_only_who_has_the_token_sees_them(given, status, client):
    answer = client.get("/metrics", headers={"Authorization": given} if given else {})

    assert answer.status_code == status
    assert ("drillbook_requests_total" in answer.content.decode()) == (status == 200)


@pytest.mark.django_db
@pytest.mark.urls("project.urls")
def test_without_a_token_there_is_no_such_page(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
