"""Keys of programs: made with the password, known by a digest, useless once revoked."""

from datetime import timedelta

import pytest
from django.db import connection

from domain.accounts.models import ApiToken
from domain.accounts.services import api_tokens, profile, sign_out
from domain.accounts.services.api_tokens import (
    create_api_token,
    digest,
    revoke_api_token,
    use_api_token,
)
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import (
    PASSWORD,
    ApiTokenFactory,
    AuthSessionFactory,
    UserFactory,
    api_token_text,
)

MINUTE = timedelta(minutes=1)


def created(user, now, **values):
    defaults = {"name": "backup", "scope": "READ", "password": PASSWORD}
    return create_api_token(owner=user, at=now, **(defaults | values))


class TestCreating:
    def test_gives_a_token_that_only_its_digest_is_kept_of(self, user, now):
        new = created(user, now, expires_in_days=30)

        row = ApiToken.objects.get()
        assert new.token.startswith("dbk_")
        assert len(new.token) == 47
        assert (row.token_hash, row.prefix) == (digest(new.token), new.token[:8])
        assert (row.owner, row.name, row.scope) == (user, "backup", "READ")
        assert row.expires_at == now + timedelta(days=30)
        assert new.token[8:] not in str(ApiToken.objects.values())

    def test_is_recorded(self, user, now):
        row = created(user, now).api_token

        event = AuditEvent.objects.get()
        assert (event.verb, event.actor, event.object_uid) == ("api_token.created", user, row.uid)

    def test_lasts_until_it_is_revoked_if_nothing_is_said(self, user, now):
        assert created(user, now).api_token.expires_at is None

    @pytest.mark.parametrize("days", [0, -1, 366, 10**9])
    def test_refuses_other_lifetimes(self, days, user, now):
        with refused(expires_in_days="bad_lifetime"):
            created(user, now, expires_in_days=days)

    @pytest.mark.parametrize("password", ["", "practice-weekly", "\x00", "\ud800"])
    def test_needs_the_password(self, password, user, now):
        with refused(password="wrong_password"):
            created(user, now, password=password)

        assert not ApiToken.objects.exists()

    @pytest.mark.parametrize(("name", "code"), [(" ", "blank"), ("x" * 81, "max_length")])
    def test_needs_a_name(self, name, code, user, now):
        with refused(name=code):
            created(user, now, name=name)

    def test_refuses_more_than_fifty(self, user, stranger, now):
        for number in range(50):
            ApiTokenFactory(owner=user, name=str(number))

        with refused(__all__="too_many_api_tokens"):
            created(user, now)
        assert created(stranger, now)

        revoke_api_token(api_token=ApiToken.objects.first(), actor=user, at=now)
        assert created(user, now)


class TestUsing:
    def test_finds_the_owner_in_one_statement(self, user, now, django_assert_num_queries):
        token = ApiTokenFactory(owner=user, last_used_at=now)

        with django_assert_num_queries(1):
            found = use_api_token(token=api_token_text(token), at=now)
            owner = found.owner

        assert (found, owner) == (token, user)

    def test_is_noted_at_most_once_a_minute(self, user, now, django_assert_num_queries):
        token = ApiTokenFactory(owner=user)
        text = api_token_text(token)

        for at, statements in [(now, 2), (now + MINUTE / 2, 1), (now + MINUTE, 2)]:
            with django_assert_num_queries(statements):
                use_api_token(token=text, at=at)

        token.refresh_from_db()
        assert token.last_used_at == now + MINUTE

    def test_finds_nothing_by_another_text(self, user, now):
        token = ApiTokenFactory(owner=user)
        text = api_token_text(token)
        others = [text[:-1], text + "x", text.upper(), "dbk_", token.token_hash, "dbk_" + "é" * 43]

        assert [use_api_token(token=other, at=now) for other in others] == [None] * len(others)

    def test_finds_no_revoked_token(self, user, now):
        token = ApiTokenFactory(owner=user)

        revoke_api_token(api_token=token, actor=user, at=now)

        assert use_api_token(token=api_token_text(token), at=now) is None

    def test_finds_no_token_that_ran_out(self, user, now):
        token = ApiTokenFactory(owner=user, expires_at=now + MINUTE)

        assert use_api_token(token=api_token_text(token), at=now)
        assert use_api_token(token=api_token_text(token), at=now + MINUTE) is None

    def test_finds_no_token_of_a_deactivated_person(self, user, now):
        token = ApiTokenFactory(owner=user)
        user.is_active = False
        user.save()

        assert use_api_token(token=api_token_text(token), at=now) is None


class TestRevoking:
    def test_keeps_the_first_moment_and_is_recorded_once(self, user, now):
        token = ApiTokenFactory(owner=user)

        revoke_api_token(api_token=token, actor=user, at=now)
        revoke_api_token(api_token=token, actor=user, at=now + MINUTE)

        assert token.revoked_at == now
        assert AuditEvent.objects.get().verb == "api_token.revoked"

    def test_signing_out_everywhere_revokes_all(self, user, stranger, now):
        AuthSessionFactory.create_batch(2, user=user)
        mine, theirs = ApiTokenFactory(owner=user), ApiTokenFactory(owner=stranger)

        ended = sign_out.sign_out_everywhere(user=user, at=now)

        assert ended == sign_out.Ended(sessions=2, api_tokens=1)
        assert use_api_token(token=api_token_text(mine), at=now) is None
        assert use_api_token(token=api_token_text(theirs), at=now)
        assert set(AuditEvent.objects.values_list("verb", flat=True)) == {
            "sessions.ended",
            "api_tokens.revoked",
        }

    def test_a_new_password_keeps_them(self, user, now):
        token = ApiTokenFactory(owner=user)

        profile.change_password(
            user=user, current_password=PASSWORD, new_password="another-password", at=now
        )

        assert use_api_token(token=api_token_text(token), at=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one by one anyway")
def test_of_eight_made_at_once_one_is_the_fiftieth(now):
    user = UserFactory()
    for number in range(api_tokens.MOST_API_TOKENS - 1):
        ApiTokenFactory(owner=user, name=str(number))

    outcomes = at_once(*[lambda: created(user, now)] * 8)

    made = [outcome for outcome in outcomes if isinstance(outcome, api_tokens.NewApiToken)]
    assert len(made) == 1
    assert ApiToken.objects.count() == api_tokens.MOST_API_TOKENS


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one by one anyway")
def test_of_eight_revocations_at_once_one_is_recorded(now):
    token = ApiTokenFactory()

    at_once(*[lambda: revoke_api_token(api_token=token, actor=token.owner, at=now)] * 8)

    assert AuditEvent.objects.filter(verb="api_token.revoked").count() == 1
