"""Browsers keep the refresh token in a cookie: no script reads it, no other site uses it."""

import json
from datetime import timedelta
from http.cookies import Morsel

import pytest
import time_machine
from django.conf import settings as current
from django.test import Client

from domain.accounts import links
from domain.accounts.models import AuthSession
from domain.accounts.services import sessions
from tests.authenticator import RECOVERY_CODE, with_two_factor
from tests.client import PATH, access_token
from tests.factories import NOW, PASSWORD
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

SESSION = "... on Session { accessToken refreshToken }"
MESSAGES = "... on OperationInfo { messages { code field } }"
SIGN_IN = f"mutation ($input: SignInInput!) {{ signIn(input: $input) {{ {SESSION} {MESSAGES} }} }}"
REFRESH = f"mutation {{ refreshToken {{ {SESSION} {MESSAGES} }} }}"
REFRESH_BY_TEXT = f"""
  mutation ($text: String!) {{
    refreshToken(input: {{refreshToken: $text}}) {{ {SESSION} {MESSAGES} }}
  }}
"""
CHANGE_PASSWORD = f"""
  mutation ($input: ChangePasswordInput!) {{
    changePassword(input: $input) {{ {SESSION} {MESSAGES} }}
  }}
"""
RESET = f"""
  mutation ($input: ResetPasswordInput!) {{
    resetPassword(input: $input) {{ ... on PasswordReset {{ changedAt }} {MESSAGES} }}
  }}
"""
COMPLETE = f"""
  mutation ($input: CompleteTwoFactorInput!) {{
    completeTwoFactor(input: $input) {{ {SESSION} {MESSAGES} }}
  }}
"""
SIGN_OUT = "mutation { signOut { endedAt } }"
SIGN_OUT_EVERYWHERE = "mutation { signOutEverywhere { ... on AccessEnded { endedAt } } }"
NAME = "__Secure-drillbook_refresh"
BROWSER = {"Drillbook-Client": "browser"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def opened(user, graphql):
    """A session of today, whose refresh token the client has in its cookie."""
    opened = sessions.open_session(user=user, at=NOW)
    graphql.http.cookies[NAME] = opened.refresh_token
    return opened


def sent(
    graphql, query, *, headers=BROWSER, token=None, **variables
) -> tuple[object, Morsel | None]:
    """The answer, and the refresh cookie that it sets or deletes."""
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    response = graphql.http.post(
        PATH,
        {"query": query, "variables": variables},
        content_type="application/json",
        headers=headers | authorization,
    )
    cookie = response.cookies.get(NAME)
    # The client keeps the same object, and changes it with the next answer.
    return json.loads(response.content)["data"], cookie and cookie.copy()


def codes(data) -> list[str]:
    (value,) = data.values()
    return [message["code"] for message in value.get("messages", [])]


def credentials(user):
    return {"email": user.email, "password": PASSWORD}


def is_deleted(cookie) -> bool:
    return cookie is not None and (cookie.value, cookie["max-age"]) == ("", 0)


def test_signing_in_hands_the_refresh_token_over_in_a_guarded_cookie(user, graphql):
    data, cookie = sent(graphql, SIGN_IN, input=credentials(user))

    assert data["signIn"]["refreshToken"] is None
    assert data["signIn"]["accessToken"]
    given = {name: cookie[name] for name in ("path", "secure", "httponly", "samesite", "domain")}
    assert given == {
        "path": "/graphql",
        "secure": True,
        "httponly": True,
        "samesite": "Strict",
        "domain": "",
    }
    assert cookie["max-age"] == 7 * 24 * 3600
    assert len(cookie.value) == 43


def test_cookie_is_set_whether_or_not_the_token_was_asked_for(user, graphql):
    query = SIGN_IN.replace("accessToken refreshToken", "expiresAt")

    _, cookie = sent(graphql, query, input=credentials(user))

    assert cookie.value


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Drillbook-Client": ""},
        {"Drillbook-Client": "mobile"},
        BROWSER | {"Origin": "https://evil.example"},
        BROWSER | {"Origin": "http://testserver.evil.example"},
        BROWSER | {"Origin": "https://testserver"},
        BROWSER | {"Origin": "null"},
    ],
)
def test_other_clients_get_it_as_text_and_no_cookie(headers, user, graphql):
    data, cookie = sent(graphql, SIGN_IN, headers=headers, input=credentials(user))

    assert len(data["signIn"]["refreshToken"]) == 43
    assert cookie is None


def test_a_wrong_password_sets_and_deletes_nothing(opened, user, graphql):
    data, cookie = sent(graphql, SIGN_IN, input=credentials(user) | {"password": "wrong"})

    assert codes(data) == ["invalid_credentials"]
    assert cookie is None


@pytest.mark.parametrize(
    "origin", [None, "http://testserver", "https://app.example", "https://public.example"]
)
def test_refreshes_by_the_cookie(origin, opened, graphql, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://public.example"]
    headers = BROWSER | ({"Origin": origin} if origin else {})

    data, cookie = sent(graphql, REFRESH, headers=headers)

    assert data["refreshToken"]["accessToken"]
    assert data["refreshToken"]["refreshToken"] is None
    assert cookie.value not in ("", opened.refresh_token)
    again, _ = sent(graphql, REFRESH)
    assert codes(again) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Drillbook-Client": "mobile"},
        {"GraphQL-Preflight": "1"},
        {"X-Requested-With": "XMLHttpRequest"},
        BROWSER | {"Origin": "https://evil.example"},
        BROWSER | {"Origin": "null"},
        BROWSER | {"Origin": ""},
    ],
)
def test_cookie_is_not_read_without_the_header_or_from_another_site(headers, opened, graphql):
    with nothing_changes():
        data, cookie = sent(graphql, REFRESH, headers=headers)

    assert codes(data) == ["refresh_token_refused"]
    assert cookie is None


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", "query=" + REFRESH),
        ("text/plain", json.dumps({"query": REFRESH})),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
            + json.dumps({"query": REFRESH})
            + '\r\n--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n',
        ),
    ],
)
def test_what_a_form_of_another_site_can_send_does_nothing(content_type, body, opened, graphql):
    with nothing_changes():
        response = graphql.http.generic(
            "POST",
            PATH,
            body,
            content_type=content_type,
            headers={"Origin": "https://evil.example"},
        )

    assert response.status_code in (400, 415)
    assert NAME not in response.cookies


