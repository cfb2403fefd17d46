"""An address is confirmed by the link that only its mailbox got, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from domain.accounts import tasks
from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import User
from domain.accounts.services.verification import (
    LinkRefused,
    resend_verification,
    verify_email,
)
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import UserFactory
from tests.mails import only_mail, token_in


def test_confirms_the_address(user, now):
    person = verify_email(token=VERIFICATION.token(user, at=now), at=now)

    user.refresh_from_db()
    assert person == user
    assert user.email_verified_at == now


def test_changes_nothing_else(user, stranger, now):
    before = {each["id"]: each for each in User.objects.values()}

    verify_email(token=VERIFICATION.token(user, at=now), at=now)

    after = {each["id"]: each for each in User.objects.values()}
    assert after == before | {user.pk: before[user.pk] | {"email_verified_at": now}}


def test_is_recorded(user, now):
    verify_email(token=VERIFICATION.token(user, at=now), at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("email.verified", user, user)
    assert event.fields == ["email_verified_at"]


def test_works_once(user, now):
    token = VERIFICATION.token(user, at=now)
    verify_email(token=token, at=now)

    with refused(token="link_refused"):
        verify_email(token=token, at=now + timedelta(minutes=1))

    user.refresh_from_db()
    assert user.email_verified_at == now


def test_refuses_another_kind_of_link(user, now):
    with refused(token="link_refused"):
        verify_email(token=PASSWORD_RESET.token(user, at=now), at=now)

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800", "\x00" * 3, "9" * 10_000])
def test_refuses_what_is_no_token(token, now):
    with refused(token="link_refused"):
        verify_email(token=token, at=now)


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_at_once_confirms(now):
    person = UserFactory()
    token = VERIFICATION.token(person, at=now)

    outcomes = at_once(*[lambda: verify_email(token=token, at=now)] * 8)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkRefused"] * 7 + ["User"]
    assert AuditEvent.objects.filter(verb="email.verified").count() == 1


def test_another_link_is_mailed(user, after_commit):
    with after_commit():
        resend_verification(user=user)

    message = only_mail()
    assert message.to == ["user@example.com"]
    verify_email(token=token_in(message), at=datetime.now(UTC))
    user.refresh_from_db()
    assert user.email_verified_at is not None


def test_who_is_confirmed_gets_no_other_link(now, after_commit, db):
    person = UserFactory(email_verified_at=now)

    with after_commit(), refused("already_verified"):
        resend_verification(user=person)

    assert mail.outbox == []


def test_who_is_confirmed_meanwhile_gets_no_mail(user, now):
    User.objects.update(email_verified_at=now)

    tasks.send_verification_mail(str(user.uid))

    assert mail.outbox == []


def test_the_refusal_says_what_to_do():
    assert "Ask for a new one" in LinkRefused.message
