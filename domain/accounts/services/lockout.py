"""Guessing passwords: a few tries, then none is looked at for a while, and nobody is told.

Tries are counted before the password is hashed, so that many at once are not more than one by one.
Addresses that have no account are counted and locked like those that have one. Who signed in from
where they are before is counted apart, so that strangers elsewhere cannot lock them out.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from domain.accounts import tasks
from domain.accounts.models import AuthSession, User
from domain.audit import services as audit
from domain.audit.models import LOCKED, UNLOCKED, AuditEvent
from domain.base import counting
from domain.base.addresses import network_of
from domain.base.tasks import enqueue
from domain.base.text import is_storable

SIGN_IN = "sign_in.account"
SIGN_IN_FROM = "sign_in.address"
CONFIRM = "confirm_password.account"
KNOWN_FOR = timedelta(days=30)
MOST_KNOWN = 50


@dataclass(frozen=True)
class Attempt:
    """One try at signing in, which is counted already."""

    email: str
    network: str
    counter: str
    at: datetime
    number: int
    may_be_looked_at: bool


def begin_sign_in(*, email: str, address: str, at: datetime) -> Attempt:
    """Count a try. Unless it may be looked at, the password must not be compared.

    Args:
        email: whose account, existing or not.
        address: the client's; "" where nothing is known of it, and then not counted.
    """
    email, network = email.strip().lower(), network_of(address)
    counter = _counter(email, network) if network in _known_networks(email, at) else email
    if network and _count(SIGN_IN_FROM, network, at) > settings.LOGIN_FAILURES_PER_ADDRESS:
        # Not counted for the account: one place cannot lock out more and more people.
        return Attempt(email, network, counter, at, number=0, may_be_looked_at=False)
    number = _count(SIGN_IN, counter, at)
    allowed = number <= settings.LOGIN_FAILURES_PER_ACCOUNT
    return Attempt(email, network, counter, at, number, allowed)


def sign_in_failed(attempt: Attempt) -> None:
    """Note a wrong password, or one not looked at; the last that was allowed locks the account."""
    # In the background, which finds out whether there is an account: time does not tell.
    enqueue(
        tasks.record_failed_sign_in,
        # What is no address may be a password, typed into the wrong field.
        attempt.email if "@" in attempt.email else "",
        attempt.at.isoformat(),
        audit.current_request_id.get(),
    )
    if attempt.number == settings.LOGIN_FAILURES_PER_ACCOUNT:
        with _noting(SIGN_IN, attempt.counter, attempt.at):
            # Without an account too, so that time does not tell.
            person = User.objects.filter(email=attempt.email).first()
            audit.record(verb=LOCKED, at=attempt.at, actor=None, row=person)


def sign_in_succeeded(attempt: Attempt) -> None:
    """Forget the failures of the account; those of the address stay, without this try."""
    counting.forget(SIGN_IN, attempt.counter)
    if attempt.network:
        window = _window()
        counting.take_back(SIGN_IN_FROM, attempt.network, window_seconds=window, at=attempt.at)


def is_current_password(*, user: User, password: str, at: datetime) -> bool:
    """Whether somebody who is signed in gave their password; not looked at after too many tries.

    Counted apart from sign-ins: strangers cannot keep a person from changing their password.
    """
    tries = _count(CONFIRM, str(user.uid), at)
    if tries > settings.LOGIN_FAILURES_PER_ACCOUNT:
        hash_in_vain(password)
        return False
    if is_storable(password) and user.check_password(password):
        counting.forget(CONFIRM, str(user.uid))
        return True
    with _noting(CONFIRM, str(user.uid), at):
        if tries == settings.LOGIN_FAILURES_PER_ACCOUNT:
            audit.record(verb=LOCKED, at=at, actor=user, row=user)
        audit.record(verb="password.refused", at=at, actor=user, row=user)
    return False


def hash_in_vain(password: str) -> None:
    """Take as long as comparing the password would."""
    if is_storable(password):
        User().set_password(password)


def locked_until(
    *, user: User, at: datetime, known: Iterable[AuthSession] | None = None
) -> datetime | None:
    """Until when no password of this person is looked at; None while they are.

    Args:
        known: their ``known_sessions``, where they were read for several people.
    """
    found = counting.look_all(_counters(user, at, known), window_seconds=_window(), at=at)
    most = settings.LOGIN_FAILURES_PER_ACCOUNT
    return max((count.ends_at for count in found if count.number >= most), default=None)


def count_locked(*, at: datetime) -> int:
    """How many people's passwords are not looked at now, at most.

    Told by the events, for counts are kept without names: who set a new password is free again, and
    counted until the lock would have ended.
    """
    return _still_locked(at).values("owner").distinct().count()


def may_be_locked(*, at: datetime) -> Exists:
    """An expression on a person: whether they may be locked. ``locked_until`` says if they are."""
    return Exists(_still_locked(at).filter(owner=OuterRef("pk")))


def known_sessions(*, at: datetime) -> QuerySet[AuthSession]:
    """The sign-ins of people who may be locked that tell where they are known.

    To be prefetched: then they are so many of each person.
    """
    is_of_interest = Exists(_still_locked(at).filter(owner=OuterRef("user")))
    sessions = AuthSession.objects.filter(is_of_interest, created_at__gt=at - KNOWN_FOR)
    return _latest(sessions).only("user", "address")


@transaction.atomic
def unlock(*, user: User, actor: User, at: datetime) -> User:
    """Let a person try again at once. Whether they were locked makes no difference."""
    audit.record(verb=UNLOCKED, at=at, actor=actor, row=user)
    forget_failures(user=user, at=at)
    return user


def forget_failures(*, user: User, at: datetime) -> None:
    """Begin to count anew, for somebody who proved by other means who they are."""
    for purpose, of in _counters(user, at):
        counting.forget(purpose, of)


@contextmanager
def _noting(purpose: str, of: str, at: datetime) -> Iterator[None]:
    """A transaction, which does not wait for others without an end (``project/patience.py``).

    A try that could not be noted was none: or else nothing would tell that it locked the account.
    """
    try:
        with transaction.atomic(savepoint=False):
            yield
    except OperationalError:
        counting.take_back(purpose, of, window_seconds=_window(), at=at)
        raise


def _still_locked(at: datetime) -> QuerySet[AuditEvent]:
    locked = AuditEvent.objects.filter(verb=LOCKED, at__gt=at - timedelta(seconds=_window()))
    unlocked = AuditEvent.objects.filter(
        verb=UNLOCKED, owner=OuterRef("owner"), at__gte=OuterRef("at")
    )
    return locked.filter(~Exists(unlocked), owner__isnull=False)


def _counters(
    user: User, at: datetime, known: Iterable[AuthSession] | None = None
) -> list[tuple[str, str]]:
    networks = _known_networks(user.email, at) if known is None else _networks(known)
    at_known = [(SIGN_IN, _counter(user.email, network)) for network in networks]
    return [(SIGN_IN, user.email), (CONFIRM, str(user.uid)), *at_known]


def _counter(email: str, network: str) -> str:
    return f"{email} {network}"


def _known_networks(email: str, at: datetime) -> set[str]:
    sessions = AuthSession.objects.filter(user__email=email, created_at__gt=at - KNOWN_FOR)
    return _networks(_latest(sessions).only("address"))


def _latest(sessions: QuerySet[AuthSession]) -> QuerySet[AuthSession]:
    # They are enough, and a list without an end would be work for every sign-in.
    return sessions.exclude(address=None).order_by("-created_at")[:MOST_KNOWN]


def _networks(sessions: Iterable[AuthSession]) -> set[str]:
    return {network_of(session.address) for session in sessions if session.address}


def _count(purpose: str, of: str, at: datetime) -> int:
    return counting.count(purpose, of, window_seconds=_window(), at=at).number


def _window() -> int:
    seconds: int = settings.LOGIN_LOCKOUT_MINUTES * 60
    return seconds
