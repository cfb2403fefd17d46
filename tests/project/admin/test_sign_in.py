"""Sessions, authenticator apps and audit events on the admin site."""

import pytest

from domain.accounts.models import (
    AuthSession,
    RecoveryCode,
    RefreshLink,
    TotpDevice,
)
from domain.accounts.services import sessions
from domain.audit.models import AuditEvent
from tests.factories import (
    NOW,
    AuthSessionFactory,
)
from tests.project.admin.pages import act, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_session_shows_its_tokens_times_and_never_the_tokens(site, user):
    opened = sessions.open_session(user=user, at=NOW)
    digest = RefreshLink.objects.select_related("token").get().token.token

    page = site.get(address(opened.session)).content.decode()

    assert "March 2, 2026" in page
    assert digest not in page
    assert opened.refresh_token not in page


def test_a_session_can_be_ended(site, user):
    session, other = AuthSessionFactory.create_batch(2, user=user)

    act(site, AuthSession, "end", [session])

    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.revoked_at, session.revoked_reason) == (NOW, "ended_by_staff")
    assert other.revoked_at is None


def test_removing_an_authenticator_app_ends_the_persons_sessions(site, user, superuser, device):
    session = AuthSessionFactory(user=user)

    site.post(address(device, "delete"), {"post": "yes"})

    session.refresh_from_db()
    assert not TotpDevice.objects.exists()
    assert session.revoked_reason == "two_factor_disabled"
    events = AuditEvent.objects.order_by("pk")
    assert [event.verb for event in events] == ["two_factor.disabled", "sessions.ended"]
    assert {(event.actor, event.owner) for event in events} == {(superuser, user)}


def test_staff_cannot_remove_the_app_of_people_with_rights(client, support, manager, user, device):
    client.force_login(support)
    theirs = TotpDevice.objects.create(user=manager, secret=b"manager", created_at=NOW)

    refused = client.post(address(theirs, "delete"), {"post": "yes"})
    client.post(address(device, "delete"), {"post": "yes"})

    assert refused.status_code == 403
    assert TotpDevice.objects.get() == theirs


def test_an_authenticator_app_shows_no_secret(site, device):
    code = RecoveryCode.objects.create(device=device, digest="d" * 64)

    page = site.get(address(device)).content.decode()

    assert device.sealed_secret not in page
    assert code.digest not in page


@pytest.mark.parametrize("page", ["add", "change", "delete"])
@pytest.mark.parametrize("name", ["auditevent", "authsession", "twofactorchallenge"])
def test_audit_events_and_sessions_cannot_be_written(name, page, site, one_of_each):
    row = one_of_each[name]

    assert site.post(address(row, page), {"post": "yes", "verb": "none"}).status_code == 403

    assert type(row).objects.filter(pk=row.pk).exists()
