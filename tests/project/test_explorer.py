"""The page that a browser gets at the API's address, and the files it is made of."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.test import RequestFactory
from django.views.decorators.csrf import csrf_exempt
from graphql import OperationDefinitionNode, build_schema, get_variable_values, parse, validate

from project.explorer import page

pytestmark = pytest.mark.once

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
CDN = "cdn.jsdelivr.net"
SDL = Path(project_settings.ROOT) / "schema" / "schema.graphql"
EXAMPLES = json.loads(Path(finders.find("explorer/examples.json")).read_text())


@csrf_exempt
def api(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the API")


view = page.with_explorer(api)


def get(address: str = "/graphql", *, accept: str = BROWSER) -> HttpResponse:
    request = RequestFactory().get(address, headers={"Accept": accept})
    return ContentSecurityPolicyMiddleware(view)(request)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "VENDOR", tmp_path)
    for asset in page.ASSETS:
        (tmp_path / asset.name).touch()


@pytest.fixture
def not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "VENDOR", tmp_path)


# --- Who gets the page ----------------------------------------------------------------------------


def test_a_browser_gets_the_page():
    answer = get()

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept"
    assert b"<title>Drillbook API explorer</title>" in answer.content


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/graphql-response+json, application/json;q=0.9",
        "application/json, text/html;q=0.5",
        "image/png",
    ],
)
def test_a_program_gets_the_api(accept):
    assert get(accept=accept).content == b"the API"


def test_a_query_in_the_address_goes_to_the_api():
    assert get("/graphql?query={__typename}").content == b"the API"


def test_a_post_goes_to_the_api():
    request = RequestFactory().post("/graphql", headers={"Accept": BROWSER})

    assert view(request).content == b"the API"


def test_nobody_gets_the_page_when_it_is_switched_off(settings):
    settings.EXPLORER_ENABLED = False

    assert get().content == b"the API"


def test_the_api_stays_exempt_from_csrf_checks():
    assert view.csrf_exempt is True


# --- What it may load -----------------------------------------------------------------------------


@pytest.mark.usefixtures("installed")
def test_installed_files_are_the_only_ones_it_may_load():
    answer = get()

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert CDN not in answer.text
    assert "integrity" not in answer.text


@pytest.mark.usefixtures("not_installed")
@pytest.mark.parametrize("asset", page.ASSETS, ids=lambda asset: asset.name)
def test_without_installed_files_it_may_load_the_pinned_ones_of_the_cdn(asset):
    answer = get()

    policy = answer.headers["Content-Security-Policy"]
    assert f" {asset.cdn_url}" in policy
    assert policy.count(CDN) == len(page.ASSETS)
    assert "unsafe" not in policy
    assert f'"{asset.cdn_url}" integrity="{asset.integrity}" crossorigin="anonymous"' in answer.text


@pytest.mark.usefixtures("installed")
def test_one_missing_file_is_enough_to_load_them_all_from_the_cdn():
    (page.VENDOR / page.ASSETS[0].name).unlink()

    assert get().text.count(CDN) == len(page.ASSETS)


def test_the_installed_files_are_the_pinned_ones():
    if not all(asset.is_installed for asset in page.ALL_ASSETS):
        pytest.skip("the files are not installed: run `make explorer`")

    found = {asset.name: integrity(page.VENDOR / asset.name) for asset in page.ALL_ASSETS}

    assert found == {asset.name: asset.integrity for asset in page.ALL_ASSETS}


def test_npm_installs_the_versions_that_the_cdn_serves():
    npm = json.loads((page.HERE / "package.json").read_text())["dependencies"]

    assert npm == {asset.package: asset.version for asset in page.ALL_ASSETS}


def integrity(file: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


# --- What it shows --------------------------------------------------------------------------------


@pytest.mark.parametrize("debug", [True, False])
def test_the_demo_account_is_filled_in_with_debug_only(debug, settings):
    settings.DEBUG = debug

    shown = [text in get().text for text in page.DEMO_ACCOUNT.values()]

    assert shown == [debug, debug]


def test_the_examples_go_through_the_morning_and_then_through_the_rest():
    assert [example["title"] for example in EXAMPLES] == [
        "Sign in",
        "What to practise",
        "Log an attempt",
        "When again",
        "How it goes",
        "Study lists",
        "Goal",
        "My questions",
        "Add a question",
        "Look at a file",
        "Import",
        "Take it out",
        "Progress",
        "What changed",
    ]


@pytest.mark.skipif(not SDL.exists(), reason="schema/schema.graphql is not written yet")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_an_example_is_valid(example):
    schema = build_schema(SDL.read_text())
    document = parse("\n".join(example["query"]))

    assert validate(schema, document) == []
    for operation in document.definitions:
        assert isinstance(operation, OperationDefinitionNode)
        definitions = operation.variable_definitions or ()
        values = get_variable_values(schema, definitions, example["variables"])
        assert not isinstance(values, list), values
