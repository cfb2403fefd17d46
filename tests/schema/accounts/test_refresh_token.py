"""``refreshToken``: a pair for a pair, once; within the grace, twice."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps

from domain.accounts.models import AuthSession, User
from domain.accounts.services import sessions
from schema import tokens
from tests.factories import NOW
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

REFRESH = """
  mutation ($token: String!) {
    refreshToken(input: {refreshToken: $token}) {
      ... on Session { accessToken refreshToken expiresAt refreshExpiresAt viewer { email } }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
VIEWER = "{ viewer { email } }"


@pytest.fixture
def opened(user):
    """A session of today."""
    with time_machine.travel(NOW, tick=False):
        yield sessions.open_session(user=user, at=NOW)


def refresh(graphql, refresh_token, **sent):
    return graphql.send({"query": REFRESH, "variables": {"token": refresh_token}}, **sent)


def test_gives_a_new_pair_and_a_week_more(opened, user, graphql):
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        renewed = refresh(graphql, opened.refresh_token).only
        viewer = graphql(VIEWER, token=renewed["accessToken"]).only

    assert viewer == renewed["viewer"] == {"email": user.email}
    assert renewed["refreshToken"] != opened.refresh_token
    assert renewed["expiresAt"] == "2026-03-08T09:45:00Z"
    assert renewed["refreshExpiresAt"] == "2026-03-15T09:30:00Z"
    assert AuthSession.objects.count() == 1


def test_the_access_token_before_it_works_on(opened, graphql):
    access = tokens.issue(opened.session).token

    refresh(graphql, opened.refresh_token)

    assert graphql(VIEWER, token=access).codes == []


def test_a_token_used_again_after_the_grace_ends_its_session(opened, graphql):
    renewed = refresh(graphql, opened.refresh_token).only

    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        replayed = refresh(graphql, opened.refresh_token)

        assert (replayed.codes, replayed.fields) == (["refresh_token_refused"], ["refreshToken"])
        assert graphql(VIEWER, token=renewed["accessToken"]).codes == ["UNAUTHENTICATED"]
        assert refresh(graphql, renewed["refreshToken"]).codes == ["refresh_token_refused"]
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_a_token_used_twice_at_once_gives_two_pairs_that_work(opened, graphql):
    pairs = [refresh(graphql, opened.refresh_token).only for _ in range(2)]

    assert pairs[0]["refreshToken"] != pairs[1]["refreshToken"]
    for pair in pairs:
        assert graphql(VIEWER, token=pair["accessToken"]).codes == []
        assert refresh(graphql, pair["refreshToken"]).codes == []


def test_a_token_used_four_times_in_one_request_ends_its_session(opened, graphql):
    calls = [
        f"call{position}: refreshToken(input: {{refreshToken: $token}}) {{"
        "  ... on Session { accessToken } ... on OperationInfo { messages { code } } }"
        for position in range(4)
    ]
    operation = f"mutation ($token: String!) {{ {' '.join(calls)} }}"
    body = {"query": operation, "variables": {"token": opened.refresh_token}}

    answer = graphql.send(body)

    assert answer.codes == ["refresh_token_refused"]
    for position in range(3):
        access = answer.data[f"call{position}"]["accessToken"]
        assert graphql(VIEWER, token=access).codes == ["UNAUTHENTICATED"]


def test_another_session_of_the_person_goes_on(opened, user, graphql):
    other = sessions.open_session(user=user, at=NOW)
    for _ in range(4):
        refresh(graphql, opened.refresh_token)

    assert AuthSession.objects.get(pk=opened.session.pk).revoked_at
    assert refresh(graphql, other.refresh_token).codes == []


@pytest.mark.parametrize(
    "change",
    [
        lambda opened: User.objects.update(is_active=False),
        lambda opened: opened.session.user.delete(),
        lambda opened: AuthSession.objects.update(revoked_at=NOW),
        lambda opened: AuthSession.objects.update(expires_at=NOW),
        lambda opened: sessions.end_all_sessions(user=opened.session.user, at=NOW, reason="x"),
    ],
    ids=["deactivated", "deleted", "ended", "ran out", "all ended"],
)
def test_is_refused_when_the_session_is_over(change, opened, graphql):
    change(opened)

    with nothing_changes():
        answer = refresh(graphql, opened.refresh_token)

    assert answer.codes == ["refresh_token_refused"]


def test_other_texts_are_refused_alike(opened, graphql):
    stored = apps.get_model("gqlauth.RefreshToken").objects.get().token
    texts = [
        "", " ", "x", "é😀", stored, opened.refresh_token + " ", opened.refresh_token[:-1],
        opened.refresh_token.swapcase(), tokens.issue(opened.session).token, "y" * 100_000,
        str(opened.session.uid),
    ]  # fmt: skip

    with nothing_changes():
        answers = [refresh(graphql, text) for text in texts]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes == ["refresh_token_refused"]


def test_needs_no_access_token_and_minds_no_stale_one(opened, graphql):
    answer = refresh(graphql, opened.refresh_token, token="stale.stale.stale")

    assert answer.codes == []


def test_only_a_digest_is_stored(opened):
    stored = apps.get_model("gqlauth.RefreshToken").objects.get().token

    assert opened.refresh_token not in stored
    assert len(stored) == 64
