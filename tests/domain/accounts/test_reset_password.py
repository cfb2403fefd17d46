"""A forgotten password is replaced by the link that only the person's mailbox got, once."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from domain.accounts import tasks
from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import AuthSession, User
from domain.accounts.services.password_reset import request_password_reset, reset_password
from domain.accounts.services.sessions import open_session, refresh_session
from domain.accounts.services.sign_in import sign_in
from domain.audit.models import AuditEvent
from domain.base import counting
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory
from tests.mails import only_mail, token_in

NEW = "another-password"


@pytest.fixture
def token(user, now):
    return PASSWORD_RESET.token(user, at=now)


def test_sets_the_password(user, token, now):
    reset_password(token=token, new_password=NEW, at=now)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not user.check_password(PASSWORD)


def test_ends_every_session_and_access_token(user, token, now):
    opened = open_session(user=user, at=now)

    reset_password(token=token, new_password=NEW, at=now)

    assert not AuthSession.objects.open(at=now).exists()
    opened.session.refresh_from_db()
    assert opened.session.revoked_reason == "password_reset"
    user.refresh_from_db()
    assert user.token_version == 1
    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=opened.refresh_token, at=now)


def test_touches_nobody_else(user, stranger, token, now):
    open_session(user=stranger, at=now)
    before = User.objects.filter(pk=stranger.pk).values().get()

    reset_password(token=token, new_password=NEW, at=now)

    assert User.objects.filter(pk=stranger.pk).values().get() == before
    assert AuthSession.objects.open(at=now).get().user == stranger


def test_confirms_the_address_since_its_mail_was_read(user, token, now):
    reset_password(token=token, new_password=NEW, at=now)

    user.refresh_from_db()
    assert user.email_verified_at == now


def test_leaves_an_earlier_confirmation(now, db):
    earlier = now - timedelta(days=30)
    person = UserFactory(email_verified_at=earlier)

    reset_password(token=PASSWORD_RESET.token(person, at=now), new_password=NEW, at=now)

    person.refresh_from_db()
    assert person.email_verified_at == earlier


def test_is_recorded_without_the_password(user, token, now):
    reset_password(token=token, new_password=NEW, at=now)

    event = AuditEvent.objects.get(verb="password.reset")
    assert (event.actor, event.owner) == (user, user)
    assert event.fields == ["email_verified_at", "password"]
    for row in AuditEvent.objects.values_list():
        assert NEW not in str(row)
        assert token not in str(row)


def test_the_owner_is_told(user, token, now, after_commit):
    with after_commit():
        reset_password(token=token, new_password=NEW, at=now)

    message = only_mail()
    assert message.to == ["user@example.com"]
    assert message.subject == "Drillbook: Your password was changed"
    assert "2 March 2026, 09:30 UTC" in message.body


def test_nobody_is_told_of_what_did_not_happen(token, now, after_commit):
    with after_commit(), refused(new_password="password_too_short"):
        reset_password(token=token, new_password="short", at=now)

    assert mail.outbox == []


def test_works_once(user, token, now):
    reset_password(token=token, new_password=NEW, at=now)

    with refused(token="link_refused"):
        reset_password(token=token, new_password="a-third-password", at=now)

    user.refresh_from_db()
    assert user.check_password(NEW)


def test_works_once_even_with_the_password_that_was_there(user, token, now):
    reset_password(token=token, new_password=PASSWORD, at=now)

    with refused(token="link_refused"):
        reset_password(token=token, new_password=NEW, at=now)


def test_ends_all_other_links_of_the_person(user, token, now):
    newer = PASSWORD_RESET.token(user, at=now + timedelta(minutes=5))
    reset_password(token=token, new_password=NEW, at=now)

    with refused(token="link_refused"):
        reset_password(token=newer, new_password="a-third-password", at=now)


def test_refuses_another_kind_of_link(user, now):
    with refused(token="link_refused"):
        reset_password(token=VERIFICATION.token(user, at=now), new_password=NEW, at=now)


def test_refuses_what_ran_out(user, token, now):
    with refused(token="link_refused"):
        reset_password(token=token, new_password=NEW, at=now + timedelta(minutes=61))

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("1234567890", "password_too_common"),
        ("user@example.com", "password_too_similar"),
        ("another\ud800password", "unstorable_text"),
        ("another\x00password", "unstorable_text"),
    ],
)
def test_an_unfit_password_leaves_the_link_good(password, code, user, token, now):
    with refused(new_password=code):
        reset_password(token=token, new_password=password, at=now)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    reset_password(token=token, new_password=NEW, at=now)


def test_says_nothing_about_the_password_to_who_has_no_link(user, now):
    with refused(token="link_refused"):
        reset_password(token="x", new_password="user@example.com", at=now)


def test_lets_in_whom_strangers_locked_out(user, token, now, after_commit, settings, own_counts):
    settings.LOGIN_FAILURES_PER_ACCOUNT = 3
    for _ in range(3):
        with refused("invalid_credentials"):
            sign_in(email=user.email, password="wrong-password", at=now, address="192.0.2.1")

    with after_commit():
        reset_password(token=token, new_password=NEW, at=now)

    assert sign_in(email=user.email, password=NEW, at=now, address="192.0.2.2").session.user == user


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_at_once_sets_the_password(now):
    person = UserFactory()
    token = PASSWORD_RESET.token(person, at=now)
    words = [f"password-of-{number}-eight" for number in range(8)]

    outcomes = at_once(
        *[partial(reset_password, token=token, new_password=word, at=now) for word in words]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkRefused"] * 7 + ["User"]
    person.refresh_from_db()
    (winner,) = [word for word in words if person.check_password(word)]
    assert isinstance(outcomes[words.index(winner)], User)
    assert AuditEvent.objects.filter(verb="password.reset").count() == 1
    assert person.token_version == 1
    assert len(mail.outbox) == 1


def test_a_link_is_mailed(user, after_commit):
    with after_commit():
        request_password_reset(email=" USER@Example.com")

    message = only_mail()
    assert message.to == ["user@example.com"]
    reset_password(token=token_in(message), new_password=NEW, at=datetime.now(UTC))
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize("address", ["nobody@example.com", "gone@example.com"])
def test_no_link_is_mailed_to(address, user, after_commit):
    UserFactory(email="gone@example.com", is_active=False)

    with after_commit():
        request_password_reset(email=address)

    assert mail.outbox == []
    assert not AuditEvent.objects.exists()


def test_a_request_touches_no_row(user, stranger, django_assert_num_queries):
    for address in (user.email, "nobody@example.com"):
        with django_assert_num_queries(0):
            request_password_reset(email=address)


def test_a_request_is_recorded_for_the_owner_of_the_account(user, after_commit):
    with after_commit():
        request_password_reset(email=user.email)

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("password.reset_requested", None, user)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "blank"),
        ("nobody", "invalid"),
        ("a@b@c.example", "invalid"),
        ("a\x00@example.com", "invalid"),
        ("\ud800@example.com", "invalid"),
        ("a@\ud800.com", "unstorable_text"),
        ("a@example.com\nBcc: b@example.com", "invalid"),
        ("a@example.com\r\nBcc: b@example.com", "invalid"),
        ("a" * 250 + "@example.com", "max_length"),
    ],
)
def test_refuses_what_is_no_address(address, code, after_commit):
    with after_commit(), pytest.raises(ValidationError) as caught:
        request_password_reset(email=address)

    assert code in [error.code for error in caught.value.error_dict["email"]]
    assert mail.outbox == []


def test_a_mailbox_is_not_filled(user, after_commit, own_counts, caplog):
    for _ in range(7):
        with after_commit():
            request_password_reset(email=user.email)

    assert len(mail.outbox) == 5
    assert [record.message for record in caplog.records] == [
        "mail withheld: too many to one person"
    ] * 2
    assert user.email not in caplog.text


def test_a_full_mailbox_is_one_persons(user, stranger, after_commit, own_counts):
    for person in [user] * 6 + [stranger]:
        with after_commit():
            request_password_reset(email=person.email)

    assert [message.to for message in mail.outbox][-1] == ["stranger@example.com"]


def test_a_mail_that_failed_is_not_counted(user, own_counts, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)

    for _ in range(6):
        with pytest.raises(ConnectionRefusedError):
            tasks.send_password_reset_mail(user.email)

    purpose, of, now = "mails.password_reset", str(user.uid), datetime.now(UTC)
    assert counting.look(purpose, of, window_seconds=3600, at=now) is None
    assert not AuditEvent.objects.exists()
