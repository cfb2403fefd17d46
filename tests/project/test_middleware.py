import logging
import re
from datetime import datetime
from types import SimpleNamespace
from typing import ClassVar

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import AsyncRequestFactory, Client, RequestFactory
from django.urls import path
from psycopg.errors import LockNotAvailable

from domain.audit import services as audit
from domain.audit.models import AuditEvent
from project import middleware
from project.middleware import RequestLog
from tests.factories import NOW

pytestmark = pytest.mark.urls(__name__)


def three_statements(request):
    request.operation_name = "Three"
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT 1")
    return HttpResponse("done")


def searched(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["swordfish"])
    return HttpResponse("done")


def audited(request):
    audit.record(verb="test.happened", at=NOW, actor=None)
    return HttpResponse(request.request_id)


def crash(request):
    raise RuntimeError("password=swordfish")


def away(request):
    raise OperationalError("connection refused")


def broken(request):
    raise InterfaceError("connection already closed")


def busy(request):
    raise OperationalError("lock timeout") from LockNotAvailable()


urlpatterns = [
    path("graphql", crash),
    path("graphql/away", away),
    path("graphql/busy", busy),
    path("three", three_statements),
    path("searched", searched),
    path("audited", audited),
    path("health/ready", audited),
    path("away", away),
    path("broken", broken),
    path("crash", crash),
]


@pytest.fixture
def http():
    """A browser: it sees what Django answers instead of the exception itself."""
    return Client(raise_request_exception=False)


@pytest.fixture
def lines(caplog):
    """The access lines written so far."""
    caplog.set_level(logging.INFO, logger="drillbook.access")
    return lambda: [line for line in caplog.records if line.name == "drillbook.access"]


def said(line):
    names = ("method", "path", "status", "statements", "operation", "slow")
    return {name: getattr(line, name) for name in names if hasattr(line, name)}


@pytest.mark.django_db
def test_a_request_has_one_line_with_its_exact_statement_count(http, lines):
    http.post("/three?token=swordfish")

    (line,) = lines()
    assert line.levelname == "INFO"
    assert said(line) == {
        "method": "POST",
        "path": "/three",
        "status": 200,
        "statements": 3,
        "operation": "Three",
    }
    assert 0 < line.milliseconds < 10_000
    assert "swordfish" not in str(vars(line).values())


@pytest.mark.django_db
def test_each_request_counts_its_own_statements(http, lines):
    http.get("/three")
    http.get("/three")

    assert [line.statements for line in lines()] == [3, 3]
    assert not connection.execute_wrappers


@pytest.mark.django_db
def test_a_slow_request_is_flagged(http, lines, settings):
    settings.SLOW_REQUEST_MILLISECONDS = 0

    http.get("/three")

    (line,) = lines()
    assert line.levelname == "WARNING"
    assert line.slow is True


@pytest.mark.django_db
def test_a_slow_request_names_its_slowest_statement_without_values(http, lines, settings):
    settings.SLOW_REQUEST_MILLISECONDS = 0

    http.get("/searched")

    (line,) = lines()
    assert line.slowest_statement == "SELECT %s"
    assert 0 < line.sql_milliseconds <= line.milliseconds


@pytest.mark.django_db
def test_without_the_access_log_only_slow_requests_have_a_line(http, caplog, settings):
    caplog.set_level(logging.WARNING, logger="drillbook.access")

    http.get("/three")
    settings.SLOW_REQUEST_MILLISECONDS = 0
    http.get("/three")

    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.django_db
def test_a_probe_that_succeeds_has_no_line(http, lines):
    http.get("/health/ready")
    http.get("/health/none")

    assert [(line.path, line.status) for line in lines()] == [("/health/none", 404)]


@pytest.mark.django_db
@pytest.mark.urls("project.urls")
def test_an_operation_has_its_name_fields_and_cost(http, lines):
    query = "query Mine { ...Q tags { totalCount } } fragment Q on Query { a: viewer { email } }"
    http.post("/graphql", {"query": query}, content_type="application/json")

    (line,) = lines()
    assert (line.operation, line.fields) == ("Mine", "viewer,tags")
    assert line.cost == 2


