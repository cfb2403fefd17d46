"""What the mails say. They are built here and sent by the tasks."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from domain.accounts.models import User

# So that no holiday notice answers (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated"}


def verification(person: User, *, token: str) -> EmailMultiAlternatives:
    """To a new account: prove that the address is yours."""
    return _mail(
        person,
        "verify_email",
        "Confirm your e-mail address",
        link=_page("verify-email", token=token),
        hours=settings.EMAIL_VERIFICATION_HOURS,
    )


def already_registered(person: User) -> EmailMultiAlternatives:
    """To an account whose address somebody tried to register again."""
    return _mail(
        person,
        "already_registered",
        "You already have an account",
        sign_in=_page("sign-in"),
        forgot=_page("forgot-password"),
    )


def password_reset(person: User, *, token: str) -> EmailMultiAlternatives:
    """To somebody who forgot their password, or of whom somebody says so."""
    return _mail(
        person,
        "reset_password",
        "Set a new password",
        link=_page("reset-password", token=token),
        minutes=settings.PASSWORD_RESET_MINUTES,
    )


def password_changed(person: User, *, at: datetime) -> EmailMultiAlternatives:
    """To the owner of a password that was just changed, in case it was not them.

    Args:
        at: when it was changed (UTC).
    """
    return _mail(
        person,
        "password_changed",
        "Your password was changed",
        at=at,
        forgot=_page("forgot-password"),
    )


def deletion_scheduled(person: User, *, erased_at: datetime) -> EmailMultiAlternatives:
    """To somebody whose account will be erased.

    Args:
        erased_at: when (UTC).
    """
    return _mail(
        person,
        "deletion_scheduled",
        "Your account will be deleted",
        at=erased_at,
        # Who was shut out cannot sign in to keep it.
        sign_in=_page("sign-in") if person.is_active else "",
        forgot=_page("forgot-password"),
    )


def deletion_cancelled(person: User) -> EmailMultiAlternatives:
    """To somebody who keeps their account after all, in case it was not them."""
    return _mail(
        person,
        "deletion_cancelled",
        "Your account stays",
        forgot=_page("forgot-password"),
    )


def _mail(person: User, name: str, subject: str, **values: Any) -> EmailMultiAlternatives:
    # Who registers somebody else's address may not put words into a mail to them.
    values["name"] = person.display_name if person.email_verified_at else ""
    values["subject"] = subject
    folder = "accounts/emails"
    mail = EmailMultiAlternatives(
        subject=f"Drillbook: {subject}",
        body=render_to_string(f"{folder}/{name}.txt", values),
        to=[person.email],
        headers=HEADERS,
    )
    mail.attach_alternative(render_to_string(f"{folder}/{name}.html", values), "text/html")
    return mail


def _page(path: str, **query: str) -> str:
    address = f"{settings.FRONTEND_URL}/{path}"
    return f"{address}?{urlencode(query)}" if query else address
