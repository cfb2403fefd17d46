"""A session begins, with a refresh token that only the client has."""

import hashlib
from datetime import timedelta

from gqlauth.models import RefreshToken

from domain.accounts.models import AuthSession
from domain.accounts.services.sessions import open_session
from domain.audit.models import AuditEvent


def test_lasts_for_seven_days(user, now):
    opened = open_session(user=user, at=now)

    session = AuthSession.objects.get()
    assert (session.created_at, session.last_used_at) == (now, now)
    assert session.expires_at == opened.expires_at == now + timedelta(days=7)
    assert session.revoked_at is None


def test_stores_nothing_but_the_digest_of_the_token(user, now):
    opened = open_session(user=user, at=now)

    stored = RefreshToken.objects.values_list("token", flat=True)
    assert list(stored) == [hashlib.sha256(opened.refresh_token.encode()).hexdigest()]


def test_gives_a_token_of_256_bits(user, now):
    tokens = {open_session(user=user, at=now).refresh_token for _ in range(3)}

    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {43}


def test_leaves_other_sessions_open(user, now):
    open_session(user=user, at=now)
    open_session(user=user, at=now)

    assert AuthSession.objects.open(at=now).count() == 2


def test_keeps_the_beginning_of_a_long_user_agent(user, now):
    opened = open_session(user=user, at=now, user_agent="x" * 1000)

    assert opened.session.user_agent == "x" * 200


def test_is_recorded(user, now):
    opened = open_session(user=user, at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("session.opened", user, user)
    assert event.object_uid == opened.session.uid
