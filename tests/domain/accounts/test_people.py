"""Names, roles and access of other people."""

import pytest
from django.db import connection

from domain.accounts.models import AuthSession, Role, User, roles_from
from domain.accounts.services import people
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, AuthSessionFactory, UserFactory

ADMINISTRATION = [
    lambda **who: people.set_role(role=Role.MEMBER, **who),
    people.deactivate_user,
    people.activate_user,
]


@pytest.fixture
def second_admin(db) -> User:
    return UserFactory(admin=True)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_roles_are_ranked():
    assert roles_from(Role.MEMBER) == (Role.MEMBER, Role.MANAGER, Role.ADMIN)
    assert roles_from(Role.MANAGER) == (Role.MANAGER, Role.ADMIN)
    assert roles_from(Role.ADMIN) == (Role.ADMIN,)


# --- Names ------------------------------------------------------------------------------------


def test_people_name_themselves(user, now):
    renamed = people.update_user(user=user, actor=user, display_name=" Ada ", at=now)

    assert renamed.display_name == "Ada"
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.fields) == ("account.updated", user, ["display_name"])


def test_administrators_name_others(user, admin, now):
    people.update_user(user=user, actor=admin, display_name="Ada", at=now)

    event = AuditEvent.objects.get()
    assert User.objects.get(pk=user.pk).display_name == "Ada"
    assert (event.actor, event.owner) == (admin, user)


def test_the_same_name_is_no_change(user, now):
    people.update_user(user=user, actor=user, display_name="", at=now)

    assert verbs() == []


@pytest.mark.parametrize("actor", ["stranger", "manager"])
def test_others_name_nobody_but_themselves(actor, user, request, now):
    with refused(id="forbidden"):
        people.update_user(
            user=user, actor=request.getfixturevalue(actor), display_name="x", at=now
        )


# --- Roles ------------------------------------------------------------------------------------


def test_a_new_role_ends_the_persons_sessions(user, admin, now):
    session = AuthSessionFactory(user=user)

    changed = people.set_role(user=user, actor=admin, role=Role.MANAGER, at=now)

    session.refresh_from_db()
    assert (changed.role, changed.token_version) == (Role.MANAGER, 1)
    assert (session.revoked_at, session.revoked_reason) == (now, "role_changed")
    event = AuditEvent.objects.get(verb="account.role_changed")
    assert (event.actor, event.owner, event.fields) == (admin, user, ["role"])


def test_the_same_role_changes_nothing(user, admin, now):
    session = AuthSessionFactory(user=user)

    people.set_role(user=user, actor=admin, role=Role.MEMBER, at=now)

    session.refresh_from_db()
    assert session.revoked_at is None
    assert verbs() == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MANAGER])
def test_who_is_no_administrator_any_more_loses_the_admin_site(role, admin, now):
    other = UserFactory(admin=True, is_superuser=True)

    people.set_role(user=other, actor=admin, role=role, at=now)

    other.refresh_from_db()
    assert (other.role, other.is_staff, other.is_superuser) == (role, False, False)
    event = AuditEvent.objects.get(verb="account.role_changed")
    assert event.fields == ["is_staff", "is_superuser", "role"]


def test_a_role_does_not_open_the_admin_site(user, admin, now):
    changed = people.set_role(user=user, actor=admin, role=Role.ADMIN, at=now)

    assert (changed.is_staff, changed.is_superuser) == (False, False)


def test_nobody_who_will_be_erased_becomes_an_administrator(admin, now):
    leaving = UserFactory(deletion_scheduled_for=now, manager=True)

    with refused(id="deletion_scheduled"):
        people.set_role(user=leaving, actor=admin, role=Role.ADMIN, at=now)
    people.set_role(user=leaving, actor=admin, role=Role.MEMBER, at=now)

    assert User.objects.get(pk=leaving.pk).role == Role.MEMBER


@pytest.mark.parametrize("change", ADMINISTRATION)
def test_administrators_cannot_do_it_to_themselves(change, admin, second_admin, now):
    with refused(id="own_account"):
        change(user=admin, actor=admin, at=now)

    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


@pytest.mark.parametrize("change", ADMINISTRATION)
@pytest.mark.parametrize(
    "lost", [{"role": Role.MANAGER}, {"is_active": False}], ids=["role", "access"]
)
def test_it_counts_what_the_actor_is_now(lost, change, user, admin, now):
    User.objects.filter(pk=admin.pk).update(**lost)

    with refused(id="forbidden"):
        change(user=user, actor=admin, at=now)


@pytest.mark.parametrize("change", ADMINISTRATION)
def test_who_was_erased_meanwhile_is_not_found(change, user, admin, now):
    User.objects.filter(pk=user.pk).delete()

    with refused(id="not_found"):
        change(user=user, actor=admin, at=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("change", [ADMINISTRATION[0], people.deactivate_user])
def test_of_two_administrators_who_turn_on_each_other_one_remains(change, now):
    for _ in range(5):
        User.objects.all().delete()
        one, other = UserFactory.create_batch(2, admin=True)

        outcomes = at_once(
            lambda one=one, other=other: change(user=other, actor=one, at=now),
            lambda one=one, other=other: change(user=one, actor=other, at=now),
        )

        refusals = [outcome for outcome in outcomes if isinstance(outcome, people.NotAllowed)]
        assert len(refusals) == 1, outcomes
        assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


# --- Access -----------------------------------------------------------------------------------


def test_deactivating_ends_access_at_once(user, stranger, admin, now):
    session, theirs = AuthSessionFactory(user=user), AuthSessionFactory(user=stranger)

    people.deactivate_user(user=user, actor=admin, at=now)

    session.refresh_from_db()
    user.refresh_from_db()
    assert (user.is_active, user.token_version) == (False, 1)
    assert (session.revoked_at, session.revoked_reason) == (now, "deactivated")
    assert AuthSession.objects.open(at=NOW).get() == theirs
    event = AuditEvent.objects.get(verb="account.deactivated")
    assert (event.actor, event.owner, event.fields) == (admin, user, ["is_active"])


def test_deactivating_twice_is_the_same(user, admin, now):
    people.deactivate_user(user=user, actor=admin, at=now)
    before = verbs()

    people.deactivate_user(user=user, actor=admin, at=now)

    assert verbs() == before


def test_activating_lets_them_in_again(admin, now):
    person = UserFactory(is_active=False, deletion_scheduled_for=now)

    people.activate_user(user=person, actor=admin, at=now)

    person.refresh_from_db()
    assert (person.is_active, person.deletion_scheduled_for) == (True, None)
    event = AuditEvent.objects.get()
    assert event.verb == "account.activated"
    assert event.fields == ["deletion_scheduled_for", "is_active"]


def test_activating_does_not_cancel_what_somebody_scheduled_who_can_sign_in(admin, now):
    person = UserFactory(deletion_scheduled_for=now)

    people.activate_user(user=person, actor=admin, at=now)

    person.refresh_from_db()
    assert person.deletion_scheduled_for == now
    assert verbs() == []


def test_managers_unlock_members(user, manager, now):
    people.unlock_user(user=user, actor=manager, at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("account.unlocked", manager, user)


def test_administrators_are_unlocked_by_administrators(admin, manager, second_admin, now):
    with refused(id="forbidden"):
        people.unlock_user(user=admin, actor=manager, at=now)
    people.unlock_user(user=admin, actor=second_admin, at=now)

    assert verbs() == ["account.unlocked"]
