import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


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
def test_ready_with_a_migrated_database(client, settings):
    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "database": "ok",
        "migrations": "applied",
        "cache": "ok" if settings.REDIS_URL else "in-process",
    }
    assert "no-store" in response["Cache-Control"]


def test_not_ready_while_a_migration_is_pending(client, pending_migration):
    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    assert response.json()["database"] == "ok"
    assert response.json()["migrations"] == "pending"


def test_not_ready_without_the_database_and_tells_no_secret(client, no_database):
    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    assert response.json()["database"] == "unavailable"
    assert response.json()["migrations"] == "unknown"
    assert "swordfish" not in response.content.decode()
    assert "10.0.0.5" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_cache_that_is_away_is_reported_and_no_more(client, settings):
    settings.REDIS_URL = NOBODY_LISTENS
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": NOBODY_LISTENS}}

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert response.json()["cache"] == "unavailable"


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_probes_only_read(client, address):
    assert client.post(address).status_code == 405


def test_probes_are_answered_without_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/"]

    assert client.get("/health/live").status_code == 200
    assert client.get("/admin/").status_code == 301