@pytest.mark.parametrize(("in_transaction", "closed"), [(False, 1), (True, 0)])
def test_under_asgi_no_connection_outlives_its_request(in_transaction, closed, monkeypatch):
    class Connection:
        in_atomic_block = in_transaction
        execute_wrappers: ClassVar = []
        closed = 0

        def close(self):
            Connection.closed += 1

    open_ones = SimpleNamespace(all=lambda **_: [Connection()])
    monkeypatch.setattr(middleware, "connections", open_ones)

    RequestLog(lambda request: HttpResponse())(AsyncRequestFactory().get("/page"))
    RequestLog(lambda request: HttpResponse())(RequestFactory().get("/page"))

    assert Connection.closed == closed


def test_a_very_long_path_is_cut(http, lines):
    http.get("/" + "x" * 5000)

    assert len(lines()[0].path) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["a", "Web-1.2_3", "x" * 64])
def test_a_clients_request_id_is_kept_and_audited(http, given):
    response = http.get("/audited", headers={"X-Request-ID": given})

    assert response.content.decode() == given
    assert response["X-Request-ID"] == given
    assert AuditEvent.objects.get().request_id == given


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "two words", "a\nb", "x" * 65, "<script>", "ä", "a/b"])
def test_an_unsafe_request_id_is_replaced(http, given):
    response = http.get("/audited", headers={"X-Request-ID": given})

    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])
    assert AuditEvent.objects.get().request_id == response["X-Request-ID"]


@pytest.mark.django_db
def test_two_requests_have_two_ids_and_none_remains(http):
    first = http.get("/audited")["X-Request-ID"]
    second = http.get("/audited")["X-Request-ID"]

    assert first != second
    assert audit.current_request_id.get() == ""


def test_an_api_that_crashes_answers_json_without_details(http, lines, caplog):
    response = http.post("/graphql", headers={"X-Request-ID": "crash-1"})

    (error,) = response.json()["errors"]
    assert response.status_code == 500
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["requestId"] == "crash-1"
    assert datetime.fromisoformat(error["extensions"]["timestamp"]).tzinfo
    assert "swordfish" not in response.content.decode()
    assert said(lines()[0]) == {
        "method": "POST",
        "path": "/graphql",
        "status": 500,
        "statements": 0,
    }
    (logged,) = [record for record in caplog.records if record.name == "django.request"]
    assert logged.exc_info[0] is RuntimeError


def test_another_page_that_crashes_is_djangos_business(http, lines):
    response = http.get("/crash")

    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")
    assert lines()[0].status == 500


@pytest.mark.parametrize("debug", [False, True])
def test_an_api_without_its_database_answers_json(http, settings, debug):
    settings.DEBUG = debug

    response = http.post("/graphql/away")

    (error,) = response.json()["errors"]
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["extensions"]["requestId"] == response["X-Request-ID"]
    assert "refused" not in error["message"]


def test_what_waits_for_others_is_told_when_to_come_again(http, caplog):
    response = http.post("/graphql/busy")

    (error,) = response.json()["errors"]
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert (error["extensions"]["code"], error["extensions"]["retryAfterSeconds"]) == ("BUSY", 5)
    (logged,) = [record for record in caplog.records if record.name == "django.request"]
    assert logged.getMessage() == "the database did not get a lock: others have it"
    assert logged.exc_info is None


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("address", ["/away", "/broken"])
def test_another_page_without_its_database_answers_plainly(http, settings, address, debug):
    settings.DEBUG = debug

    response = http.get(address)

    assert response.status_code == 503
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Length"] == str(len(response.content))
    assert response.content == b"The service is not available for a moment. Try again shortly."


def test_a_missing_database_is_logged_without_a_traceback(http, caplog):
    http.get("/away")

    (logged,) = [record for record in caplog.records if record.name == "django.request"]
    assert logged.getMessage() == "the database is away"
    assert logged.reason == "connection refused"
    assert logged.status_code == 503
    assert logged.exc_info is None


@pytest.mark.django_db
def test_the_next_request_is_answered_again(http):
    http.get("/away")

    assert http.get("/three").status_code == 200


def test_what_not_even_django_catches_still_has_a_line(rf, lines):
    def interrupted(request):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        RequestLog(interrupted)(rf.get("/page"))

    assert lines()[0].status == 500
    assert audit.current_request_id.get() == ""
