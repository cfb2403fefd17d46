"""The page of a worker's numbers: what it does with clients that are slow, gone or wrong."""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from threading import Thread

import pytest

from project.observability import worker
from project.processes import METRICS_DIRECTORY

pytestmark = pytest.mark.once


@pytest.fixture
def page():
    """A server on a port of its own."""
    with worker._Server(("127.0.0.1", 0), worker._Page) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def connect(page):
    """Another client, which has sent this."""
    with_end = []

    def call(sent):
        client = socket.create_connection(page.server_address, timeout=30)
        with_end.append(client)
        client.sendall(sent)
        return client

    yield call
    for client in with_end:
        client.close()


def all_from(client):
    with client.makefile("rb") as answer:
        return answer.read()


def wait_for(come):
    until = time.monotonic() + 30
    while not come():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "BREW"])
def test_every_method_is_answered_alike(method, connect):
    answer = all_from(connect(f"{method} /metrics HTTP/1.0\r\n\r\n".encode()))

    assert answer.startswith(b"HTTP/1.0 404 ")
    assert b"BREW" not in answer


def test_a_client_that_breaks_off_is_no_news(page, connect, capfd, caplog):
    client = connect(b"GET /metrics HTTP/1.0\r\n")
    wait_for(lambda: page.ends)
    # Closed so that the other side reads an error instead of an end.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()

    wait_for(lambda: not page.ends)
    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_a_fault_of_ours_is_logged_without_who_asked(connect, monkeypatch, capfd, caplog):
    def fail(token):
        raise ZeroDivisionError

    monkeypatch.setattr("project.observability.exposition.may_see", fail)

    assert all_from(connect(b"GET /metrics HTTP/1.0\r\n\r\n")) == b""

    assert [one.message for one in caplog.records] == ["metrics of a worker cannot be shown"]
    assert "127.0.0.1" not in caplog.text + capfd.readouterr().err


def test_so_many_are_served_at_a_time_and_the_next_is_told(page, connect, monkeypatch):
    monkeypatch.setattr(worker, "MOST_CLIENTS", 2)
    slow = [connect(b"GET") for _ in range(2)]
    wait_for(lambda: len(page.ends) == 2)

    assert all_from(connect(b"")) == worker.BUSY

    slow[0].close()
    wait_for(lambda: len(page.ends) == 1)
    assert all_from(connect(b"GET / HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.0 404 ")


def test_a_request_that_never_ends_is_ended(page, connect, monkeypatch):
    monkeypatch.setattr(worker._Page, "timeout", 60)
    monkeypatch.setattr(worker, "REQUEST_SECONDS", 0.05)

    assert not all_from(connect(b"GET /metrics HTTP/1.0\r\n")).startswith(b"HTTP/1.0 200")

    wait_for(lambda: not page.ends)


def test_what_killed_workers_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(METRICS_DIRECTORY, "")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = {
        "dead": f"drillbook-worker-{gone.pid}-a",
        "own": f"drillbook-worker-{os.getpid()}-a",
        "alive": f"drillbook-worker-{os.getppid()}-a",
        "other": "drillbook-worker-b",
    }
    for name in names.values():
        (tmp_path / name).mkdir()
        (tmp_path / name / "counter_1.db").touch()

    numbers = worker._Numbers(concurrency=1)

    left = {path.name for path in tmp_path.iterdir()}
    assert left == {names["alive"], names["other"], numbers.directory.name}
    assert re.match(rf"drillbook-worker-{os.getpid()}-\w+$", numbers.directory.name)
    numbers._end()
