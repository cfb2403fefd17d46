"""The production server as real processes: they start, answer, and finish what they have begun."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
from django.conf import settings
from django.db import connection

from project import processes, serving
from tests.installation import free_port, production

# They use a copy of the tests' database, which is only made for tests that ask for it.
pytestmark = [pytest.mark.once, pytest.mark.django_db]

TOKEN = "a-token-for-metrics-of-32-characters"
TYPENAME = '{"data":{"__typename":"Query"}}'
BODY = b'{"query": "{ __typename }"}'
OVER_TLS = {"X-Forwarded-Proto": "https", "Content-Type": "application/json"}
HEAD = (
    "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode()
SECONDS_TO_START = 30


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker, tmp_path_factory):
    """A copy of the tests' own, which is migrated."""
    path = tmp_path_factory.mktemp("serving") / "served.sqlite3"
    with django_db_blocker.unblock(), sqlite3.connect(path) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    copy.close()
    return path


def variables(database, **more):
    """What a server in production needs."""
    return production(
        PATH=os.environ["PATH"],
        DATABASE_URL=f"sqlite:///{database}",
        METRICS_TOKEN=TOKEN,
        LOG_LEVEL="",
        **more,
    )


def ask(port, path, body=None, **headers):
    """Status and text; status 0 where nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST" if body else "GET", path, body, OVER_TLS | headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, HTTPException):
        return 0, ""
    finally:
        connection.close()


def wait_for(condition):
    """Fails where it does not come true in time."""
    until = time.monotonic() + SECONDS_TO_START
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@contextmanager
def served(command, port, log, **environment):
    """A server that is ready, ended in any case with all that it started."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=settings.ROOT,
            # One that is killed leaves its directory behind.
            env=environment | {"TMPDIR": str(log.parent)},
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(lambda: server.poll() is not None or ask(port, "/health/ready")[0] == 200)
        assert server.poll() is None, log.read_text()
        yield server
    finally:
        for process in [*_children(server), server]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        server.wait()


