"""After a few wrong passwords none is looked at for a while, and nobody is told."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import authenticate, hashers
from django.core.exceptions import ValidationError

from domain.accounts.models import AuthSession
from domain.accounts.services import lockout
from domain.accounts.services.profile import change_password
from domain.accounts.services.sign_in import sign_in
from domain.accounts.services.two_factor import enrol_two_factor
from domain.audit.models import AuditEvent
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory

LIMIT = 10
HOME = "203.0.113.7"


def fail(at, email="user@example.com", times=LIMIT, address=HOME):
    """Give wrong passwords."""
    for number in range(times):
        with refused("invalid_credentials"):
            sign_in(email=email, password=f"wrong-{number}", at=at, address=address)


def open_session(at, email="user@example.com", address=HOME):
    return sign_in(email=email, password=PASSWORD, at=at, address=address)


def locks():
    return AuditEvent.objects.filter(verb="account.locked").count()


@pytest.fixture
def compared(monkeypatch):
    """The passwords that were compared with somebody's."""
    passwords = []
    verify = hashers.MD5PasswordHasher.verify

    def noting(hasher, password, encoded):
        passwords.append(password)
        return verify(hasher, password, encoded)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", noting)
    return passwords


def test_the_right_password_is_refused_while_the_account_is_locked(user, now, compared):
    fail(now)

    with refused("invalid_credentials"):
        open_session(now + timedelta(minutes=14, seconds=59))

    assert len(compared) == LIMIT
    assert not AuthSession.objects.exists()


def test_the_lock_ends_by_itself(user, now):
    fail(now)

    assert open_session(now + timedelta(minutes=15)).session.user == user


def test_one_try_less_locks_nothing(user, now):
    fail(now, times=LIMIT - 1)

    assert open_session(now).session.user == user


def test_signing_in_forgets_the_failures_before(user, now):
    fail(now, times=LIMIT - 1)
    open_session(now)
    fail(now, times=LIMIT - 1)

    assert open_session(now).session.user == user


def test_tries_at_a_locked_account_do_not_make_it_longer(user, now):
    fail(now)
    fail(now + timedelta(minutes=14))

    assert open_session(now + timedelta(minutes=15)).session.user == user


def test_another_account_is_not_locked(user, stranger, now):
    fail(now)

    assert open_session(now, email=stranger.email).session.user == stranger


