"""Leaving for good, some days after it was asked for, and staying after all."""

from datetime import timedelta

import pytest
from django.core import mail

from domain.accounts.models import AuthSession, Role, User
from domain.accounts.services import api_tokens, deletion, people
from domain.audit.models import AuditEvent
from tests.authenticator import RECOVERY_CODE, with_two_factor
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, PASSWORD, AuthSessionFactory, UserFactory

IN_TWO_WEEKS = NOW + timedelta(days=14)
DAY = timedelta(days=1)


@pytest.fixture
def session(user) -> AuthSession:
    return AuthSessionFactory(user=user)


@pytest.fixture
def leave(user, session, now):
    """Ask for the deletion of ``user``'s own account."""

    def call(**given):
        given = {"user": user, "password": PASSWORD, "at": now} | given
        given.setdefault("session", session)
        return deletion.delete_account(**given)

    return call


def test_is_scheduled_in_two_weeks(leave, user, settings):
    person = leave()

    user.refresh_from_db()
    assert person.deletion_scheduled_for == user.deletion_scheduled_for == IN_TWO_WEEKS
    assert user.is_active
    event = AuditEvent.objects.get(verb="account.deletion_scheduled")
    assert (event.actor, event.owner, event.fields) == (user, user, ["deletion_scheduled_for"])


def test_the_days_are_a_setting(leave, settings):
    settings.ACCOUNT_DELETION_DAYS = 3

    assert leave().deletion_scheduled_for == NOW + 3 * DAY


def test_other_sessions_and_api_tokens_end(leave, user, stranger, session, now):
    other, theirs = AuthSessionFactory(user=user), AuthSessionFactory(user=stranger)
    new = api_tokens.create_api_token(owner=user, name="x", scope="READ", password=PASSWORD, at=now)

    leave()

    assert set(AuthSession.objects.open(at=now)) == {session, theirs}
    other.refresh_from_db()
    assert other.revoked_at == now
    assert api_tokens.use_api_token(token=new.token, at=now) is None


def test_asking_again_does_not_move_the_day(leave, now):
    leave()

    assert leave(at=now + DAY).deletion_scheduled_for == IN_TWO_WEEKS
    assert AuditEvent.objects.filter(verb="account.deletion_scheduled").count() == 1


def test_the_person_is_told(leave, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        leave()

    (sent,) = mail.outbox
    assert sent.to == ["user@example.com"]
    assert "16 March 2026, 09:30" in sent.body
    assert "download everything as a zip file, and cancel the deletion" in sent.body
    assert "16 March 2026, 09:30" in sent.alternatives[0].content


@pytest.mark.parametrize("wrong", ["", "practice-weekly", "\x00", "\ud800"])
def test_needs_the_password(wrong, leave, user):
    with refused(password="wrong_password"):
        leave(password=wrong)

    user.refresh_from_db()
    assert user.deletion_scheduled_for is None


class TestWithTwoFactor:
    @pytest.fixture(autouse=True)
    def app(self, user):
        return with_two_factor(user)

    def test_needs_a_code(self, leave, user):
        for missing in ("", " "):
            with refused(code="code_required"):
                leave(code=missing)

        user.refresh_from_db()
        assert user.deletion_scheduled_for is None

    def test_needs_the_right_code(self, leave, app, user, now):
        with refused(code="wrong_code"):
            leave(code=app.wrong_code(now))

        user.refresh_from_db()
        assert user.deletion_scheduled_for is None

    def test_takes_a_code_of_the_app_once(self, leave, app, now):
        assert leave(code=app.code(now)).deletion_scheduled_for == IN_TWO_WEEKS
        with refused(code="wrong_code"):
            leave(code=app.code(now))

    def test_takes_a_recovery_code(self, leave):
        assert leave(code=RECOVERY_CODE).deletion_scheduled_for == IN_TWO_WEEKS

    def test_says_nothing_of_codes_before_the_password_is_right(self, leave):
        with refused(password="wrong_password"):
            leave(password="x")


def test_administrators_stay(leave, user):
    User.objects.filter(pk=user.pk).update(role=Role.ADMIN)

    with refused("administrators_stay"):
        leave()

    user.refresh_from_db()
    assert user.deletion_scheduled_for is None


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_schedule_it_once(now):
    user = UserFactory()
    session = AuthSessionFactory(user=user)
    ask = {"user": user, "session": session, "password": PASSWORD, "at": now}

    outcomes = at_once(*[lambda: deletion.delete_account(**ask)] * 8)

    assert {outcome.deletion_scheduled_for for outcome in outcomes} == {IN_TWO_WEEKS}
    assert AuditEvent.objects.filter(verb="account.deletion_scheduled").count() == 1
    assert len(mail.outbox) == 1


# --- Staying ----------------------------------------------------------------------------------


def test_can_be_cancelled(leave, user, now, django_capture_on_commit_callbacks):
    leave()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        deletion.cancel_account_deletion(user=user, at=now)

    user.refresh_from_db()
    assert user.deletion_scheduled_for is None
    event = AuditEvent.objects.get(verb="account.deletion_cancelled")
    assert (event.actor, event.owner) == (user, user)
    (sent,) = mail.outbox
    assert "will not be deleted" in sent.body


def test_there_must_be_something_to_be_cancelled(user, now):
    with refused("no_deletion_scheduled"):
        deletion.cancel_account_deletion(user=user, at=now)


# --- By an administrator ----------------------------------------------------------------------


def test_administrators_end_access_and_schedule(user, admin, session, now):
    person = deletion.delete_user(user=user, actor=admin, at=now)

    session.refresh_from_db()
    assert (person.is_active, person.deletion_scheduled_for) == (False, IN_TWO_WEEKS)
    assert (session.revoked_at, session.revoked_reason) == (now, "deactivated")
    event = AuditEvent.objects.get(verb="account.deletion_scheduled")
    assert (event.actor, event.owner) == (admin, user)


def test_who_was_shut_out_is_told_so(user, admin, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        deletion.delete_user(user=user, actor=admin, at=now)

    (sent,) = mail.outbox
    assert "closed by an administrator" in sent.body
    assert "closed by an administrator" in sent.alternatives[0].content
    assert "cancel the deletion" not in sent.body


def test_an_administrator_who_is_deleted_is_one_no_more_of_those_who_count(admin, now):
    other = UserFactory(admin=True)

    deletion.delete_user(user=other, actor=admin, at=now)

    with refused(id="forbidden"):
        people.set_role(user=admin, actor=other, role=Role.MEMBER, at=now)


def test_administrators_do_not_delete_themselves(admin, now):
    with refused(id="own_account"):
        deletion.delete_user(user=admin, actor=admin, at=now)

    admin.refresh_from_db()
    assert (admin.is_active, admin.deletion_scheduled_for) == (True, None)


def test_activating_takes_it_back(user, admin, now):
    deletion.delete_user(user=user, actor=admin, at=now)

    people.activate_user(user=user, actor=admin, at=now)

    user.refresh_from_db()
    assert (user.is_active, user.deletion_scheduled_for) == (True, None)
