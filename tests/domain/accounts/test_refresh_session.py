"""A refresh token works once. Using it again ends its session."""

import hashlib
from datetime import timedelta

import pytest
from django.db import transaction
from gqlauth.models import RefreshToken

from domain.accounts.models import AuthSession, User
from domain.accounts.services.sessions import (
    OpenSession,
    RefreshTokenRefused,
    end_session,
    open_session,
    refresh_session,
)
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import UserFactory

DAY = timedelta(days=1)


@pytest.fixture
def opened(user, now):
    return open_session(user=user, at=now)


def test_gives_another_token_of_the_same_session(opened, now):
    renewed = refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    assert renewed.session == opened.session
    assert renewed.refresh_token != opened.refresh_token


def test_prolongs_the_session(opened, now):
    renewed = refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    session = AuthSession.objects.get()
    assert session.last_used_at == now + DAY
    assert session.expires_at == renewed.expires_at == now + 8 * DAY


def test_can_go_on_for_ever(opened, now):
    token = opened.refresh_token
    for week in range(1, 5):
        token = refresh_session(refresh_token=token, at=now + week * 6 * DAY).refresh_token

    assert AuthSession.objects.open(at=now + 30 * DAY).count() == 1


def test_stores_the_new_token_as_a_digest(opened, now):
    renewed = refresh_session(refresh_token=opened.refresh_token, at=now)

    newest = RefreshToken.objects.latest("pk")
    assert newest.token == hashlib.sha256(renewed.refresh_token.encode()).hexdigest()


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "\ud800", "x" * 100_000])
def test_refuses_an_unknown_token(token, opened, now):
    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=token, at=now)

    assert AuthSession.objects.open(at=now).count() == 1


def test_refuses_the_stored_digest(opened, now):
    digest = hashlib.sha256(opened.refresh_token.encode()).hexdigest()

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=digest, at=now)


def test_refuses_a_used_token_and_ends_the_session(opened, now):
    refresh_session(refresh_token=opened.refresh_token, at=now)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    session = AuthSession.objects.get()
    assert (session.revoked_at, session.revoked_reason) == (now + DAY, "refresh_token_reused")


def test_refuses_the_newest_token_of_a_session_that_reuse_ended(opened, now):
    renewed = refresh_session(refresh_token=opened.refresh_token, at=now)
    with pytest.raises(RefreshTokenRefused):
        refresh_session(refresh_token=opened.refresh_token, at=now)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=renewed.refresh_token, at=now)


def test_leaves_other_sessions_of_the_person_open_when_one_is_ended(opened, user, now):
    other = open_session(user=user, at=now)
    refresh_session(refresh_token=opened.refresh_token, at=now)
    with pytest.raises(RefreshTokenRefused):
        refresh_session(refresh_token=opened.refresh_token, at=now)

    assert AuthSession.objects.open(at=now).get() == other.session


@pytest.mark.parametrize(
    ("after", "works"), [(7 * DAY - timedelta(microseconds=1), True), (7 * DAY, False)]
)
def test_works_until_the_session_expires(after, works, opened, now):
    try:
        refresh_session(refresh_token=opened.refresh_token, at=now + after)
    except RefreshTokenRefused:
        assert not works
    else:
        assert works


def test_refuses_after_signing_out(opened, now):
    end_session(session=opened.session, at=now)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=opened.refresh_token, at=now)


def test_refuses_a_deactivated_person_and_keeps_the_token_unused(opened, user, now):
    User.objects.filter(pk=user.pk).update(is_active=False)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=opened.refresh_token, at=now)

    assert RefreshToken.objects.get().revoked is None
    assert AuthSession.objects.get().revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_leaves_the_ended_session_behind_its_refusal(now):
    opened = open_session(user=UserFactory(), at=now)
    refresh_session(refresh_token=opened.refresh_token, at=now)

    with pytest.raises(RefreshTokenRefused):
        refresh_session(refresh_token=opened.refresh_token, at=now)

    assert AuthSession.objects.get().revoked_at == now


@pytest.mark.django_db(transaction=True)
def test_does_not_run_where_its_refusal_would_undo_the_end_of_the_session(now):
    opened = open_session(user=UserFactory(), at=now)

    with pytest.raises(RuntimeError), transaction.atomic():
        refresh_session(refresh_token=opened.refresh_token, at=now)


@pytest.mark.django_db(transaction=True)
def test_has_at_most_one_winner_among_eight_at_once(now):
    opened = open_session(user=UserFactory(), at=now)
    calls = [lambda: refresh_session(refresh_token=opened.refresh_token, at=now)] * 8

    outcomes = at_once(*calls)

    winners = [outcome for outcome in outcomes if isinstance(outcome, OpenSession)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, RefreshTokenRefused)]
    assert (len(winners), len(losers)) == (1, 7)
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"
    with pytest.raises(RefreshTokenRefused):
        refresh_session(refresh_token=winners[0].refresh_token, at=now)
