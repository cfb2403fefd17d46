"""A token of a mailed link is good once, for a while, for one person and one purpose."""

from datetime import timedelta

import pytest

from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import User
from domain.accounts.services.profile import change_password
from domain.accounts.services.sessions import end_all_sessions
from domain.accounts.services.sign_in import sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.once

LINKS = [VERIFICATION, PASSWORD_RESET]
HOUR = timedelta(hours=1)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

both = pytest.mark.parametrize("link", LINKS, ids=lambda link: link.purpose)


def holder(link, token, at):
    return link.holder(token, among=User.objects.all(), at=at)


@both
def test_names_the_person_it_was_made_for(link, user, stranger, now):
    assert holder(link, link.token(user, at=now), now) == user


@both
def test_can_stand_in_an_address_and_tells_nothing(link, user, now):
    token = link.token(user, at=now)

    assert set(token) <= set(ALPHABET)
    assert len(token) < 100
    assert "@" not in token
    assert "example" not in token


def test_another_purpose_refuses_it(user, now):
    assert holder(PASSWORD_RESET, VERIFICATION.token(user, at=now), now) is None
    assert holder(VERIFICATION, PASSWORD_RESET.token(user, at=now), now) is None


@pytest.mark.parametrize(("link", "lifetime"), [(VERIFICATION, 72 * HOUR), (PASSWORD_RESET, HOUR)])
def test_lasts_as_long_as_the_settings_say(link, lifetime, user, now):
    token = link.token(user, at=now)

    assert holder(link, token, now + lifetime) == user
    assert holder(link, token, now + lifetime + timedelta(seconds=1)) is None


@both
def test_follows_the_settings(link, user, now, settings):
    settings.EMAIL_VERIFICATION_HOURS = 2
    settings.PASSWORD_RESET_MINUTES = 120
    token = link.token(user, at=now)

    assert holder(link, token, now + 2 * HOUR) == user
    assert holder(link, token, now + 2 * HOUR + timedelta(seconds=1)) is None


@both
def test_each_changed_character_breaks_it(link, user, now):
    token = link.token(user, at=now)
    changed = [
        token[:position] + other + token[position + 1 :]
        for position, character in enumerate(token)
        for other in (ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)], "", "0")
        if other != character
    ]

    assert [each for each in changed if holder(link, each, now)] == []


@both
def test_there_is_one_way_to_write_it(link, user, now):
    token = link.token(user, at=now)
    uid, issued, signature = token.split(".")
    spellings = [
        token.upper(),
        f"{user.uid}.{issued}.{signature}",
        f"{{{uid}}}.{issued}.{signature}",
        f"urn:uuid:{uid}.{issued}.{signature}",
        f"{uid}.0x{issued}.{signature}",
        f"{uid}.0{issued}.{signature}",
        f"{uid}. {issued}.{signature}",
        f"{uid}.{issued[0]}_{issued[1:]}.{signature}",
        f"{uid}.{issued}.{signature}=",
        f" {token}",
        f"{token}\n",
    ]

    assert [each for each in spellings if holder(link, each, now)] == []


@both
def test_a_later_date_cannot_be_written_into_it(link, user, now):
    uid, issued, signature = link.token(user, at=now).split(".")
    later = now + 100 * HOUR

    assert holder(link, f"{uid}.{int(later.timestamp()):x}.{signature}", later) is None


@both
def test_another_person_cannot_be_written_into_it(link, user, stranger, now):
    token = link.token(user, at=now)

    assert holder(link, token.replace(user.uid.hex, stranger.uid.hex), now) is None


@both
@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "." * 150, "0" * 201, "ü.1.x", "\ud800.1.x", "\x00.1.x", "é" * 40],
)
def test_what_is_no_token_is_refused(link, token, user, now):
    assert holder(link, token, now) is None


@both
@pytest.mark.parametrize("issued", ["-1", "", "f" * 100, "nan", "1e9"])
def test_no_number_breaks_it(link, issued, user, now):
    assert holder(link, f"{user.uid.hex}.{issued}.x", now) is None


@both
def test_is_of_no_use_without_the_person(link, user, now):
    token = link.token(user, at=now)
    user.delete()

    assert holder(link, token, now) is None


@both
def test_is_of_no_use_to_somebody_deactivated(link, user, now):
    token = link.token(user, at=now)
    User.objects.update(is_active=False)

    assert holder(link, token, now) is None


@both
def test_is_of_no_use_once_the_address_is_another(link, user, now):
    token = link.token(user, at=now)
    User.objects.update(email="new@example.com")

    assert holder(link, token, now) is None


def test_a_confirmed_address_uses_the_verification_up(user, now):
    token = VERIFICATION.token(user, at=now)
    User.objects.update(email_verified_at=now)

    assert holder(VERIFICATION, token, now) is None


def test_a_changed_password_ends_the_reset(user, now):
    token = PASSWORD_RESET.token(user, at=now)

    change_password(user=user, current_password=PASSWORD, new_password="practice-weekly", at=now)

    assert holder(PASSWORD_RESET, token, now) is None


def test_a_sign_in_ends_the_reset(user, now):
    token = PASSWORD_RESET.token(user, at=now)

    sign_in(email=user.email, password=PASSWORD, at=now)

    assert holder(PASSWORD_RESET, token, now) is None


def test_the_end_of_all_sessions_ends_the_reset(user, now):
    token = PASSWORD_RESET.token(user, at=now)

    end_all_sessions(user=user, at=now, reason="signed_out_everywhere")

    assert holder(PASSWORD_RESET, token, now) is None


def test_a_changed_password_leaves_the_verification(user, now):
    token = VERIFICATION.token(user, at=now)

    change_password(user=user, current_password=PASSWORD, new_password="practice-weekly", at=now)

    assert holder(VERIFICATION, token, now) == user


@both
def test_another_key_refuses_it(link, user, now, settings):
    token = link.token(user, at=now)
    settings.SECRET_KEY = "another key of this server"

    assert holder(link, token, now) is None


@both
def test_an_older_key_is_still_understood(link, user, now, settings):
    token = link.token(user, at=now)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of this server"

    assert holder(link, token, now) == user
    assert link.token(user, at=now) != token


def test_two_people_have_different_tokens_even_with_the_same_data(now):
    tokens = [VERIFICATION.token(UserFactory.build(email="a@example.com"), at=now) for _ in "ab"]

    assert len({token.split(".")[2] for token in tokens}) == 2
