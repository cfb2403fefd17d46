import logging
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from project import health, processes

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def probe(monkeypatch):
    """Nothing was found yet."""
    fresh = health.Probe()
    monkeypatch.setattr(health, "probe", fresh)
    return fresh


@pytest.fixture
def said(caplog, monkeypatch):
    """What was logged so far."""
    # import-linter, which another test runs, switches all loggers off.
    monkeypatch.setattr(health.logger, "disabled", False)
    caplog.set_level(logging.INFO, logger="project.health")

    def call():
        records = [record for record in caplog.records if record.name == "project.health"]
        return [(record.getMessage(), getattr(record, "reason", None)) for record in records]

    return call


@pytest.fixture
def pending_migration(db):
    """The newest migration of one concept has not been applied."""
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("practice")
    MigrationRecorder(connection).record_unapplied(*newest)


@pytest.fixture
def no_database(monkeypatch):
    """The database is away: every statement fails."""

    def refuse(*args, **kwargs):
        raise OperationalError('connection to server at "10.0.0.5" failed: password=swordfish')

    monkeypatch.setattr(connection, "cursor", refuse)


def test_live_needs_nothing(client, no_database):
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_a_migrated_database(client, said):
    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ready"}
    assert "no-store" in response["Cache-Control"]
    assert said() == [("ready", None)]


def test_not_ready_while_a_migration_is_pending(client, pending_migration, said):
    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready"}
    assert said() == [("not ready", "1 migrations are pending")]


def test_not_ready_without_the_database_and_tells_nothing(client, no_database, said):
    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready"}
    assert "no-store" in response["Cache-Control"]
    assert said() == [("not ready", "the database is away: OperationalError")]


def test_a_probe_that_found_something_has_no_line_of_an_error(client, no_database, caplog):
    client.get("/health/ready")

    # Where it goes to is asked for by the logger's own filters, which caplog stands behind.
    assert [record for record in caplog.records if record.name == "django.request"] == []


@pytest.mark.django_db
def test_not_ready_while_the_server_stops(client, monkeypatch, tmp_path, said):
    monkeypatch.setenv(processes.SERVER_DIRECTORY, str(tmp_path))

    before = client.get("/health/ready")
    processes.announce_stop()
    after = client.get("/health/ready")

    assert (before.status_code, after.status_code) == (200, 503)
    assert said() == [("ready", None), ("stopping", None)]


def test_stopping_without_a_place_to_say_so_is_no_error(monkeypatch, tmp_path):
    monkeypatch.setenv(processes.SERVER_DIRECTORY, str(tmp_path / "absent"))

    processes.announce_stop()

    assert not processes.is_stopping()


@pytest.mark.django_db
def test_a_flood_of_probes_looks_once_a_second(client, monkeypatch, probe):
    clock = [100.0]
    looks = []
    monkeypatch.setattr(health, "monotonic", lambda: clock[0])
    monkeypatch.setattr(health, "problem_of_database", lambda: looks.append(clock[0]) or "")

    for moment in (100.0, 100.1, 100.9, 101.0, 101.5):
        clock[0] = moment
        assert client.get("/health/ready").status_code == 200

    assert looks == [100.0, 101.0]


def test_while_one_thread_looks_others_get_what_was_found_last(monkeypatch, probe):
    looking, go_on = Event(), Event()

    def look():
        looking.set()
        assert go_on.wait(10)
        return ""

    monkeypatch.setattr(health, "problem_of_database", look)
    thread = Thread(target=probe.problem_now)
    thread.start()
    assert looking.wait(10)

    assert probe.problem_now() == "starting"
    go_on.set()
    thread.join()
    assert probe.problem_now() == ""


@pytest.mark.django_db
def test_ready_asks_the_database_twice(client, django_assert_num_queries):
    health.pending_migrations()

    with django_assert_num_queries(2):
        client.get("/health/ready")


@pytest.mark.django_db
def test_a_cache_that_is_away_is_logged_once_and_no_more(client, settings, said, probe):
    settings.REDIS_URL = NOBODY_LISTENS
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": NOBODY_LISTENS}}

    for _ in range(2):
        probe.looked_at = float("-inf")
        response = client.get("/health/ready")

        assert response.status_code == 200
    assert said() == [("ready", None), ("the cache is away", None)]


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_probes_only_read(client, address):
    assert client.post(address).status_code == 405


def test_probes_are_answered_without_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/"]

    assert client.get("/health/live").status_code == 200
    assert client.get("/admin/").status_code == 301
