"""Each thing that must be so before a server is public, and what says that it is not."""

import json
import re

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


@pytest.fixture
def production(settings, tmp_path):
    """Settings with which nothing is wrong, and static files of one small style sheet."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("body { color: black }\n" * 100)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = configured.STORAGES | HASHED
    settings.SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    settings.ALLOWED_HOSTS = ["drillbook.example"]
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        setattr(settings, name, True)
    settings.TRUSTED_PROXY_COUNT = 1
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    call_command("collectstatic", "--no-input", verbosity=0)
    return settings


@pytest.fixture
def found(capsys):
    """What the command finds: by name, what is wrong."""

    def call():
        with pytest.raises(CommandError) as refused:
            call_command("check_production", "--json")
        return json.loads(capsys.readouterr().out), str(refused.value)

    return call


@pytest.mark.django_db
def test_nothing_is_wrong(production, capsys):
    call_command("check_production")

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert {line.split("  ")[0] for line in lines[:8]} == {"ok"}


@pytest.mark.django_db
def test_a_file_in_the_place_of_another_is_the_one_that_is_collected(production, tmp_path, capsys):
    replaced = tmp_path / "replaced"
    replaced.mkdir()
    (replaced / "page.css").write_text("body { color: red }")
    production.STATICFILES_DIRS = [*production.STATICFILES_DIRS, replaced]

    call_command("check_production")

    assert "ok      static files" in capsys.readouterr().out


@pytest.fixture
def advice(production, capsys):
    """What is said and does not stop anybody: by name, what would be better."""

    def call():
        call_command("check_production")
        said = re.findall(r"^advice  ([^:]+): (.+)$", capsys.readouterr().out, re.MULTILINE)
        return dict(said)

    return call


@pytest.mark.django_db
def test_what_would_be_better_is_said_and_stops_nobody(production, advice, monkeypatch):
    production.REDIS_URL = production.EMAIL_HOST = ""
    monkeypatch.setattr(connection, "vendor", "sqlite")

    said = advice()

    assert said.keys() == {"database engine", "shared cache", "mails"}
    assert "Set DATABASE_URL" in said["database engine"]
    assert "start a worker" in said["shared cache"]
    assert "mails are not sent" in said["mails"]


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "is_advised"), [(0, True), (1, False), (2, False)])
def test_proxies_that_nobody_counted(count, is_advised, production, advice):
    production.TRUSTED_PROXY_COUNT = count

    said = advice()

    assert ("proxies" in said) == is_advised
    if is_advised:
        assert "50 wrong passwords lock everybody out" in said["proxies"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "is_advised"),
    [("Drillbook <no-reply@localhost>", True), ("Drillbook <no-reply@drillbook.example>", False)],
)
def test_mails_from_nowhere(sender, is_advised, production, advice):
    production.EMAIL_HOST, production.DEFAULT_FROM_EMAIL = "mail.example", sender

    assert ("mails" in advice()) == is_advised


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("memory", "said"),
    [
        ({"maxmemory_policy": "allkeys-lru", "maxmemory": 1}, "Redis evicts work that waits"),
        ({"maxmemory_policy": "noeviction", "maxmemory": 1}, "takes nothing more once it is full"),
        ({"maxmemory_policy": "noeviction", "maxmemory": 0}, None),
        ({"maxmemory_policy": "volatile-lru", "maxmemory": 1}, None),
        ({}, None),
    ],
)
def test_what_redis_does_when_it_is_full(memory, said, production, advice, monkeypatch):
    class Redis:
        def info(self, section):
            return memory

    production.REDIS_URL = "redis://127.0.0.1:6379/0"
    monkeypatch.setattr("project.readiness.cache_answers", lambda: True)
    monkeypatch.setattr("project.readiness.get_redis_connection", Redis)

    found = advice().get("eviction")

    assert found is None if said is None else said in found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value", "name", "problem"),
    [
        ("SECRET_KEY", "x" * 49, "secret key", "fewer than 50 characters"),
        ("SECRET_KEY", "django-insecure-" + "x" * 40, "secret key", "made for development"),
        ("DEBUG", True, "debug", "DEBUG is on"),
        ("ALLOWED_HOSTS", [], "hosts", "ALLOWED_HOSTS is empty"),
        ("ALLOWED_HOSTS", ["*"], "hosts", "anybody chooses"),
        ("SESSION_COOKIE_SECURE", False, "deployment", "security.W012"),
        ("SECURE_HSTS_SECONDS", 0, "deployment", "security.W004"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "cache", "nothing answers there"),
        ("STORAGES", configured.STORAGES, "static files", "no names by content"),
    ],
)
def test_what_is_wrong_is_said(setting, value, name, problem, production, found):
    if setting == "REDIS_URL":
        production.CACHES = {"default": production.REDIS_CACHE | {"LOCATION": value}}
    setattr(production, setting, value)

    said, summary = found()

    assert problem in said[name]
    assert name in summary


@pytest.mark.django_db
def test_a_pending_migration(production, found):
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("practice")
    MigrationRecorder(connection).record_unapplied(*newest)

    said, summary = found()

    assert said["migrations"] == "1 to go. Run `make migrate`."
    assert said["database"] == "ok"
    assert summary.endswith(": migrations")


def test_a_database_that_is_away(production, found, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection failed: Connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    said, summary = found()

    assert said["database"].startswith("Nothing answers at")
    assert said["migrations"] == "Not known: the database cannot be used."
    assert summary.endswith(": database, migrations")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["edited", "added", "lost"])
def test_static_files_of_another_day(change, production, found):
    (source,) = production.STATICFILES_DIRS
    if change == "edited":
        (source / "page.css").write_text("body { color: red }")
    elif change == "added":
        (source / "new.css").write_text("p { color: red }")
    else:
        next(production.STATIC_ROOT.glob("page.*.css")).unlink()

    said, _ = found()

    assert said["static files"].startswith("1 are not collected as they are now.")


@pytest.mark.once
def test_static_files_have_names_by_content_and_are_compressed(production):
    (hashed,) = production.STATIC_ROOT.glob("page.*.css")

    assert re.fullmatch(r"page\.[0-9a-f]{12}\.css", hashed.name)
    packed = [hashed.with_name(f"{hashed.name}.{kind}") for kind in ("br", "gz")]
    assert all(0 < file.stat().st_size < 200 for file in packed)


@pytest.mark.django_db
def test_settings_of_another_place_are_refused_by_name(capsys):
    with pytest.raises(CommandError) as refused:
        call_command("check_production")

    assert str(refused.value) == (
        "Not ready for the public (project.settings.testing): secret key, deployment, static files"
    )
    assert "FAILED  secret key: SECRET_KEY has fewer than 50" in capsys.readouterr().out
