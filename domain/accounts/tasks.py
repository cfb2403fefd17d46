"""Mails, sent in the background. Tokens are made here, so that no queue and no log ever holds one.

Most take an address, whether or not it has an account: the caller need not find out, and so a
request takes the same time for both.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from django.core.mail import EmailMessage

from domain.accounts import emails
from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import User
from domain.audit import services as audit
from domain.base import counting
from domain.base.tasks import background

logger = logging.getLogger(__name__)

MAILS_IN_WINDOW = 5
WINDOW_SECONDS = 3600


@background
def send_registration_mail(email: str, uid: str) -> None:
    """Tell the owner of an address that it was registered.

    Args:
        uid: of the account that would be new; another account of the address was there before.
    """
    person = _person(email=email)
    if person is None:
        return
    if str(person.uid) == uid:
        mail = emails.verification(person, token=VERIFICATION.token(person, at=_now()))
    else:
        mail = emails.already_registered(person)
    _send("registration", person, mail)


@background
def send_verification_mail(uid: str) -> None:
    """Send another verification link, unless the address was proven meanwhile."""
    person = _person(uid=uid, email_verified_at=None)
    if person is not None:
        mail = emails.verification(person, token=VERIFICATION.token(person, at=_now()))
        _send("verification", person, mail)


@background
def send_password_reset_mail(email: str) -> None:
    """Send a link for a new password, if the address has an account."""
    person = _person(email=email)
    if person is None:
        return
    now = _now()
    mail = emails.password_reset(person, token=PASSWORD_RESET.token(person, at=now))
    if _send("password_reset", person, mail):
        audit.record(verb="password.reset_requested", at=now, actor=None, row=person)


@background
def send_password_changed_mail(uid: str, at: str) -> None:
    """Tell a person that their password was changed.

    Args:
        at: when, in ISO 8601.
    """
    person = _person(uid=uid)
    if person is not None:
        emails.password_changed(person, at=datetime.fromisoformat(at)).send()


@background
def send_deletion_scheduled_mail(uid: str, erased_at: str) -> None:
    """Tell a person that their account will be erased, whether or not they can still sign in.

    Args:
        erased_at: when, in ISO 8601.
    """
    person = User.objects.filter(uid=uid).first()
    if person is not None:
        moment = datetime.fromisoformat(erased_at)
        emails.deletion_scheduled(person, erased_at=moment).send()


@background
def send_deletion_cancelled_mail(uid: str) -> None:
    """Tell a person that their account stays."""
    person = _person(uid=uid)
    if person is not None:
        emails.deletion_cancelled(person).send()


@background
def record_failed_sign_in(email: str, at: str, request_id: str) -> None:
    """Write down that a wrong password was given, if the address has an account.

    Args:
        at: when, in ISO 8601.
        request_id: of the request that tried it.
    """
    person = User.objects.filter(email=email).first()
    if person is not None:
        moment = datetime.fromisoformat(at)
        previous = audit.current_request_id.set(request_id)
        try:
            audit.record(verb="sign_in.failed", at=moment, actor=None, row=person)
        finally:
            audit.current_request_id.reset(previous)


def _person(**which: Any) -> User | None:
    return User.objects.filter(is_active=True, **which).first()


def _send(kind: str, person: User, mail: EmailMessage) -> bool:
    """Send it; or not, when strangers have us fill this mailbox."""
    purpose, of = f"mails.{kind}", str(person.uid)
    before = counting.look(purpose, of, window_seconds=WINDOW_SECONDS, at=_now())
    if before is not None and before.number >= MAILS_IN_WINDOW:
        logger.warning("mail withheld: too many to one person", extra={"kind": kind})
        return False
    mail.send()
    # Counted once it is sent: an attempt that failed is repeated.
    counting.count(purpose, of, window_seconds=WINDOW_SECONDS, at=_now())
    return True


def _now() -> datetime:
    return datetime.now(UTC)
