"""A new password for people who forgot theirs, by a link that only their mailbox got."""

from datetime import datetime
from functools import partial

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts import tasks
from domain.accounts.links import PASSWORD_RESET
from domain.accounts.models import User
from domain.accounts.services import lockout, sessions
from domain.accounts.services.verification import LinkRefused
from domain.audit import services as audit
from domain.base.tasks import enqueue
from domain.base.writing import check


def request_password_reset(*, email: str) -> None:
    """Mail a link to the person with this address, if there is one.

    Nobody is looked up here: all that could tell known addresses apart happens in the background.

    Raises:
        ValidationError: this is no address.
    """
    asked_for = User(email=email.strip().lower())
    check(asked_for, unchecked=["password"])
    enqueue(tasks.send_password_reset_mail, asked_for.email)


def reset_password(*, token: str, new_password: str, at: datetime) -> User:
    """Set a new password, end every session of the person, and tell them by mail.

    Their address counts as proven from now on: they read what was sent there.

    Raises:
        LinkRefused: for every reason alike.
        ValidationError: the password is too weak; the link stays good.
    """
    holder = _holder(token, at, lock=False)
    try:
        validate_password(new_password, holder)
    except ValidationError as refusal:
        raise ValidationError({"new_password": refusal.error_list}) from refusal
    hashed = make_password(new_password)
    with transaction.atomic():
        # Hashing takes a while: of two uses at once, the second one finds another password.
        person = _holder(token, at, lock=True)
        fields = ["password"]
        person.password = hashed
        if person.email_verified_at is None:
            person.email_verified_at = at
            fields.append("email_verified_at")
        person.save(update_fields=fields)
        audit.record(verb="password.reset", at=at, actor=person, row=person, fields=fields)
        sessions.end_all_sessions(user=person, at=at, reason="password_reset")
        # The way out for somebody whom strangers keep locked.
        transaction.on_commit(partial(lockout.forget_failures, user=person, at=at))
        enqueue(tasks.send_password_changed_mail, str(person.uid), at.isoformat())
        return person


def _holder(token: str, at: datetime, *, lock: bool) -> User:
    among = User.objects.select_for_update() if lock else User.objects.all()
    holder = PASSWORD_RESET.holder(token, among=among, at=at)
    if holder is None:
        raise LinkRefused(field="token")
    return holder
