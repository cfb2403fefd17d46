"""Accounts come into being, and nobody learns which addresses have one."""

import pytest
from django.core.exceptions import ValidationError

from domain.accounts.models import User, UserSettings
from domain.accounts.services.registration import register
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory

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
    assert (person.email, person.display_name, person.role) == ("new@example.com", "Nadia", "MEMBER")
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


def test_records_only_new_accounts(user, now):
    register(email="user@example.com", password=PASSWORD, at=now)
    register(email="new@example.com", password=PASSWORD, at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner.email) == ("account.registered", "new@example.com")


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


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/berlin", "localtime", "../etc/passwd"])
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
