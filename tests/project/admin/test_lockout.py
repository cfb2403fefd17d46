"""The admin site is held to the limits of ``signIn``, and staff can unlock people."""

import pytest
from django.urls import reverse

from domain.accounts.models import User
from domain.accounts.services import lockout
from domain.accounts.services.sign_in import InvalidCredentials, sign_in
from domain.audit.models import AuditEvent
from tests.factories import NOW, PASSWORD
from tests.project.admin.pages import act, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LIMIT = 10


def enter(client, user, password=PASSWORD):
    typed = {"username": user.email, "password": password}
    return client.post(reverse("admin:login"), typed, REMOTE_ADDR="203.0.113.7")


def said(page):
    return str(page.context["form"].errors)


def lock(user):
    for number in range(LIMIT):
        with pytest.raises(InvalidCredentials):
            sign_in(email=user.email, password=f"wrong-{number}", at=NOW)


def test_wrong_passwords_lock_the_account(client, superuser):
    wrong = [said(enter(client, superuser, password="wrong")) for _ in range(LIMIT)]

    right = said(enter(client, superuser))

    assert wrong == [right] * LIMIT
    assert "correct email and password" in right
    assert AuditEvent.objects.filter(verb="account.locked").count() == 1
    with pytest.raises(InvalidCredentials):
        sign_in(email=superuser.email, password=PASSWORD, at=NOW)


def test_wrong_passwords_at_the_api_count_here(client, superuser):
    lock(superuser)

    assert enter(client, superuser).status_code == 200


def test_the_clients_address_is_limited_here_too(client, superuser, user, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    for _ in range(3):
        enter(client, user, password="wrong")

    assert enter(client, superuser).status_code == 200


def test_the_right_password_opens_the_door(client, superuser):
    assert enter(client, superuser).status_code == 302


def test_staff_unlock_people(site, user, superuser):
    lock(user)

    act(site, User, "unlock", [user])

    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.owner) == ("account.unlocked", superuser, user)
    assert sign_in(email=user.email, password=PASSWORD, at=NOW)


def test_staff_cannot_unlock_people_with_rights(client, support, manager):
    lock(manager)
    client.force_login(support)

    act(client, User, "unlock", [manager])

    assert lockout.locked_until(user=manager, at=NOW) is not None


def test_a_person_shows_until_when_they_are_locked(site, user):
    before = site.get(address(user)).content.decode()
    lock(user)

    after = site.get(address(user)).content.decode()

    assert "not locked" in before
    assert "2026-03-02 09:45 UTC" in after


def test_ones_own_password_cannot_be_guessed_on_its_page(site, superuser):
    new = {"new_password1": "a-new-one-of-length", "new_password2": "a-new-one-of-length"}
    page = reverse("admin:password_change")
    for _ in range(LIMIT):
        site.post(page, {"old_password": "wrong", **new})

    answer = site.post(page, {"old_password": PASSWORD, **new})

    assert answer.status_code == 200
    superuser.refresh_from_db()
    assert superuser.check_password(PASSWORD)
