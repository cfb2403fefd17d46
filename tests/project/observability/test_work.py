"""Background work as it is measured and traced: in a worker, and in threads of the web process."""

import json
import socket
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass

import pytest
from celery.exceptions import TimeLimitExceeded
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from domain.jobs import watching
from domain.jobs.watching import Attempt, Loss, Outcome
from project.observability import work_metrics, worker
from project.observability.work import FAILED, SUCCEEDED, Ran
from project.processes import METRICS_DIRECTORY
from tests.installation import free_port
from tests.project.observability import processes

TASK = "domain.jobs.tasks.run_job"

# The worker is one of Celery's in a thread of this process, and its broker in this memory.
PROCESS = '''
import json, sys, time, urllib.error, urllib.request
from contextlib import nullcontext
import django
from celery import shared_task, signals

django.setup()
is_worker = sys.argv[1] == "worker"
if is_worker:
    signals.celeryd_init.send(sender="w", options={"concurrency": 1})

import project.wsgi
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.test import Client
from domain.base.tasks import enqueue
from domain.jobs.models import Job
from project.celery import app
from tests.client import access_token
from tests.factories import UserFactory

CONTENT = "Title,Date,Result,Notes\\nTwo Sum,2026-02-01,solved,swordfish\\n"
left = [OSError("alice@example.com")] * 2

@shared_task(autoretry_for=(OSError,), max_retries=5, default_retry_delay=0)
def stumble():
    if left:
        raise left.pop()

def wait_for(come):
    until = time.monotonic() + 60
    while not come() and time.monotonic() < until:
        time.sleep(0.05)

def ask(token):
    request = urllib.request.Request(f"http://127.0.0.1:{settings.WORKER_METRICS_PORT}/metrics")
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, ""

work = nullcontext()
if is_worker:
    app.conf.broker_url = settings.CELERY_BROKER_URL = "memory://"
    app.conf.broker_transport_options = {"polling_interval": 0.05}
    work = start_worker(app, pool="solo", perform_ping_check=False, loglevel="ERROR")
answer = {}
with work:
    if is_worker:
        signals.worker_ready.send(sender="w")
    document = """mutation Mine($content: String!) { startImport(input: {content: $content}) {
        ... on ImportBatch { job { id } } ... on OperationInfo { messages { code } } } }"""
    asked = {"query": document, "variables": {"content": CONTENT}}
    own = {
        "Host": "drillbook.example",
        "X-Forwarded-Proto": "https",
        "Authorization": f"Bearer {access_token(UserFactory())}",
    }
    said = Client().post("/graphql", asked, content_type="application/json", headers=own)
    assert "job" in said.json()["data"]["startImport"], said.json()
    if is_worker:
        enqueue(stumble)
        wait_for(lambda: '"drillbook.stumble"} 3.0' in ask(settings.METRICS_TOKEN)[1])
    wait_for(lambda: not Job.objects.active().exists())
    time.sleep(0.2)
    answer["status"] = Job.objects.get().status
    if is_worker:
        answer["strangers"] = ask("wrong")[0]
        answer["numbers"] = ask(settings.METRICS_TOKEN)[1]
print(json.dumps(answer))
'''


@dataclass
class Traced:
    """What a process answered, and the spans that it sent."""

    answer: dict
    spans: list
    bodies: list

    def line_of(self, span):
        """The names from a span up to the root."""
        by_id = {one.span_id: one for one in self.spans}
        names = [span.name]
        while span.parent_span_id:
            span = by_id[span.parent_span_id]
            names.append(span.name)
        return names

    def named(self, name):
        return [span for span in self.spans if span.name == name]


def attributes(span):
    found = {one.key: one.value for one in span.attributes}
    return {key: getattr(value, value.WhichOneof("value")) for key, value in found.items()}


@pytest.fixture(scope="module", params=["worker", "thread"])
def traced(request, tmp_path_factory, django_db_setup, django_db_blocker):
    """A process in which somebody imports a file, by a worker or in a thread."""
    directory = tmp_path_factory.mktemp(request.param)
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as tables,
        closing(sqlite3.connect(directory / "copy.sqlite3")) as copy,
    ):
        tables.backup(copy)
    with processes.collector() as (address, received):
        process = processes.run(
            PROCESS,
            request.param,
            DATABASE_URL=f"sqlite:///{directory / 'copy.sqlite3'}",
            METRICS_TOKEN="a-token-for-metrics-of-32-characters",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
            WORKER_METRICS_PORT=str(free_port()),
            TMPDIR=str(directory),
        )
    assert process.returncode == 0, process.stderr
    bodies = [body for path, body in received if path == "/v1/traces"]
    return Traced(json.loads(process.stdout.splitlines()[-1]), list(spans_in(bodies)), bodies)


def spans_in(bodies):
    for body in bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                yield from scope.spans


@pytest.mark.once
@pytest.mark.django_db
def test_a_request_its_task_and_their_statements_are_one_trace(traced):
    (task,) = traced.named(f"task {TASK}")
    statements = [span for span in traced.spans if span.name == "SQL INSERT"]

    above = ["Mutation.startImport", "mutation startImport"]
    assert traced.answer["status"] == "SUCCEEDED"
    assert traced.line_of(task) == [task.name, *above]
    lines = [traced.line_of(span) for span in statements if span.trace_id == task.trace_id]
    assert ["SQL INSERT", "job IMPORT", task.name, *above] in lines
    assert ["SQL INSERT", *above] in lines


