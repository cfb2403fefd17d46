"""An address and a password open a session, or nothing is learnt."""

import pytest
from django.contrib.auth import hashers

from domain.accounts.models import AuthSession
from domain.accounts.services import sign_in as module
from domain.accounts.services.profile import change_password
from domain.accounts.services.sign_in import sign_in
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory


@pytest.mark.parametrize("address", ["user@example.com", " USER@Example.com "])
def test_opens_a_session(address, user, now):
    opened = sign_in(email=address, password=PASSWORD, at=now, user_agent="Firefox")

    session = AuthSession.objects.get()
    assert opened.session == session
    assert (session.user, session.user_agent, session.created_at) == (user, "Firefox", now)


def test_notes_when_it_was(user, now):
    sign_in(email=user.email, password=PASSWORD, at=now)

    user.refresh_from_db()
    assert user.last_login == now


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("nobody@example.com", PASSWORD),
        ("user@example.com", "practice-weekly"),
        ("user@example.com", PASSWORD.upper()),
        ("user@example.com", ""),
        ("", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("unusable@example.com", PASSWORD),
        ("user@example.com\x00", PASSWORD),
        ("\ud800@example.com", PASSWORD),
        ("user@example.com", "practice\ud800daily"),
        ("user@example.com", PASSWORD + "\x00"),
    ],
)
def test_refuses_alike(address, password, user, now):
    UserFactory(email="gone@example.com", is_active=False)
    UserFactory(email="unusable@example.com", password=None)

    with refused("invalid_credentials"):
        sign_in(email=address, password=password, at=now)

    assert not AuthSession.objects.exists()


@pytest.mark.parametrize("address", ["user@example.com", "nobody@example.com", "gone@example.com"])
def test_hashes_once_whoever_is_asked_for(address, user, now, monkeypatch):
    UserFactory(email="gone@example.com", is_active=False)
    hashed = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda *args: hashed.append(args) or encode(*args),
    )

    with refused("invalid_credentials"):
        sign_in(email=address, password="practice-weekly", at=now)

    assert len(hashed) == 1


def test_refuses_a_password_that_was_changed_while_it_was_hashed(user, now, monkeypatch):
    authenticate = module.authenticate

    def slow(**credentials):
        person = authenticate(**credentials)
        change_password(
            user=user, current_password=PASSWORD, new_password="another-password", at=now
        )
        return person

    monkeypatch.setattr(module, "authenticate", slow)

    with refused("invalid_credentials"):
        sign_in(email=user.email, password=PASSWORD, at=now)

    assert AuthSession.objects.open(at=now).count() == 1  # the one that change_password opened


def test_refuses_somebody_who_is_deactivated_meanwhile(user, now, monkeypatch):
    authenticate = module.authenticate

    def slow(**credentials):
        person = authenticate(**credentials)
        type(user).objects.update(is_active=False)
        return person

    monkeypatch.setattr(module, "authenticate", slow)

    with refused("invalid_credentials"):
        sign_in(email=user.email, password=PASSWORD, at=now)

    assert not AuthSession.objects.exists()
