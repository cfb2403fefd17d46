"""A new password ends every session, and opens one for the device that asked."""

import pytest

from domain.accounts.models import AuthSession, User
from domain.accounts.services.people import deactivate_user
from domain.accounts.services.profile import WrongPassword, change_password
from domain.accounts.services.sessions import OpenSession, open_session, refresh_session
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory

NEW = "another-password"


def test_sets_the_password(user, now):
    change_password(user=user, current_password=PASSWORD, new_password=NEW, at=now)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not user.check_password(PASSWORD)


def test_ends_all_sessions_and_opens_one(user, now):
    before = open_session(user=user, at=now)

    opened = change_password(
        user=user, current_password=PASSWORD, new_password=NEW, at=now, user_agent="Firefox"
    )

    assert AuthSession.objects.open(at=now).get() == opened.session
    assert opened.session.user_agent == "Firefox"
    before.session.refresh_from_db()
    assert before.session.revoked_reason == "password_changed"
    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=before.refresh_token, at=now)


def test_gives_a_session_of_the_new_token_version(user, now):
    opened = change_password(user=user, current_password=PASSWORD, new_password=NEW, at=now)

    user.refresh_from_db()
    assert opened.session.user.token_version == user.token_version == 1


def test_is_recorded_without_the_password(user, now):
    change_password(user=user, current_password=PASSWORD, new_password=NEW, at=now)

    event = AuditEvent.objects.get(verb="password.changed")
    assert (event.owner, event.fields) == (user, ["password"])


@pytest.mark.parametrize("current", ["", "practice-weekly", "\ud800", PASSWORD + "\x00"])
def test_refuses_a_wrong_current_password(current, user, now):
    with refused(current_password="wrong_password"):
        change_password(user=user, current_password=current, new_password=NEW, at=now)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("another\ud800password", "unstorable_text"),
        ("another\x00password", "unstorable_text"),
    ],
)
def test_refuses_an_unfit_new_password(password, code, user, now):
    open_session(user=user, at=now)

    with refused(new_password=code):
        change_password(user=user, current_password=PASSWORD, new_password=password, at=now)

    assert AuthSession.objects.open(at=now).count() == 1


@pytest.mark.django_db(transaction=True)
def test_happens_once_when_two_devices_ask_at_once(now):
    person = UserFactory()
    copies = [type(person).objects.get(pk=person.pk) for _ in range(2)]
    calls = [
        lambda copy=copy, new=new: change_password(
            user=copy, current_password=PASSWORD, new_password=new, at=now
        )
        for copy, new in zip(copies, ["first-password", "second-password"], strict=True)
    ]

    outcomes = at_once(*calls)

    assert {type(outcome) for outcome in outcomes} == {OpenSession, WrongPassword}
    assert AuthSession.objects.open(at=now).count() == 1


def test_somebody_deactivated_meanwhile_gets_no_session(user, admin, now):
    asking = User.objects.get(pk=user.pk)
    deactivate_user(user=user, actor=admin, at=now)

    with pytest.raises(WrongPassword):
        change_password(user=asking, current_password=PASSWORD, new_password=NEW, at=now)

    assert not AuthSession.objects.open(at=now).exists()
