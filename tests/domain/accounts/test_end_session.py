"""Sessions end one by one or all together."""

from datetime import timedelta

import pytest

from domain.accounts.models import AuthSession
from domain.accounts.services.sessions import end_all_sessions, end_session
from domain.audit.models import AuditEvent
from tests.factories import AuthSessionFactory


def test_ends_it_at_once(user, now):
    session = AuthSessionFactory(user=user)

    ended = end_session(session=session, at=now)

    assert (ended.revoked_at, ended.revoked_reason) == (now, "signed_out")
    assert not AuthSession.objects.open(at=now).exists()


def test_keeps_the_first_end(user, now):
    session = AuthSessionFactory(user=user)
    end_session(session=session, at=now)

    ended = end_session(session=session, at=now + timedelta(hours=1), reason="revoked")

    assert (ended.revoked_at, ended.revoked_reason) == (now, "signed_out")
    assert AuditEvent.objects.count() == 1


def test_leaves_other_sessions_open(user, now):
    other = AuthSessionFactory(user=user)

    end_session(session=AuthSessionFactory(user=user), at=now)

    assert AuthSession.objects.open(at=now).get() == other


def test_is_recorded(user, now):
    session = AuthSessionFactory(user=user)

    end_session(session=session, at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner, event.object_uid) == ("session.ended", user, session.uid)


class TestAll:
    def test_end_every_session_of_the_person(self, user, stranger, now):
        AuthSessionFactory.create_batch(2, user=user)
        theirs = AuthSessionFactory(user=stranger)

        ended = end_all_sessions(user=user, at=now, reason="signed_out_everywhere")

        assert ended == 2
        assert AuthSession.objects.open(at=now).get() == theirs

    def test_keep_how_and_when_the_others_ended(self, user, now):
        before = now - timedelta(days=1)
        end_session(session=AuthSessionFactory(user=user), at=before)

        ended = end_all_sessions(user=user, at=now, reason="signed_out_everywhere")

        session = AuthSession.objects.get()
        assert ended == 0
        assert (session.revoked_at, session.revoked_reason) == (before, "signed_out")

    def test_refuse_access_tokens_from_before(self, user, stranger, now):
        end_all_sessions(user=user, at=now, reason="signed_out_everywhere")

        stranger.refresh_from_db()
        assert (user.token_version, stranger.token_version) == (1, 0)

    def test_count_from_what_is_stored(self, user, now):
        other_copy = type(user).objects.get(pk=user.pk)
        end_all_sessions(user=other_copy, at=now, reason="signed_out_everywhere")

        end_all_sessions(user=user, at=now, reason="signed_out_everywhere")

        assert user.token_version == 2


class TestOfCaller:
    @pytest.fixture
    def session(self, user):
        return AuthSessionFactory(user=user)

    @pytest.fixture
    def claims(self, session, user, now):
        return {"sid": session.uid, "sub": user.uid, "token_version": 0, "at": now}

    def found(self, claims):
        return AuthSession.objects.of_caller(**claims).first()

    def test_finds_the_session_its_person_and_settings(
        self, session, claims, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            found = self.found(claims)
            timezone = found.user.settings.timezone

        assert (found, timezone) == (session, "UTC")

    def test_finds_no_ended_session(self, session, claims, now):
        end_session(session=session, at=now)

        assert self.found(claims) is None

    def test_finds_no_expired_session(self, session, claims):
        assert self.found(claims | {"at": session.expires_at}) is None

    def test_finds_no_session_of_a_deactivated_person(self, session, claims, user):
        user.is_active = False
        user.save()

        assert self.found(claims) is None

    def test_finds_no_session_by_another_token_version(self, claims):
        assert self.found(claims | {"token_version": 1}) is None

    def test_finds_no_session_of_another_person(self, claims, stranger):
        assert self.found(claims | {"sub": stranger.uid}) is None
