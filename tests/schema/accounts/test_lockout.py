"""Whoever guesses learns nothing from the API's answers; a Redis that died stops nobody."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from domain.accounts.links import PASSWORD_RESET
from domain.accounts.services import password_reset
from tests.client import access_token
from tests.factories import NOW, PASSWORD, UserFactory

SIGN_IN = """
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ... on Session { accessToken refreshToken }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
CHANGE_PASSWORD = """
  mutation ($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
REFRESH = """
  mutation ($input: RefreshTokenInput!) {
    refreshToken(input: $input) { ... on Session { accessToken } }
  }
"""
NOBODY_LISTENS = "redis://127.0.0.1:1/0"
LIMIT = 10


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


def send(graphql, email, password=PASSWORD, **extra):
    body = {"query": SIGN_IN, "variables": {"input": {"email": email, "password": password}}}
    return graphql.send(body, **extra)


def refresh(graphql, session):
    return graphql(REFRESH, input={"refreshToken": session["refreshToken"]}).only["accessToken"]


def lock(graphql, email, times=LIMIT):
    return [send(graphql, email, password="wrong").anonymous for _ in range(times)]


@pytest.mark.parametrize("email", ["user@example.com", "gone@example.com", "nobody@example.com"])
def test_a_lock_is_told_to_nobody(email, graphql, user):
    UserFactory(email="gone@example.com", is_active=False)

    wrong = lock(graphql, email)
    locked = send(graphql, email)

    assert {*wrong, locked.anonymous} == {wrong[0]}
    assert locked.codes == ["invalid_credentials"]
    assert wrong[0] == send(graphql, "another@example.com", password="wrong").anonymous


def test_a_header_does_not_make_another_address(graphql, user, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    for number in range(3):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        send(graphql, f"person{number}@example.com", password="wrong", headers=forged)

    answer = send(graphql, user.email, headers={"X-Forwarded-For": "198.51.100.99"})

    assert answer.codes == ["invalid_credentials"]


def test_behind_a_proxy_each_client_has_a_limit_of_its_own(graphql, user, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        through = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}
        send(graphql, f"person{number}@example.com", password="wrong", headers=through)

    same = send(graphql, user.email, headers={"X-Forwarded-For": "203.0.113.7"})
    other = send(graphql, user.email, headers={"X-Forwarded-For": "203.0.113.8"})

    assert (same.codes, other.codes) == (["invalid_credentials"], [])


def test_a_new_password_by_mail_unlocks(graphql, user, django_capture_on_commit_callbacks):
    lock(graphql, user.email)
    token = PASSWORD_RESET.token(user, at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        password_reset.reset_password(token=token, new_password="another-password", at=NOW)

    assert send(graphql, user.email, password="another-password").codes == []


def test_a_stolen_access_token_does_not_help_to_guess_the_password(graphql, user):
    token = access_token(user)

    def change(password):
        typed = {"currentPassword": password, "newPassword": "another-password"}
        return graphql(CHANGE_PASSWORD, token=token, input=typed)

    wrong = [change("wrong").anonymous for _ in range(LIMIT)]
    right = change(PASSWORD)

    assert {*wrong, right.anonymous} == {wrong[0]}
    assert right.codes == ["wrong_password"]


def test_open_sessions_go_on_while_the_account_is_locked(graphql, user):
    session = send(graphql, user.email).only
    lock(graphql, user.email)

    assert refresh(graphql, session)
    assert graphql("{ viewer { email } }", token=session["accessToken"]).codes == []


def test_redis_dies_in_the_middle(graphql, user, settings, own_counts, caplog):
    caplog.set_level(logging.WARNING)
    session = send(graphql, user.email).only
    lock(graphql, user.email, times=LIMIT - 1)

    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": NOBODY_LISTENS}}
    before = send(graphql, user.email)
    assert before.codes == []
    assert refresh(graphql, session)
    assert graphql("{ viewer { email } }", token=before.only["accessToken"]).codes == []
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        lock(graphql, user.email)
        assert send(graphql, user.email).codes == ["invalid_credentials"]

    warnings = [record.name for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["domain.base.counting"]


def test_what_is_cached_names_nobody(graphql, user, monkeypatch):
    keys = []
    add = type(cache._connections[cache._alias]).add

    def noting(self, key, *args, **kwargs):
        keys.append(key)
        return add(self, key, *args, **kwargs)

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", noting)

    send(graphql, user.email, password="wrong-and-secret", REMOTE_ADDR="203.0.113.7")

    assert len(keys) == 3
    for word in ("user", "example", "203.0", "secret"):
        assert word not in " ".join(keys)
