"""What each alert is there for, done on purpose."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg
from django.db import connections

from domain.jobs import tasks
from domain.jobs.models import Job, JobKind
from tests.dumps import leetcode_dump
from tests.factories import JobFactory
from tests.observing.place import Place
from tests.topology import asking
from tests.topology.asking import Failed
from tests.topology.people import people

LONG_AGO = timedelta(minutes=20)
ROWS = 200
ROUNDS = 8
SLOW_SECONDS = 1.2
AWAY_SECONDS = 4
MANY = 101


def everyday(place: Place) -> None:
    """Not a fault: people read, make mistakes, and import a file."""
    ((place.caller, _),) = people(1, port=place.port)
    connection = place.caller.connect()
    content = leetcode_dump(ROWS).decode()
    place.caller.ask(connection, asking.IMPORT, content=content)
    for _ in range(ROUNDS):
        place.caller.ask(connection, asking.PAGE)
        with suppress(Failed):
            place.caller.ask(connection, "{ swordfish }")
        time.sleep(0.5)


def fail_a_task(place: Place) -> None:
    """Hand over a task that nobody can do."""
    tasks.run_job.apply_async(["not a number"])


def fail_a_job(place: Place) -> None:
    """Import nothing: there is no batch for the job."""
    job = JobFactory(kind=JobKind.IMPORT, status="PENDING", created_at=datetime.now(UTC))
    tasks.run_job.apply_async([job.pk])


def lose_a_worker(place: Place) -> None:
    """Say that a job has been running, and that nobody was heard of for long."""
    JobFactory(status="RUNNING", created_at=datetime.now(UTC) - LONG_AGO)
    tasks.reap.apply_async()


def leave_a_job(place: Place) -> None:
    """Hand a job over to nobody."""
    JobFactory(status="PENDING", created_at=datetime.now(UTC) - LONG_AGO)


def take_the_database_away(place: Place) -> None:
    """Answer with 503 for some seconds."""
    connections.close_all()
    place.cluster.stop()
    until = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < until:
        with suppress(Failed):
            place.caller.ask(place.caller.connect(), asking.PAGE)
        time.sleep(0.2)
    place.cluster.start()


def hold_a_table(place: Place) -> None:
    """Have requests wait for one who holds all people."""
    caller = place.caller
    for _ in range(ROUNDS):
        with psycopg.connect(place.cluster.url) as holder:
            holder.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
            waiting = Thread(target=caller.ask, args=(caller.connect(), asking.PAGE))
            waiting.start()
            time.sleep(SLOW_SECONDS)
        waiting.join()


def nothing(place: Place) -> None:
    """It is so from the beginning: tests/observing/place.py."""


def stop_the_worker(place: Place) -> None:
    """Ask it to end."""
    Job.objects.all().delete()
    place.worker.stop()


def hand_over_many(place: Place) -> None:
    """Fill a queue that nobody works off."""
    for _ in range(MANY):
        tasks.reap.apply_async()


def stop_the_server(place: Place) -> None:
    """Ask it to end."""
    place.web.stop()


type Provoke = Callable[[Place], None]

WHILE_ALL_RUNS: dict[str, Provoke] = {
    "ReplicaLeftOut": nothing,
    "TasksFail": fail_a_task,
    "JobsFail": fail_a_job,
    "JobsLost": lose_a_worker,
    "RequestsFail": take_the_database_away,
    "RequestsSlow": hold_a_table,
    "JobsWait": leave_a_job,
}
AT_THE_END: dict[str, Provoke] = {
    "NoWorkerAnswers": stop_the_worker,
    "TasksWait": hand_over_many,
    "NoServerAnswers": stop_the_server,
}
