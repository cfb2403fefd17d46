"""``signIn``."""

from datetime import timedelta

import pytest
import time_machine

from domain.accounts.models import AuthSession, User
from tests.client import access_token
from tests.factories import NOW, PASSWORD, UserFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

SIGN_IN = """
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      ... on Session {
        accessToken expiresAt refreshToken refreshExpiresAt viewer { email settings { timezone } }
      }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
VIEWER = "{ viewer { email } }"


def test_opens_a_session(graphql, user):
    with time_machine.travel(NOW, tick=False):
        session = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only
        viewer = graphql(VIEWER, token=session["accessToken"]).only

    assert viewer == {"email": user.email}
    assert session["viewer"] == {"email": user.email, "settings": {"timezone": "UTC"}}
    assert session["expiresAt"] == "2026-03-02T09:45:00Z"
    assert session["refreshExpiresAt"] == "2026-03-09T09:30:00Z"
    user.refresh_from_db()
    assert user.last_login == NOW


def test_notes_the_client(graphql, user):
    body = {"query": SIGN_IN, "variables": {"input": {"email": user.email, "password": PASSWORD}}}

    graphql.send(body, headers={"User-Agent": "Firefox/" + "9" * 300})

    assert AuthSession.objects.get().user_agent == "Firefox/" + "9" * 192


@pytest.mark.parametrize("email", ["USER@Example.com", " user@example.com\t"])
def test_does_not_mind_how_the_address_is_written(email, graphql, user):
    assert graphql(SIGN_IN, input={"email": email, "password": PASSWORD}).codes == []


def test_refuses_everybody_alike(graphql, user):
    UserFactory(email="gone@example.com", is_active=False)
    attempts = [
        {"email": user.email, "password": "wrong-password"},
        {"email": user.email, "password": PASSWORD.upper()},
        {"email": user.email, "password": f" {PASSWORD}"},
        {"email": user.email, "password": ""},
        {"email": "", "password": PASSWORD},
        {"email": "nobody@example.com", "password": PASSWORD},
        {"email": "gone@example.com", "password": PASSWORD},
        {"email": "user@example.com' OR 1=1 --", "password": PASSWORD},
        {"email": "user%", "password": PASSWORD},
        {"email": user.email, "password": user.password},
        {"email": "x" * 100_000, "password": "y" * 100_000},
    ]

    with nothing_changes():
        answers = [graphql(SIGN_IN, input=attempt) for attempt in attempts]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes == ["invalid_credentials"]
    assert answers[0].fields == [None]


def test_refuses_an_account_without_a_password(graphql):
    user = User.objects.create_user(email="sso@example.com")

    for password in ("", "!", user.password):
        answer = graphql(SIGN_IN, input={"email": user.email, "password": password})

        assert answer.codes == ["invalid_credentials"]


def test_works_with_a_stale_token_in_the_header(graphql, user):
    with time_machine.travel(NOW, tick=False):
        stale = access_token(user)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        input = {"email": user.email, "password": PASSWORD}
        answers = [graphql(SIGN_IN, token=t, input=input) for t in (stale, "nonsense", stale[:-2])]

    assert [answer.only["viewer"]["email"] for answer in answers] == [user.email] * 3


def test_answers_with_the_person_who_signed_in_not_the_one_in_the_header(graphql, user, stranger):
    input = {"email": stranger.email, "password": PASSWORD}

    session = graphql(SIGN_IN, as_user=user, input=input).only

    assert session["viewer"]["email"] == stranger.email
    assert graphql(VIEWER, token=session["accessToken"]).only == {"email": stranger.email}