def test_the_address_is_counted_in_any_case(user, now):
    for email in ("USER@example.com", " user@Example.com "):
        fail(now, email=email, times=LIMIT // 2)

    with refused("invalid_credentials"):
        open_session(now)


def test_a_lock_is_written_down_once(user, now):
    fail(now, times=LIMIT + 5)

    (event,) = AuditEvent.objects.filter(verb="account.locked")
    assert (event.owner_id, event.actor_id, event.at) == (user.pk, None, now)


def test_an_address_without_an_account_takes_the_same_statements(
    user, now, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(lockout, "enqueue", lambda *task: None)
    for times, statements in [(LIMIT - 1, 2 * (LIMIT - 1)), (1, 4), (2, 4)]:
        for email in (user.email, "nobody@example.com"):
            with django_assert_num_queries(statements):
                fail(now, email=email, times=times)


@pytest.mark.parametrize("email", ["user@example.com", "nobody@example.com"])
def test_a_locked_account_takes_a_hash_too(email, user, now, monkeypatch):
    fail(now, email=email)
    hashed = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )

    fail(now, email=email, times=1)

    assert len(hashed) == 1


def test_an_address_that_failed_too_often_is_refused_for_every_account(user, now, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    for number in range(5):
        fail(now, email=f"person{number}@example.com", times=1)

    with refused("invalid_credentials"):
        open_session(now)
    assert open_session(now, address="203.0.113.8").session.user == user
    assert open_session(now + timedelta(minutes=15)).session.user == user


def test_an_address_over_its_limit_locks_nobody_else_out(user, now, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    fail(now, times=50)

    assert open_session(now, address="203.0.113.8").session.user == user


def test_many_people_of_one_office_can_sign_in(user, now, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 5

    for _ in range(20):
        open_session(now)

    assert AuthSession.objects.count() == 20


def test_own_sign_ins_do_not_buy_more_tries(user, stranger, now, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    for _ in range(5):
        fail(now, times=1)
        with suppress(ValidationError):
            open_session(now, email=stranger.email)

    with refused("invalid_credentials"):
        open_session(now)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_guesses_at_once_the_limit_is_looked_at(now, compared):
    UserFactory(email="user@example.com")
    guesses = [
        partial(sign_in, email="user@example.com", password=f"wrong-{number}", at=now)
        for number in range(50)
    ]

    outcomes = at_once(*guesses)

    assert {type(outcome).__name__ for outcome in outcomes} == {"InvalidCredentials"}
    assert len(compared) == LIMIT
    assert locks() == 1


def test_unlocking(user, manager, now):
    fail(now)

    lockout.unlock(user=user, actor=manager, at=now)

    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.owner) == ("account.unlocked", manager, user)
    assert open_session(now).session.user == user


def test_says_until_when_it_is_locked(user, now):
    fail(now, times=LIMIT - 1)
    assert lockout.locked_until(user=user, at=now) is None

    fail(now, times=1)

    assert lockout.locked_until(user=user, at=now) == now + timedelta(minutes=15)
    assert lockout.locked_until(user=user, at=now + timedelta(minutes=15)) is None


@pytest.mark.parametrize(
    ("before", "home"),
    [(HOME, HOME), ("2001:db8:0:1::1", "2001:db8:0:1::2")],
)
def test_strangers_cannot_lock_somebody_out_of_where_they_signed_in_before(before, home, user, now):
    open_session(now - timedelta(days=29), address=before)
    fail(now, address="198.51.100.1")

    with refused("invalid_credentials"):
        open_session(now, address="198.51.100.2")
    assert open_session(now, address=home).session.user == user


def test_where_somebody_signed_in_long_ago_does_not_count(user, now):
    open_session(now - timedelta(days=30))
    fail(now, address="198.51.100.1")

    with refused("invalid_credentials"):
        open_session(now)


def test_where_another_person_signed_in_does_not_count(user, stranger, now):
    open_session(now, email=stranger.email)
    fail(now, address="198.51.100.1")

    with refused("invalid_credentials"):
        open_session(now)


def test_a_known_place_has_a_limit_too_and_can_be_unlocked(user, manager, now):
    open_session(now)
    fail(now)
    with refused("invalid_credentials"):
        open_session(now)
    assert lockout.locked_until(user=user, at=now) == now + timedelta(minutes=15)

    lockout.unlock(user=user, actor=manager, at=now)

    assert open_session(now).session.user == user


def change(user, at, current="wrong"):
    return change_password(
        user=user, current_password=current, new_password="another-password", at=at
    )


def test_current_passwords_cannot_be_guessed(user, now, compared):
    for number in range(LIMIT):
        with refused(current_password="wrong_password"):
            change(user, now, current=f"wrong-{number}")

    with refused(current_password="wrong_password"):
        change(user, now, current=PASSWORD)
    with refused(password="wrong_password"):
        enrol_two_factor(user=user, password=PASSWORD, at=now)

    assert len(compared) == LIMIT
    assert locks() == 1
    assert change(user, now + timedelta(minutes=15), current=PASSWORD)


def test_what_strangers_do_at_sign_in_does_not_touch_people_who_are_signed_in(user, now):
    fail(now)

    assert change(user, now, current=PASSWORD)


def test_unlocking_is_for_current_passwords_too(user, manager, now):
    for _ in range(LIMIT):
        with refused(current_password="wrong_password"):
            change(user, now)

    lockout.unlock(user=user, actor=manager, at=now)

    assert change(user, now, current=PASSWORD)


def test_django_itself_is_held_to_it(user, now):
    for _ in range(LIMIT):
        assert authenticate(username=user.email, password="wrong") is None

    assert authenticate(username=user.email, password=PASSWORD) is None
    assert authenticate(email=user.email, password=PASSWORD) is None


def test_without_an_address_only_the_account_is_counted(user, now, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    for number in range(5):
        fail(now, email=f"person{number}@example.com", times=1, address="")

    assert open_session(now, address="").session.user == user


def test_people_who_are_locked_are_counted_once_until_the_lock_has_ended(user, stranger, now):
    fail(now)
    fail(now, email=stranger.email)
    fail(now, email="nobody@example.com")
    for _ in range(LIMIT):
        with refused(current_password="wrong_password"):
            change(user, now)

    assert locks() == 4
    assert lockout.count_locked(at=now) == 2
    assert lockout.count_locked(at=now + timedelta(minutes=14, seconds=59)) == 2
    assert lockout.count_locked(at=now + timedelta(minutes=15)) == 0


def test_who_was_unlocked_is_not_counted_until_they_are_locked_again(user, stranger, manager, now):
    fail(now)
    fail(now, email=stranger.email)

    lockout.unlock(user=user, actor=manager, at=now + timedelta(minutes=1))
    assert lockout.count_locked(at=now + timedelta(minutes=2)) == 1

    fail(now + timedelta(minutes=3))
    assert lockout.count_locked(at=now + timedelta(minutes=3)) == 2