def _children(server):
    try:
        return psutil.Process(server.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def half_sent(port):
    """A request that is under way until the rest of its body is sent."""
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(HEAD + BODY[:5])
    time.sleep(0.3)
    return client


def rest_of(client):
    """What comes back once it is sent."""
    client.sendall(BODY[5:])
    with client, client.makefile("rb") as answer:
        return answer.read().decode()


def manage(what):
    return [sys.executable, "manage.py", "serve", what]


def gunicorn(port):
    return [
        *(sys.executable, "-m", "gunicorn", "project.wsgi", "--workers", "1"),
        *("--bind", f"127.0.0.1:{port}", "--graceful-timeout", "20"),
    ]


def test_granian_is_not_ready_at_first_and_answers_what_is_under_way(database, tmp_path):
    port = free_port()
    environment = variables(database, PROD_PORT=str(port), WEB_WORKERS="1", DRAIN_SECONDS="2")

    with served(manage("web"), port, tmp_path / "log", **environment) as server:
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert ask(port, "/health/ready") == (503, '{"status": "not ready"}')
        assert ask(port, "/health/live")[0] == 200
        assert ask(port, "/graphql", BODY) == (200, TYPENAME)
        under_way = half_sent(port)
        time.sleep(2)
        answer = rest_of(under_way)

        assert answer.startswith("HTTP/1.1 200 ")
        assert answer.endswith(TYPENAME)
        assert server.wait(20) == 0
        assert ask(port, "/health/live") == (0, "")


def test_gunicorn_answers_what_is_under_way(database, tmp_path):
    port = free_port()
    command = gunicorn(port)

    with served(command, port, tmp_path / "log", **variables(database)) as server:
        assert ask(port, "/graphql", BODY) == (200, TYPENAME)
        under_way = half_sent(port)
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        answer = rest_of(under_way)

        assert answer.startswith("HTTP/1.1 200 ")
        assert answer.endswith(TYPENAME)
        assert server.wait(20) == 0


def test_workers_add_up_their_numbers_and_one_that_dies_is_replaced(database, tmp_path):
    port = free_port()
    environment = variables(database, PROD_PORT=str(port), WEB_WORKERS="2", DRAIN_SECONDS="0")
    counted = 'drillbook_operations_total{field="__typename",kind="query"} '
    token = {"Authorization": f"Bearer {TOKEN}"}

    with served(manage("web"), port, tmp_path / "log", **environment) as server:
        wait_for(lambda: (tmp_path / "log").read_text().count("Started worker-") == 2)
        workers = psutil.Process(server.pid).children()
        for _ in range(20):
            assert ask(port, "/graphql", BODY)[0] == 200
        assert f"{counted}20.0\n" in ask(port, "/metrics", **token)[1]

        workers[0].kill()
        wait_for(lambda: (tmp_path / "log").read_text().count("Started worker-") == 3)
        for _ in range(20):
            assert ask(port, "/graphql", BODY)[0] == 200
        assert f"{counted}40.0\n" in ask(port, "/metrics", **token)[1]


def test_the_server_of_streams_answers(database, tmp_path):
    port = free_port()
    environment = variables(database, STREAM_PORT=str(port), DRAIN_SECONDS="0")

    with served(manage("streams"), port, tmp_path / "log", **environment) as server:
        assert ask(port, "/graphql", BODY) == (200, TYPENAME)
        server.send_signal(signal.SIGTERM)

        assert server.wait(20) == 0


def test_no_worker_outlives_its_server(database, tmp_path):
    port = free_port()
    environment = variables(database, PROD_PORT=str(port), WEB_WORKERS="2")

    with served(manage("web"), port, tmp_path / "log", **environment) as server:
        wait_for(lambda: (tmp_path / "log").read_text().count("Started worker-") == 2)
        workers = psutil.Process(server.pid).children()
        workers[0].kill()
        wait_for(lambda: (tmp_path / "log").read_text().count("Started worker-") == 3)
        workers = psutil.Process(server.pid).children()
        server.kill()
        _, alive = psutil.wait_procs(workers, timeout=10)
        for worker in alive:
            worker.kill()

    assert alive == []


def test_a_place_has_two_names_in_turn():
    assert [processes.place(0, number) for number in (1, 2, 3)] == ["1-1", "1-0", "1-1"]


def test_room_for_numbers_is_made_before_anything_is_served(settings, monkeypatch, tmp_path):
    settings.METRICS_TOKEN, settings.WEB_WORKERS = TOKEN, 2
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in (processes.METRICS_DIRECTORY, processes.SERVER_DIRECTORY):
        monkeypatch.setenv(name, "")

    with serving.state_directory():
        metrics = Path(os.environ[processes.METRICS_DIRECTORY])
        files = {file.name: file.stat().st_blocks * 512 for file in metrics.iterdir()}

    assert len(files) == 8
    # Really there: a hole in a file is filled when it is written to, if the disk still can.
    assert all(size >= 1 << 20 for size in files.values())
    assert not metrics.exists()


def test_what_killed_servers_left_is_removed(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(processes.SERVER_DIRECTORY, "")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for number in (gone.pid, os.getppid()):
        (tmp_path / f"drillbook-server-{number}-a").mkdir()

    with serving.state_directory():
        own = Path(os.environ[processes.SERVER_DIRECTORY])
        left = {path.name for path in tmp_path.iterdir()}

    assert left == {own.name, f"drillbook-server-{os.getppid()}-a"}
    assert own.name.startswith(f"drillbook-server-{os.getpid()}-")


@pytest.mark.parametrize(
    ("signals", "stops"),
    [
        ([signal.SIGTERM], False),
        ([signal.SIGTERM, signal.SIGTERM], True),
        ([signal.SIGINT], True),
    ],
)
def test_a_second_signal_stops_at_once_and_so_does_control_c(signals, stops, settings, monkeypatch):
    settings.DRAIN_SECONDS = 300
    monkeypatch.delenv(processes.SERVER_DIRECTORY, raising=False)
    monkeypatch.setattr(serving, "Timer", Mock())
    monkeypatch.setattr("granian.server.common.configure_logging", Mock())  # it is ours too
    server = serving.web_server()

    for number in signals:
        server.signal_handler_interrupt(number, None)

    assert server.interrupt_signal is stops
