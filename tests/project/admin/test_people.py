"""Accounts are changed on the admin site with the consequences that this must have."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from domain.accounts.models import (
    ApiToken,
    AuthSession,
    Role,
    User,
)
from domain.accounts.services import sign_out
from domain.audit.models import AuditEvent
from tests.factories import (
    NOW,
    PASSWORD,
    ApiTokenFactory,
    AuthSessionFactory,
    UserFactory,
)
from tests.project.admin.pages import act, address, messages, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


NEW_PASSWORD = "a-new-one-of-length"


def test_a_new_person_can_sign_in_and_has_settings(site, superuser):
    save(
        site,
        address(User, "add"),
        email=" New@Example.com",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )

    person = User.objects.get(email="new@example.com")
    assert person.check_password(NEW_PASSWORD)
    assert person.role == Role.MEMBER
    assert person.settings.timezone == "UTC"
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("account.created", superuser, person)


def test_an_address_that_differs_only_in_case_is_taken(site, user):
    answer = save(
        site,
        address(User, "add"),
        email="USER@example.com",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )

    assert answer.status_code == 200
    assert User.objects.filter(email__iexact="user@example.com").count() == 1


def test_deactivating_somebody_ends_their_sessions(site, user):
    session = AuthSessionFactory(user=user)

    save(site, address(user), is_active=None)

    user.refresh_from_db()
    session.refresh_from_db()
    assert (user.is_active, user.token_version) == (False, 1)
    assert (session.revoked_at, session.revoked_reason) == (NOW, "deactivated")


def test_other_changes_of_a_person_leave_their_sessions_open(site, user):
    session = AuthSessionFactory(user=user)

    save(site, address(user), display_name="Somebody")

    user.refresh_from_db()
    session.refresh_from_db()
    assert (user.display_name, user.token_version) == ("Somebody", 0)
    assert session.revoked_at is None


def test_setting_a_password_ends_the_persons_sessions(site, user, superuser):
    session = AuthSessionFactory(user=user)

    save(
        site,
        f"/admin/accounts/user/{user.pk}/password/",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )

    user.refresh_from_db()
    session.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert user.token_version == 1
    assert (session.revoked_at, session.revoked_reason) == (NOW, "password_changed")
    events = AuditEvent.objects.order_by("pk")
    assert [event.verb for event in events] == ["password.changed", "sessions.ended"]
    assert {(event.actor, event.owner) for event in events} == {(superuser, user)}


def test_the_person_is_told_of_a_new_password(site, user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save(
            site,
            f"/admin/accounts/user/{user.pk}/password/",
            password1=NEW_PASSWORD,
            password2=NEW_PASSWORD,
        )

    assert [sent.to for sent in mail.outbox] == [["user@example.com"]]


def test_a_new_address_is_not_proven(site):
    person = UserFactory(email_verified_at=NOW)

    save(site, address(person), display_name="Somebody")
    assert User.objects.get(pk=person.pk).email_verified_at == NOW

    save(site, address(person), email="other@example.com")
    assert User.objects.get(pk=person.pk).email_verified_at is None


def test_a_weak_password_is_refused_and_ends_nothing(site, user):
    session = AuthSessionFactory(user=user)

    answer = save(
        site, f"/admin/accounts/user/{user.pk}/password/", password1="short", password2="short"
    )

    session.refresh_from_db()
    assert answer.status_code == 200
    assert session.revoked_at is None
    assert not AuditEvent.objects.exists()


def test_the_password_page_of_nobody_is_not_found(site):
    assert site.get("/admin/accounts/user/0/password/").status_code == 404
    assert site.post("/admin/accounts/user/abc/password/").status_code == 404


def test_changing_ones_own_password_ends_ones_sessions_but_not_the_visit(site, superuser):
    session = AuthSessionFactory(user=superuser)

    save(
        site,
        reverse("admin:password_change"),
        old_password=PASSWORD,
        new_password1=NEW_PASSWORD,
        new_password2=NEW_PASSWORD,
    )

    session.refresh_from_db()
    superuser.refresh_from_db()
    assert superuser.check_password(NEW_PASSWORD)
    assert superuser.token_version == 1
    assert session.revoked_at == NOW
    assert site.get(reverse("admin:index")).status_code == 200


def test_several_people_are_deactivated_at_once_but_not_the_caller(site, user, superuser):
    session = AuthSessionFactory(user=user)

    act(site, User, "deactivate", [user, superuser])

    user.refresh_from_db()
    session.refresh_from_db()
    superuser.refresh_from_db()
    assert (user.is_active, superuser.is_active) == (False, True)
    assert session.revoked_reason == "deactivated"
    assert messages(site) == ["You cannot deactivate yourself.", "1 deactivated."]


def test_several_people_are_signed_out_at_once(site, user):
    session = AuthSessionFactory(user=user)

    act(site, User, "end_sessions", [user])

    session.refresh_from_db()
    user.refresh_from_db()
    assert (session.revoked_reason, user.token_version) == ("ended_by_staff", 1)


def test_nobody_is_deleted_here(site, user):
    act(site, User, "delete_selected", [user], post="yes")

    assert User.objects.filter(pk=user.pk).exists()


def test_staff_cannot_give_rights(client, support, user):
    client.force_login(support)

    save(client, address(user), is_staff="on", is_superuser="on", role="ADMIN", display_name="New")

    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.role) == (False, False, "MEMBER")
    assert user.display_name == "New"


@pytest.mark.parametrize("whose", ["superuser", "manager", "support"])
def test_staff_cannot_change_people_with_rights(whose, client, support, request):
    person = request.getfixturevalue(whose)
    client.force_login(support)

    assert client.post(address(person), {"display_name": "New"}).status_code == 403
    assert client.get(f"/admin/accounts/user/{person.pk}/password/").status_code == 403
    act(client, User, "deactivate", [person])
    act(client, User, "end_sessions", [person])
    assert User.objects.get(pk=person.pk).is_active
    assert User.objects.get(pk=person.pk).token_version == 0


@pytest.mark.parametrize("taken", [{"role": Role.MEMBER}, {"is_active": None}])
def test_the_last_administrator_stays(taken, site, superuser):
    User.objects.exclude(pk=superuser.pk).update(role=Role.MEMBER)
    User.objects.filter(pk=superuser.pk).update(role=Role.ADMIN)

    answer = save(site, address(superuser), **taken)

    assert "last administrator" in answer.content.decode()
    superuser.refresh_from_db()
    assert (superuser.role, superuser.is_active) == (Role.ADMIN, True)


def test_a_new_role_ends_the_persons_sessions(site, user):
    session = AuthSessionFactory(user=user)

    save(site, address(user), role=Role.MANAGER)

    session.refresh_from_db()
    assert session.revoked_reason == "role_changed"


@pytest.mark.parametrize("how", ["end_sessions", "deactivate"])
def test_who_is_signed_out_everywhere_is_out_of_the_admin_site_as_well(how, client, site, support):
    client.force_login(support)
    assert client.get(reverse("admin:index")).status_code == 200

    act(site, User, how, [support])

    assert client.get(reverse("admin:index")).status_code == 302
    assert site.get(reverse("admin:index")).status_code == 200


def test_who_signs_out_everywhere_is_out_of_the_admin_site_as_well(client, support, now):
    client.force_login(support)

    sign_out.sign_out_everywhere(user=support, at=now)

    assert client.get(reverse("admin:index")).status_code == 302


def test_a_superuser_sets_their_own_password_without_leaving(site, superuser):
    elsewhere = Client()
    elsewhere.force_login(superuser)

    save(
        site,
        f"/admin/accounts/user/{superuser.pk}/password/",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )

    assert User.objects.get(pk=superuser.pk).check_password(NEW_PASSWORD)
    assert site.get(reverse("admin:index")).status_code == 200
    assert elsewhere.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("whose", ["superuser", "manager", "support"])
def test_staff_cannot_end_how_people_with_rights_are_signed_in(
    whose, client, support, user, request
):
    person = request.getfixturevalue(whose)
    client.force_login(support)
    kept = [AuthSessionFactory(user=person), ApiTokenFactory(owner=person)]
    ended = [AuthSessionFactory(user=user), ApiTokenFactory(owner=user)]

    act(client, AuthSession, "end", [kept[0], ended[0]])
    act(client, ApiToken, "revoke", [kept[1], ended[1]])

    for row in (*kept, *ended):
        row.refresh_from_db()
    assert [row.revoked_at for row in kept] == [None, None]
    assert [row.revoked_at for row in ended] == [NOW, NOW]
    refusal = f"You cannot change {person}. Ask a superuser to."
    assert sorted(messages(client)) == ["1 ended.", "1 revoked.", refusal, refusal]


def test_buttons_are_shown_where_they_would_not_be_refused(client, site, support, superuser, user):
    client.force_login(support)

    def rows(person):
        return [person, AuthSessionFactory(user=person), ApiTokenFactory(owner=person)]

    for row in rows(superuser):
        assert "page-actions" not in client.get(address(row)).text
        assert "page-actions" in site.get(address(row)).text
    for row in rows(user):
        assert "page-actions" in client.get(address(row)).text
