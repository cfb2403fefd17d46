"""A refresh token works once, twice within the grace. Using it later again ends its session."""

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
SECOND = timedelta(seconds=1)


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
        refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=renewed.refresh_token, at=now + DAY)


def test_leaves_other_sessions_of_the_person_open_when_one_is_ended(opened, user, now):
    other = open_session(user=user, at=now)
    refresh_session(refresh_token=opened.refresh_token, at=now)
    with pytest.raises(RefreshTokenRefused):
        refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    assert AuthSession.objects.open(at=now + DAY).get() == other.session


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
        refresh_session(refresh_token=opened.refresh_token, at=now + DAY)

    assert AuthSession.objects.get().revoked_at == now + DAY


@pytest.mark.django_db(transaction=True)
def test_does_not_run_where_its_refusal_would_undo_the_end_of_the_session(now):
    opened = open_session(user=UserFactory(), at=now)

    with pytest.raises(RuntimeError), transaction.atomic():
        refresh_session(refresh_token=opened.refresh_token, at=now)


def exchange(token, at):
    """The next token, or None for a refusal."""
    try:
        return refresh_session(refresh_token=token, at=at).refresh_token
    except RefreshTokenRefused:
        return None


def test_two_tabs_of_one_token_get_a_token_each_and_both_go_on(opened, now):
    first = exchange(opened.refresh_token, now)
    second = exchange(opened.refresh_token, now + 9 * SECOND)

    assert first != second
    assert exchange(first, now + DAY)
    assert exchange(second, now + 2 * DAY)
    assert AuthSession.objects.get().revoked_at is None


@pytest.mark.parametrize(("after", "works"), [(9.999, True), (10, False), (-1, True)])
def test_grace_lasts_ten_seconds(after, works, opened, now):
    exchange(opened.refresh_token, now)

    again = exchange(opened.refresh_token, now + after * SECOND)

    assert bool(again) is works
    assert (AuthSession.objects.get().revoked_reason == "refresh_token_reused") is not works


def test_grace_counts_from_the_first_use(opened, now):
    for seconds in (0, 9):
        assert exchange(opened.refresh_token, now + seconds * SECOND)

    assert exchange(opened.refresh_token, now + 11 * SECOND) is None


def test_without_a_grace_a_second_use_ends_the_session(opened, now, settings):
    settings.REFRESH_GRACE_SECONDS = 0
    exchange(opened.refresh_token, now)

    assert exchange(opened.refresh_token, now) is None
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_fourth_use_within_the_grace_ends_the_session(opened, now):
    tokens = [exchange(opened.refresh_token, now) for _ in range(4)]

    assert [token is not None for token in tokens] == [True, True, True, False]
    assert [exchange(token, now) for token in tokens[:3]] == [None] * 3
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_no_grace_once_what_it_was_exchanged_for_was_used(opened, now):
    newer = exchange(opened.refresh_token, now)
    newest = exchange(newer, now + SECOND)

    assert exchange(opened.refresh_token, now + 2 * SECOND) is None
    assert exchange(newest, now + 2 * SECOND) is None


def test_thief_within_the_grace_is_ended_once_the_owner_is_a_generation_ahead(opened, now):
    owners = exchange(opened.refresh_token, now)
    stolen = exchange(opened.refresh_token, now + SECOND)

    newer = exchange(owners, now + DAY)
    newest = exchange(newer, now + 2 * DAY)

    assert exchange(stolen, now + 3 * DAY) is None
    assert exchange(newest, now + 3 * DAY) is None
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_thief_within_the_grace_who_is_ahead_is_ended_by_the_owner(opened, now):
    owners = exchange(opened.refresh_token, now)
    stolen = exchange(exchange(opened.refresh_token, now), now + DAY)
    newest = exchange(stolen, now + 2 * DAY)

    assert exchange(owners, now + 3 * DAY) is None
    assert exchange(newest, now + 3 * DAY) is None


def test_never_more_than_three_tokens_of_a_generation_however_many_branches(opened, now):
    branches = [exchange(opened.refresh_token, now) for _ in range(3)]
    made = [exchange(branches[0], now + DAY) for _ in range(3)]

    assert all(made)
    assert exchange(branches[1], now + DAY) is None
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"


def test_refused_reuse_does_not_count_as_use_of_the_session(opened, now):
    exchange(opened.refresh_token, now)

    exchange(opened.refresh_token, now + DAY)

    session = AuthSession.objects.get()
    assert (session.last_used_at, session.expires_at) == (now, now + 7 * DAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("parallel", [2, 3])
def test_up_to_three_at_once_all_win(parallel, now):
    opened = open_session(user=UserFactory(), at=now)
    calls = [lambda: refresh_session(refresh_token=opened.refresh_token, at=now)] * parallel

    outcomes = at_once(*calls)

    tokens = {outcome.refresh_token for outcome in outcomes}
    assert len(tokens) == parallel
    assert AuthSession.objects.get().revoked_at is None
    assert exchange(tokens.pop(), now + DAY)
    assert exchange(opened.refresh_token, now + DAY) is None
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"
    assert [exchange(token, now + DAY) for token in tokens] == [None] * (parallel - 1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_three_win_and_the_fourth_ends_it_for_all(now):
    opened = open_session(user=UserFactory(), at=now)
    calls = [lambda: refresh_session(refresh_token=opened.refresh_token, at=now)] * 8

    outcomes = at_once(*calls)

    winners = [outcome for outcome in outcomes if isinstance(outcome, OpenSession)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, RefreshTokenRefused)]
    assert (len(winners), len(losers)) == (3, 5)
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"
    assert [exchange(winner.refresh_token, now) for winner in winners] == [None] * 3


@pytest.mark.django_db(transaction=True)
def test_without_a_grace_one_of_eight_at_once_wins(now, settings):
    settings.REFRESH_GRACE_SECONDS = 0
    opened = open_session(user=UserFactory(), at=now)
    calls = [lambda: refresh_session(refresh_token=opened.refresh_token, at=now)] * 8

    outcomes = at_once(*calls)

    assert sum(isinstance(outcome, OpenSession) for outcome in outcomes) == 1
    assert AuthSession.objects.get().revoked_reason == "refresh_token_reused"
