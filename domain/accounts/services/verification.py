"""Prove that an address is one's own, by a link that only its mailbox got."""

from datetime import datetime

from django.db import transaction

from domain.accounts import tasks
from domain.accounts.links import VERIFICATION
from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.tasks import enqueue


class LinkRefused(DomainError):
    """Used up, expired, tampered with, or never ours: the caller cannot tell which."""

    code = "link_refused"
    message = "This link is not valid any more. Ask for a new one, and use the newest mail."


class AlreadyVerified(DomainError):
    """There is nothing to be proven."""

    code = "already_verified"
    message = "Your address is confirmed already."


@transaction.atomic
def verify_email(*, token: str, at: datetime) -> User:
    """Confirm the address of the person whose link this is.

    Raises:
        LinkRefused: for every reason alike.
    """
    person = VERIFICATION.holder(token, among=User.objects.select_for_update(), at=at)
    if person is None:
        raise LinkRefused(field="token")
    person.email_verified_at = at
    person.save(update_fields=["email_verified_at"])
    audit.record(
        verb="email.verified", at=at, actor=person, row=person, fields=["email_verified_at"]
    )
    return person


def resend_verification(*, user: User) -> None:
    """Mail the person another link; the ones before stay good for their time.

    Raises:
        AlreadyVerified: no link is needed.
    """
    if user.email_verified_at is not None:
        raise AlreadyVerified
    enqueue(tasks.send_verification_mail, str(user.uid))
