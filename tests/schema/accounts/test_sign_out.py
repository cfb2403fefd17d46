"""``signOut`` and ``changePassword``: what ends a session."""

import pytest
import time_machine

from domain.accounts.models import AuthSession, User
from domain.accounts.services import sessions
from schema import tokens
from tests.client import access_token
from tests.factories import NOW, PASSWORD
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

SIGN_OUT = "mutation { signOut { endedAt } }"
CHANGE_PASSWORD = """
  mutation ($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      ... on Session { accessToken refreshToken viewer { email settings { weekStart } } }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
REFRESH = """
  mutation ($token: String!) {
    refreshToken(input: {refreshToken: $token}) {
      ... on OperationInfo { messages { code } }
    }
  }
"""
VIEWER = "{ viewer { email } }"
NEW_PASSWORD = "another-good-one"


@time_machine.travel(NOW, tick=False)
def test_signing_out_ends_both_tokens_of_this_session_only(user, graphql):
    opened = sessions.open_session(user=user, at=NOW)
    token, other = tokens.issue(opened.session).token, access_token(user)

    answer = graphql(SIGN_OUT, token=token)

    assert answer.only == {"endedAt": "2026-03-02T09:30:00Z"}
    assert graphql(VIEWER, token=token).codes == ["UNAUTHENTICATED"]
    assert graphql(SIGN_OUT, token=token).codes == ["UNAUTHENTICATED"]
    body = {"query": REFRESH, "variables": {"token": opened.refresh_token}}
    assert graphql.send(body).codes == ["refresh_token_refused"]
    assert graphql(VIEWER, token=other).codes == []


def test_nobody_can_sign_out(graphql, user):
    with nothing_changes():
        answer = graphql(SIGN_OUT)

    assert answer.codes == ["UNAUTHENTICATED"]


def test_a_new_password_ends_every_session_but_the_one_it_answers_with(user, graphql):
    token, other = access_token(user), access_token(user)
    input = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}

    session = graphql(CHANGE_PASSWORD, token=token, input=input).only

    assert session["viewer"] == {"email": user.email, "settings": {"weekStart": "MONDAY"}}
    assert graphql(VIEWER, token=session["accessToken"]).codes == []
    assert graphql(VIEWER, token=token).codes == ["UNAUTHENTICATED"]
    assert graphql(VIEWER, token=other).codes == ["UNAUTHENTICATED"]
    assert User.objects.get().check_password(NEW_PASSWORD)
    assert AuthSession.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("wrong", NEW_PASSWORD, "currentPassword", "wrong_password"),
        ("", NEW_PASSWORD, "currentPassword", "wrong_password"),
        (PASSWORD, "short", "newPassword", "password_too_short"),
        (PASSWORD, "user@example.com", "newPassword", "password_too_similar"),
        (PASSWORD, "x" * 129, "newPassword", "password_too_long"),
    ],
)
def test_a_refused_password_changes_nothing(current, new, field, code, token, graphql):
    with nothing_changes(but=["audit.AuditEvent"]):
        answer = graphql(
            CHANGE_PASSWORD, token=token, input={"currentPassword": current, "newPassword": new}
        )

    assert (answer.codes, answer.fields) == ([code], [field])
    assert graphql(VIEWER, token=token).codes == []
