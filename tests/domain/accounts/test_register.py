"""Accounts come into being, and nobody learns which addresses have one."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import User, UserSettings
from domain.accounts.services.registration import register
from domain.accounts.services.verification import verify_email
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory
from tests.mails import only_mail, token_in

pytestmark = pytest.mark.django_db


def test_creates_a_member_with_settings(now):
    register(
        email="new@example.com",
        password=PASSWORD,
        display_name="  Nadia ",
        timezone="Asia/Kolkata",
        at=now,
    )

    person = User.objects.get()
    assert (person.email, person.display_name) == ("new@example.com", "Nadia")
    assert person.role == "MEMBER"
    assert (person.is_active, person.is_staff, person.is_superuser) == (True, False, False)
    assert (person.date_joined, person.email_verified_at) == (now, None)
    assert person.settings.timezone == "Asia/Kolkata"


def test_hashes_the_password(now):
    register(email="new@example.com", password=PASSWORD, at=now)

    person = User.objects.get()
    assert PASSWORD not in person.password
    assert person.check_password(PASSWORD)


def test_keeps_the_address_in_lower_case(now):
    register(email=" New.Person@Example.COM ", password=PASSWORD, at=now)

    assert User.objects.get().email == "new.person@example.com"


def test_returns_nothing(now):
    assert register(email="new@example.com", password=PASSWORD, at=now) is None


@pytest.mark.parametrize("address", ["user@example.com", "USER@example.com", " User@Example.com"])
def test_leaves_an_existing_account_as_it_is(address, user, now):
    before = User.objects.values().get()

    answer = register(
        email=address, password="another-password", display_name="X", timezone="Asia/Tokyo", at=now
    )

    assert answer is None
    assert User.objects.values().get() == before
    assert UserSettings.objects.get().timezone == "UTC"


def test_is_recorded_for_the_owner_of_the_address(user, now):
    register(email="user@example.com", password=PASSWORD, at=now)
    register(email="new@example.com", password=PASSWORD, at=now)

    events = AuditEvent.objects.order_by("pk").values_list("verb", "actor", "owner__email")
    assert list(events) == [
        ("account.registration_repeated", None, "user@example.com"),
        ("account.registered", User.objects.get(email="new@example.com").pk, "new@example.com"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "nobody",
        "a@b@c.example",
        "a b@example.com",
        "a\x00@example.com",
        "\ud800@example.com",
        "a@\ud800.com",
        "a@example.com\nBcc: b@example.com",
    ],
)
def test_refuses_what_is_no_address(address, now):
    with pytest.raises(ValidationError) as caught:
        register(email=address, password=PASSWORD, at=now)

    assert "email" in caught.value.error_dict
    assert not User.objects.exists()


def test_refuses_an_address_of_255_characters(now):
    longest = "a@" + "b" * 60 + 3 * ("." + "b" * 60) + ".example"
    address = "a" * (255 - len(longest)) + longest

    with refused(email="max_length"):
        register(email=address, password=PASSWORD, at=now)

    register(email=address[1:], password=PASSWORD, at=now)
    assert len(User.objects.get().email) == 254


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("short-one", "password_too_short"),
        ("1234567890", "password_too_common"),
        ("PASSWORD1234", "password_too_common"),
        ("new.person@ex", "password_too_similar"),
        ("x" * 129, "password_too_long"),
        ("practice\x00daily", "unstorable_text"),
        ("practice\ud800daily", "unstorable_text"),
    ],
)
def test_refuses_the_password(password, code, now):
    with refused(password=code):
        register(email="new.person@example.com", password=password, at=now)

    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["ten-chars!", "x7" * 64, "пароль-из-слов", " spaces matter "])
def test_accepts_the_password(password, now):
    register(email="new@example.com", password=password, at=now)

    assert User.objects.get().check_password(password)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/berlin", "localtime", "../passwd"])
def test_refuses_the_time_zone(name, now):
    with pytest.raises(ValidationError) as caught:
        register(email="new@example.com", password=PASSWORD, timezone=name, at=now)

    assert list(caught.value.error_dict) == ["timezone"]
    assert not User.objects.exists()


def test_names_everything_that_is_wrong_at_once(now):
    with refused(
        email="invalid",
        display_name="max_length",
        timezone="unknown_timezone",
        password="password_too_short",
    ):
        register(email="x", password="y8#", display_name="z" * 81, timezone="Nowhere", at=now)


@pytest.mark.django_db(transaction=True)
def test_makes_one_account_of_parallel_registrations(now):
    calls = [
        lambda: register(email="new@example.com", password=PASSWORD, timezone="Asia/Tokyo", at=now)
    ] * 4

    outcomes = at_once(*calls)

    assert outcomes == [None] * 4
    assert User.objects.get().settings.timezone == "Asia/Tokyo"


def test_tells_nothing_about_existing_accounts_by_refusing(now):
    UserFactory(email="user@example.com")

    with refused(password="password_too_short"):
        register(email="user@example.com", password="short", at=now)


def test_mails_a_link_to_a_new_account(now, after_commit):
    with after_commit():
        register(email=" New@Example.com", password=PASSWORD, at=now)

    message = only_mail()
    assert message.to == ["new@example.com"]
    verify_email(token=token_in(message), at=now)
    assert User.objects.get().email_verified_at == now


@pytest.mark.parametrize("verified", [False, True])
def test_mails_the_owner_that_there_is_an_account(verified, user, now, after_commit):
    User.objects.update(email_verified_at=now if verified else None)

    with after_commit():
        register(email="USER@example.com", password="another-password", at=now)

    message = only_mail()
    assert message.to == ["user@example.com"]
    assert message.subject == "Drillbook: You already have an account"
    # A link could confirm the password of whoever registered the address first.
    assert "token=" not in message.body


def test_mails_nobody_who_was_deactivated(user, now, after_commit):
    User.objects.update(is_active=False)

    with after_commit():
        register(email="user@example.com", password=PASSWORD, at=now)

    assert mail.outbox == []


def test_mails_nobody_when_it_refuses(now, after_commit):
    with after_commit(), refused(password="password_too_short"):
        register(email="new@example.com", password="short", at=now)

    assert mail.outbox == []


def test_runs_the_same_statements_for_known_and_unknown_addresses(user, now):
    statements = []
    for address in ("user@example.com", "new@example.com"):
        with CaptureQueriesContext(connection) as captured:
            register(email=address, password=PASSWORD, at=now)
        statements.append([query["sql"].partition(" ")[0] for query in captured])

    known, unknown = statements
    assert known.count("ROLLBACK") == 1
    assert unknown == ["RELEASE" if each == "ROLLBACK" else each for each in known]


def test_leaves_no_trace_of_what_it_takes_back(user, now):
    register(email="user@example.com", password=PASSWORD, at=now)

    assert User.objects.get() == user
    assert UserSettings.objects.get().user == user
    assert not AuditEvent.objects.exclude(owner=user).exists()


@pytest.mark.django_db(transaction=True)
def test_mails_once_a_registration_also_when_they_are_parallel(now):
    at_once(*[lambda: register(email="new@example.com", password=PASSWORD, at=now)] * 4)

    subjects = sorted(message.subject for message in mail.outbox)
    assert (
        subjects
        == ["Drillbook: Confirm your e-mail address"]
        + ["Drillbook: You already have an account"] * 3
    )