@pytest.mark.once
@pytest.mark.django_db
def test_a_span_of_a_task_says_how_it_went(traced):
    (task,), (job,) = traced.named(f"task {TASK}"), traced.named("job IMPORT")

    by_worker = "numbers" in traced.answer
    said = attributes(task)
    beneath = [
        span
        for span in traced.spans
        if span.name.startswith("SQL ") and task.name in traced.line_of(span)
    ]
    assert said.pop("drillbook.statements") == len(beneath)
    assert said == {
        "drillbook.task": TASK,
        "drillbook.queue": "drillbook-jobs" if by_worker else "",
        "drillbook.retries": 0,
        "drillbook.outcome": "succeeded",
    }
    assert attributes(job) == {
        "drillbook.job.kind": "IMPORT",
        "drillbook.job.attempt": 1,
        "drillbook.outcome": "succeeded",
    }


@pytest.mark.once
@pytest.mark.django_db
def test_nothing_of_a_person_is_in_the_trace_of_a_task(traced):
    assert traced.bodies
    for body in traced.bodies:
        assert b"swordfish" not in body
        assert b"@example.com" not in body


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("traced", ["worker"], indirect=True)
def test_a_task_that_is_tried_again_stays_in_its_trace(traced):
    tries = sorted(
        traced.named("task drillbook.stumble"), key=lambda span: span.start_time_unix_nano
    )

    assert [attributes(span)["drillbook.outcome"] for span in tries] == [
        "retried",
        "retried",
        "succeeded",
    ]
    assert [attributes(span)["drillbook.retries"] for span in tries] == [0, 1, 2]
    assert [attributes(span).get("error.type") for span in tries] == ["OSError", "OSError", None]
    assert [span.parent_span_id for span in tries] == [b"", tries[0].span_id, tries[1].span_id]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("traced", ["worker"], indirect=True)
def test_a_worker_shows_its_numbers_to_who_has_the_token(traced):
    numbers = traced.answer["numbers"].splitlines()

    assert traced.answer["strangers"] == 404
    stumbled = 'drillbook_tasks_total{{outcome="{}",task="drillbook.stumble"}} {}'
    assert stumbled.format("retried", 2.0) in numbers
    assert stumbled.format("succeeded", 1.0) in numbers
    assert f'drillbook_tasks_started_total{{task="{TASK}"}} 1.0' in numbers
    assert f'drillbook_task_seconds_count{{task="{TASK}"}} 1.0' in numbers
    assert 'drillbook_job_attempts_total{kind="IMPORT",outcome="succeeded"} 1.0' in numbers
    assert 'drillbook_job_attempts_total{kind="EXPORT",outcome="failed"} 0.0' in numbers
    assert 'drillbook_job_attempts_started_total{kind="EXPORT"} 0.0' in numbers
    assert 'drillbook_job_seconds_count{kind="EXPORT"} 0.0' in numbers
    assert 'drillbook_task_statements_count{task="domain.jobs.tasks.reap"} 0.0' in numbers


def test_a_worker_whose_port_is_taken_goes_on_and_says_what_to_do(
    settings, monkeypatch, tmp_path, caplog
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(METRICS_DIRECTORY, "")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.WORKER_METRICS_PORT = taken.getsockname()[1]
        numbers = worker._Numbers(concurrency=1)
        numbers._serve()

    assert numbers.server is None
    assert "set a WORKER_METRICS_PORT of its own" in caplog.text
    assert {path.name for path in numbers.directory.iterdir()} == {"counter_1.db", "histogram_1.db"}
    numbers._end()
    assert not numbers.directory.exists()


@pytest.mark.parametrize("outcome", [SUCCEEDED, FAILED])
def test_a_task_is_counted_by_how_it_ended(outcome, counted):
    with work_metrics.measured(ran := Ran("mail", "", 0, {})):
        ran.outcome = outcome
        ran.tally.statements = 3

    assert counted("drillbook_tasks_started_total", task="mail") == 1
    assert counted("drillbook_tasks_total", task="mail", outcome=outcome) == 1
    assert counted("drillbook_task_statements_sum", task="mail") == 3


@pytest.mark.parametrize(("error", "killed"), [(TimeLimitExceeded(900), 1), (ValueError(), 0)])
def test_a_task_whose_process_was_killed_is_counted_by_its_parent(error, killed, counted):
    class Task:
        name = "mail"

    worker._note_killed(work_metrics.note_killed)(sender=Task, exception=error)

    assert counted("drillbook_tasks_total", task="mail", outcome="killed") == killed


def test_an_attempt_that_is_left_is_counted_as_interrupted(counted):
    with pytest.raises(OSError), work_metrics.measured_attempt(Attempt("EXPORT", 1)):  # noqa: PT011
        raise OSError

    of = {"kind": "EXPORT", "outcome": Outcome.INTERRUPTED.value}
    assert counted("drillbook_job_attempts_total", **of) == 1
    assert counted("drillbook_job_attempts_started_total", kind="EXPORT") == 1


def test_a_loss_is_counted_by_its_reason(counted, monkeypatch):
    monkeypatch.setattr(watching, "_told", [work_metrics.note_loss])

    watching.tell_loss("EXPORT", Loss.ABANDONED)

    assert counted("drillbook_jobs_lost_total", kind="EXPORT", reason="abandoned") == 1
