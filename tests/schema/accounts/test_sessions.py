"""Where one is signed in, and ending it there."""

from datetime import UTC, datetime

import pytest

from domain.accounts.models import AuthSession
from domain.accounts.services import sessions
from schema import tokens
from tests.client import node_id
from tests.factories import NOW, PASSWORD, AuthSessionFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

LIST = """{
  sessions { totalCount edges { node { id device userAgent address isCurrent secondFactor } } }
}"""
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
REVOKE = """mutation ($id: ID!) {
  revokeSession(input: {id: $id}) {
    ... on AuthSession { id revokedAt }
    ... on OperationInfo { messages { code } }
  }
}"""
OTHERS = "mutation { revokeOtherSessions { ... on AccessEnded { sessions apiTokens } } }"
EVERYWHERE = "mutation { signOutEverywhere { ... on AccessEnded { sessions apiTokens } } }"
VIEWER = "{ viewer { email } }"


def opened(user):
    session = sessions.open_session(user=user, at=datetime.now(UTC)).session
    return session, tokens.issue(session).token


def test_a_sign_in_shows_where_it_was(graphql, user):
    sign_in = f"""mutation {{
      signIn(input: {{email: "user@example.com", password: "{PASSWORD}"}}) {{
        ... on Session {{ accessToken }}
      }}
    }}"""
    body = {"query": sign_in}
    signed_in = graphql.send(body, headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.9").only

    (session,) = graphql(LIST, token=signed_in["accessToken"]).nodes

    assert session == {
        "id": node_id(AuthSession.objects.get()),
        "device": "Firefox on Linux",
        "userAgent": FIREFOX,
        "address": "203.0.113.9",
        "isCurrent": True,
        "secondFactor": False,
    }


def test_only_own_open_sessions_are_listed_and_one_is_this(graphql, user, stranger):
    this, token = opened(user)
    other, _ = opened(user)
    AuthSessionFactory(user=user, created_at=NOW.replace(year=2020))
    AuthSessionFactory(user=user, revoked_at=NOW)
    opened(stranger)

    listed = graphql(LIST, token=token)

    assert listed.only["totalCount"] == 2
    current = {node["id"]: node["isCurrent"] for node in listed.nodes}
    assert current == {node_id(this): True, node_id(other): False}


def test_a_list_costs_the_same_for_many(graphql, user, django_assert_num_queries):
    _, token = opened(user)
    for _ in range(5):
        opened(user)

    with django_assert_num_queries(3):
        assert len(graphql(LIST, token=token).nodes) == 6


def test_revoking_another_ends_its_token_at_once(graphql, user):
    _, token = opened(user)
    other, stolen = opened(user)

    revoked = graphql(REVOKE, token=token, id=node_id(other)).only

    assert revoked["revokedAt"] is not None
    assert graphql(VIEWER, token=stolen).codes == ["UNAUTHENTICATED"]
    assert graphql(VIEWER, token=token).codes == []


def test_revoking_a_strangers_is_not_found(graphql, user, stranger):
    _, token = opened(user)
    theirs, their_token = opened(stranger)

    with nothing_changes():
        answer = graphql(REVOKE, token=token, id=node_id(theirs))

    assert answer.codes == ["not_found"]
    assert graphql(VIEWER, token=their_token).codes == []


def test_revoking_all_others_keeps_this_one(graphql, user, stranger):
    _, token = opened(user)
    _, other = opened(user)
    _, theirs = opened(stranger)

    ended = graphql(OTHERS, token=token).only

    assert ended == {"sessions": 1, "apiTokens": 0}
    assert graphql(VIEWER, token=other).codes == ["UNAUTHENTICATED"]
    assert graphql(VIEWER, token=token).codes == graphql(VIEWER, token=theirs).codes == []


def test_signing_out_everywhere_ends_this_one_too(graphql, user, stranger):
    _, token = opened(user)
    opened(user)
    _, theirs = opened(stranger)

    ended = graphql(EVERYWHERE, token=token).only

    assert ended == {"sessions": 2, "apiTokens": 0}
    assert graphql(VIEWER, token=token).codes == ["UNAUTHENTICATED"]
    assert graphql(VIEWER, token=theirs).codes == []


@pytest.mark.parametrize("operation", [LIST, OTHERS, EVERYWHERE])
def test_nobody_is_refused(operation, graphql, user):
    with nothing_changes():
        answer = graphql(operation)

    assert answer.codes == ["UNAUTHENTICATED"]
