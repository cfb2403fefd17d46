"""A whole process with everything switched on, or nothing: what it imports, and what leaves it."""

import json

import pytest

from tests.project.observability import processes

pytestmark = pytest.mark.once

OWN = "project.observability.work"
FOREIGN = ("prometheus_client", "opentelemetry", "sentry_sdk", "ddtrace", OWN)
PROCESS = """
import json, logging, os, sys
from wsgiref.util import setup_testing_defaults
from celery import current_app
from celery.signals import celeryd_init
from django.test import Client
from project.wsgi import application
from project import health

def fail():
    raise ValueError(os.environ["TYPED"])

logging.disable(logging.NOTSET)
client = Client(raise_request_exception=False)
own = {
    "Host": "drillbook.example",
    "X-Forwarded-Proto": "https",
    "Authorization": "Bearer swordfish",
    "X-Request-ID": "crash-1",
}
health.problem_of_database = fail
environ = {"PATH_INFO": "/health/ready", "QUERY_STRING": "token=swordfish"}
setup_testing_defaults(environ)
environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in own.items()}
application(environ, lambda *status: None)
asked = {"query": 'query { viewer(note: "swordfish") { id } }'}
client.post("/graphql", asked, content_type="application/json", headers=own)
current_app.tasks["domain.jobs.tasks.reap"]
celeryd_init.send(sender="worker", options={"concurrency": 1})
logging.getLogger("domain.x").error("failed for %s", os.environ["EMAIL"], extra={"code": "123456"})
print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))
"""


# redis-py takes OpenTelemetry along wherever it is; a server without tracing does not have it.
ABSENT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("opentelemetry", "ddtrace"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
"""


def test_what_is_off_is_not_imported():
    process = processes.run(ABSENT + PROCESS, *FOREIGN)

    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout) == []


def test_what_is_on_and_not_installed_stops_the_start():
    process = processes.run(ABSENT + PROCESS, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")

    assert "OTEL_EXPORTER_OTLP_ENDPOINT must be empty where OpenTelemetry is not" in process.stderr


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """What a process sent by its end: reports of failures, and traces."""
    with processes.collector() as (address, received):
        process = processes.run(
            PROCESS,
            *FOREIGN,
            METRICS_TOKEN="a-token-for-metrics-of-32-characters",
            SENTRY_DSN=f"http://key@{address}/1",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
            TMPDIR=str(tmp_path_factory.mktemp("numbers")),
        )
    assert process.returncode == 0, process.stderr
    assert set(json.loads(process.stdout)) == set(FOREIGN) - {"ddtrace"}
    return received


def events_in(sent):
    lines = [line for path, body in sent if "/envelope/" in path for line in body.splitlines()]
    found = [json.loads(line) for line in lines if line.startswith(b"{")]
    return [event for event in found if "event_id" in event and "level" in event]


def test_a_crash_is_reported_with_its_kind_and_place(sent):
    crash, _ = events_in(sent)

    (exception,) = crash["exception"]["values"]
    assert exception["type"] == "ValueError"
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail"
    assert crash["tags"]["request_id"] == "crash-1"
    assert crash["request"] == {"method": "GET"}


def test_an_error_in_the_log_is_reported_without_its_values(sent):
    _, logged = events_in(sent)

    assert logged["message"] == "failed for %s"
    assert logged["logger"] == "domain.x"


def test_traces_arrive_though_the_process_ends(sent):
    assert [path for path, _ in sent if path == "/v1/traces"]


def test_nothing_that_people_typed_leaves_the_process(sent):
    assert len(sent) >= 3
    for _, body in sent:
        assert b"alice" not in body
        assert b"swordfish" not in body
        assert b"123456" not in body