def test_a_link_does_nothing(opened, graphql):
    with nothing_changes():
        response = graphql.http.get(PATH, {"query": REFRESH}, headers=BROWSER)

    assert response.status_code == 405
    assert NAME not in response.cookies


def test_cookie_opens_nothing_but_the_refresh(opened, graphql):
    _, cookie = sent(graphql, REFRESH)
    graphql.http.cookies[NAME] = cookie.value

    answer = graphql.send({"query": "{ viewer { email } }"}, headers=BROWSER)

    assert answer.codes == ["UNAUTHENTICATED"]


def test_text_outweighs_the_cookie_and_moves_into_it(opened, user, graphql):
    other = sessions.open_session(user=user, at=NOW)

    data, cookie = sent(graphql, REFRESH_BY_TEXT, text=other.refresh_token)

    assert data["refreshToken"]["refreshToken"] is None
    later = NOW + timedelta(days=1)
    renewed = sessions.refresh_session(refresh_token=cookie.value, at=later)
    untouched = sessions.refresh_session(refresh_token=opened.refresh_token, at=later)
    assert (renewed.session, untouched.session) == (other.session, opened.session)


def test_without_a_cookie_there_is_nothing_to_refresh(graphql, db):
    data, cookie = sent(graphql, REFRESH)

    assert codes(data) == ["refresh_token_refused"]
    assert cookie is None


@pytest.mark.parametrize("value", ["unknown", "x" * 4000])
def test_a_refused_cookie_is_deleted(value, opened, graphql):
    graphql.http.cookies[NAME] = value

    data, cookie = sent(graphql, REFRESH)

    assert codes(data) == ["refresh_token_refused"]
    assert is_deleted(cookie)
    assert (cookie["path"], cookie["samesite"], cookie["secure"]) == ("/graphql", "Strict", True)


def test_a_cookie_used_again_later_ends_the_session_and_is_deleted(opened, graphql):
    sent(graphql, REFRESH)
    graphql.http.cookies[NAME] = opened.refresh_token

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        data, cookie = sent(graphql, REFRESH)

    assert codes(data) == ["refresh_token_refused"]
    assert is_deleted(cookie)
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_two_tabs_that_refresh_at_once_stay_signed_in(opened, graphql):
    _, first = sent(graphql, REFRESH)
    graphql.http.cookies[NAME] = opened.refresh_token
    _, second = sent(graphql, REFRESH)

    for cookie in (first, second):
        graphql.http.cookies[NAME] = cookie.value
        data, _ = sent(graphql, REFRESH)
        assert codes(data) == []


@pytest.mark.parametrize("query", [SIGN_OUT, SIGN_OUT_EVERYWHERE])
@pytest.mark.parametrize(("headers", "deletes"), [(BROWSER, True), ({}, False)])
def test_signing_out_deletes_the_cookie_of_a_browser(headers, deletes, query, user, graphql):
    _, cookie = sent(graphql, query, headers=headers, token=access_token(user))

    assert is_deleted(cookie) is deletes


def test_a_new_password_comes_with_a_new_cookie(opened, user, graphql):
    input = {"currentPassword": PASSWORD, "newPassword": "another-good-one"}

    data, cookie = sent(graphql, CHANGE_PASSWORD, token=access_token(user), input=input)

    assert data["changePassword"]["refreshToken"] is None
    assert cookie.value not in ("", opened.refresh_token)


def test_a_reset_password_deletes_the_cookie(opened, user, graphql):
    token = links.PASSWORD_RESET.token(user, at=NOW)

    data, cookie = sent(graphql, RESET, input={"token": token, "newPassword": "another-good-one"})

    assert codes(data) == []
    assert is_deleted(cookie)


def test_a_code_completes_the_cookie_as_well(user, graphql):
    with_two_factor(user)
    query = SIGN_IN.replace(SESSION, "... on TwoFactorChallenge { challengeToken }")

    challenge, none_yet = sent(graphql, query, input=credentials(user))
    input = {**challenge["signIn"], "code": RECOVERY_CODE}
    data, cookie = sent(graphql, COMPLETE, input=input)

    assert none_yet is None
    assert data["completeTwoFactor"]["refreshToken"] is None
    assert cookie.value


def test_cookie_keeps_to_the_path_prefix_of_a_proxy(user):
    response = Client().post(
        PATH,
        {"query": SIGN_IN, "variables": {"input": credentials(user)}},
        content_type="application/json",
        headers=BROWSER,
        SCRIPT_NAME="/prefix",
    )

    assert response.cookies[NAME]["path"] == "/prefix/graphql"


def test_names_of_the_cookie_are_those_that_browsers_guard():
    assert current.REFRESH_COOKIE_NAME == NAME
    assert current.REFRESH_COOKIE_SECURE is True
