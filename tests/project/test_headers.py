"""Which headers every kind of answer carries under the production settings, to the letter."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from project.explorer.page import ALPINE
from tests.installation import production

pytestmark = pytest.mark.once

# The settings of production, in a process of their own; no answer here needs the database.
WORKER = """
import io, json, django
django.setup()
from django.core.management import call_command
from django.test import Client, override_settings
plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO())
client = Client(headers={"Host": "drillbook.example"})
ask = {"query": "{ __typename }"}
own = {"X-Forwarded-Proto": "https"}
app, evil = own | {"Origin": "https://app.example"}, own | {"Origin": "https://evil.example"}
asked = {"Access-Control-Request-Method": "POST"}
json_body = {"content_type": "application/json"}
with override_settings(STORAGES=plain):
    answers = {
        "api": client.post("/graphql", ask, **json_body, headers=own),
        "api refusal": client.post("/graphql", "{", **json_body, headers=own),
        "api allowed": client.post("/graphql", ask, **json_body, headers=app),
        "api refused": client.post("/graphql", ask, **json_body, headers=evil),
        "preflight allowed": client.options("/graphql", headers=app | asked),
        "preflight refused": client.options("/graphql", headers=evil | asked),
        "explorer": client.get("/graphql", headers=own | {"Accept": "text/html"}),
        "admin": client.get("/admin/login/", headers=own),
        "health": client.get("/health/live"),
        "sdl": client.get("/graphql/schema.graphql", headers=own),
        "nowhere": client.get("/nowhere", headers=own),
        "without TLS": client.post("/graphql", ask, **json_body),
    }
print(json.dumps({
    name: {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": {name: dict(cookie) for name, cookie in answer.cookies.items()},
    }
    for name, answer in answers.items()
}))
"""
SWITCHES = {
    "ALLOWED_HOSTS": "drillbook.example",
    "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3",
    "CORS_ALLOWED_ORIGINS": "https://app.example",
    "CORS_ALLOW_CREDENTIALS": "true",
    "LOG_LEVEL": "ERROR",
    "ACCESS_LOG": "false",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}
EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTML = "text/html; charset=utf-8"
# One script of the admin site comes from a CDN where `make explorer` did not fetch it.
ALPINES = {
    "Content-Security-Policy": EVERYWHERE["Content-Security-Policy"].replace(
        "script-src 'self'",
        "script-src 'self'" if ALPINE.is_installed else f"script-src 'self' {ALPINE.cdn_url}",
    )
}
NEVER_CACHED = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}
API = {
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "Vary": "Accept, Authorization, origin",
}
READABLE = {
    "access-control-allow-origin": "https://app.example",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after, x-request-id",
}
PREFLIGHT = {
    "access-control-allow-headers": "accept, authorization, content-type, drillbook-client, "
    "graphql-preflight, x-request-id",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-max-age": "7200",
}


@pytest.fixture(scope="module")
def answers():
    """The answers of a server in production, by what was asked; ``check --deploy`` was clean."""
    worker = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=settings.ROOT,
        env=production(PATH=os.environ["PATH"], **SWITCHES),
        capture_output=True,
        text=True,
        check=False,
    )
    assert worker.returncode == 0, worker.stderr
    return json.loads(worker.stdout)


def headers(answer):
    """What does not differ from one answer to the next."""
    volatile = {"x-request-id", "expires", "content-length"}
    return {n: value for n, value in answer["headers"].items() if n.lower() not in volatile}


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("api", 200, HSTS | API),
        ("api refusal", 400, HSTS | API),
        ("api allowed", 200, HSTS | API | READABLE),
        ("api refused", 200, HSTS | API),
        ("nowhere", 404, HSTS | {"Content-Type": "text/html; charset=utf-8"}),
        ("health", 200, NEVER_CACHED | {"Content-Type": "application/json"}),
        ("sdl", 200, HSTS | {"Content-Type": "text/plain; charset=utf-8"}),
        (
            "admin",
            200,
            HSTS | NEVER_CACHED | ALPINES | {"Content-Type": HTML, "Vary": "Cookie"},
        ),
    ],
)
def test_answer_has_exactly_these_headers(asked, status, expected, answers):
    answer = answers[asked]

    assert answer["status"] == status
    assert headers(answer) == EVERYWHERE | expected


def test_explorer_has_exactly_these_headers(answers):
    found = headers(answers["explorer"])

    policy = found.pop("Content-Security-Policy").split("; ")
    directives = {name: values for name, *values in (directive.split() for directive in policy)}
    others = {name: value for name, value in EVERYWHERE.items() if "Security-Policy" not in name}
    assert found == HSTS | others | {
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
        "Vary": "Accept, origin",
    }
    assert directives["default-src"] == directives["frame-ancestors"] == ["'none'"]
    assert directives["connect-src"] == ["'self'"]
    assert not {"*", "'unsafe-inline'", "'unsafe-eval'", "https:"} & set(
        directives["script-src"] + directives["style-src"]
    )


@pytest.mark.parametrize(
    ("asked", "expected"), [("preflight allowed", READABLE | PREFLIGHT), ("preflight refused", {})]
)
def test_preflight_has_exactly_these_headers(asked, expected, answers):
    found = headers(answers[asked])

    told = {name: value for name, value in found.items() if name.startswith("access-control-")}
    others = {name: value for name, value in found.items() if name not in told}
    assert answers[asked]["status"] == 200
    assert told == expected
    # There is no content for the two that it lacks.
    lacking = {"Content-Security-Policy", "X-Frame-Options"}
    assert others == HSTS | {"Content-Type": "text/html; charset=utf-8", "Vary": "origin"} | {
        name: value for name, value in EVERYWHERE.items() if name not in lacking
    }


def test_plain_http_is_sent_to_tls(answers):
    found = answers["without TLS"]

    assert found["status"] == 301
    assert found["headers"]["Location"] == "https://drillbook.example/graphql"


def test_cookies_are_for_this_host_over_tls_only(answers):
    ((name, cookie),) = answers["admin"]["cookies"].items()

    assert name == "__Host-csrftoken"
    assert (cookie["secure"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""


@pytest.mark.parametrize("asked", ["api", "api allowed", "explorer", "health", "sdl"])
def test_nothing_but_the_admin_site_sets_a_cookie(asked, answers):
    assert answers[asked]["cookies"] == {}


def test_no_header_says_what_we_run_on(answers):
    for answer in answers.values():
        assert not {"Server", "X-Powered-By", "X-AspNet-Version"} & set(answer["headers"])
