"""Pages of other origins: those that are configured may call the API, all others may not."""

import pytest
from django.test import Client

APP = "https://app.example"
EVIL = "https://evil.example"
PATH = "/graphql"
HEADERS = "accept, authorization, content-type, drillbook-client, graphql-preflight, x-request-id"


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [APP]


def preflight(origin: str, path: str = PATH) -> dict[str, str]:
    """What a browser is told when it asks whether it may send our headers."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,drillbook-client",
    }
    return answered(Client().options(path, headers=asked))


def post(origin: str | None, path: str = PATH) -> dict[str, str]:
    headers = {"Origin": origin} if origin else {}
    response = Client().post(
        path, {"query": "{ __typename }"}, content_type="application/json", headers=headers
    )
    return answered(response)


def answered(response) -> dict[str, str]:
    told = {name.lower(): value for name, value in response.headers.items()}
    return {
        name.removeprefix("access-control-"): value
        for name, value in told.items()
        if name.startswith("access-control-")
    }


def test_preflight_of_an_allowed_origin_says_what_may_be_sent():
    assert preflight(APP) == {
        "allow-origin": APP,
        "allow-headers": HEADERS,
        "allow-methods": "GET, POST, OPTIONS",
        "max-age": "7200",
        "expose-headers": "retry-after, x-request-id",
    }


def test_answer_to_an_allowed_origin_may_be_read():
    assert post(APP) == {"allow-origin": APP, "expose-headers": "retry-after, x-request-id"}


def test_cookies_only_where_they_are_allowed(settings):
    settings.CORS_ALLOW_CREDENTIALS = True

    assert preflight(APP)["allow-credentials"] == post(APP)["allow-credentials"] == "true"
    assert preflight(EVIL) == post(EVIL) == {}


@pytest.mark.parametrize(
    "origin",
    [
        EVIL,
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://evil.example/https://app.example",
        "https://sub.app.example",
        "null",
        "",
        "https://[",
    ],
)
def test_other_origins_are_told_nothing(origin):
    assert preflight(origin) == post(origin) == {}


def test_other_clients_are_told_nothing():
    assert post(None) == {}


@pytest.mark.parametrize("path", ["/admin/login/", "/health/live", "/graphql/schema.graphql", "/x"])
def test_other_addresses_are_for_no_other_origin(path):
    assert preflight(APP, path) == {}


def test_any_origin_may_read_where_that_is_configured(settings):
    settings.CORS_ALLOWED_ORIGINS, settings.CORS_ALLOW_ALL_ORIGINS = [], True

    assert preflight(EVIL)["allow-origin"] == post(EVIL)["allow-origin"] == "*"
    assert "allow-credentials" not in post(EVIL)


def test_refusals_may_be_read_too():
    response = Client().post(PATH, "{", content_type="application/json", headers={"Origin": APP})

    assert response.status_code == 400
    assert answered(response)["allow-origin"] == APP


def test_preflight_asks_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        preflight(APP)
