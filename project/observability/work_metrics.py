"""Counts and durations of background work. Imported only where METRICS_TOKEN is set."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import Counter, Histogram

from domain.jobs import watching
from domain.jobs.models import JobKind
from project.observability.work import FAILED, KILLED, RETRIED, SUCCEEDED, Ran

SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)
STATEMENTS = (1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000)

STARTED = Counter("drillbook_tasks_started", "Attempts at tasks that were begun.", ["task"])
ENDED = Counter("drillbook_tasks", "Attempts at tasks, by how they ended.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "drillbook_task_seconds", "How long attempts at tasks took.", ["task"], buckets=SECONDS
)
TASK_STATEMENTS = Histogram(
    "drillbook_task_statements", "SQL statements of tasks.", ["task"], buckets=STATEMENTS
)
ATTEMPTS_STARTED = Counter(
    "drillbook_job_attempts_started", "Attempts at jobs that were begun.", ["kind"]
)
ATTEMPTS = Counter(
    "drillbook_job_attempts", "Attempts at jobs, by how they ended.", ["kind", "outcome"]
)
JOB_SECONDS = Histogram(
    "drillbook_job_seconds", "How long attempts at jobs took.", ["kind"], buckets=SECONDS
)
LOST = Counter("drillbook_jobs_lost", "Jobs that lost their worker, by why.", ["kind", "reason"])


def expect(tasks: Iterable[str]) -> None:
    """Begin everything at zero: of what begins at 1, Prometheus does not see that it grew."""
    for task in tasks:
        for one in (STARTED, TASK_SECONDS, TASK_STATEMENTS):
            one.labels(task)
        for outcome in (SUCCEEDED, RETRIED, FAILED, KILLED):
            ENDED.labels(task, outcome)
    for kind in JobKind.values:
        for one in (ATTEMPTS_STARTED, JOB_SECONDS):
            one.labels(kind)
        for end in watching.Outcome:
            ATTEMPTS.labels(kind, end)
        for reason in watching.Loss:
            LOST.labels(kind, reason)


@contextmanager
def measured(ran: Ran) -> Iterator[None]:
    """Count a task."""
    STARTED.labels(ran.name).inc()
    started = perf_counter()
    try:
        yield
    finally:
        ENDED.labels(ran.name, ran.outcome).inc()
        TASK_SECONDS.labels(ran.name).observe(perf_counter() - started)
        TASK_STATEMENTS.labels(ran.name).observe(ran.tally.statements)


def note_killed(name: str) -> None:
    """Count a task whose process was ended, from outside of that."""
    ENDED.labels(name, KILLED).inc()


@contextmanager
def measured_attempt(attempt: watching.Attempt) -> Iterator[None]:
    """Count an attempt at a job."""
    ATTEMPTS_STARTED.labels(attempt.kind).inc()
    started = perf_counter()
    try:
        yield
    finally:
        ATTEMPTS.labels(attempt.kind, attempt.outcome).inc()
        JOB_SECONDS.labels(attempt.kind).observe(perf_counter() - started)


def note_loss(kind: str, reason: watching.Loss) -> None:
    """Count a job that lost its worker."""
    LOST.labels(kind, reason).inc()
