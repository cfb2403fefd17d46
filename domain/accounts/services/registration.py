"""Accounts come into being here, whoever asks."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.text import tidy
from domain.base.writing import check


def register(
    *, email: str, password: str, at: datetime, display_name: str = "", timezone: str = "UTC"
) -> None:
    """Create an account, or leave the existing one of this address as it is.

    Nothing is returned, and both take as long, so that nobody learns whether an address has an
    account here.

    Raises:
        ValidationError: the address, the password or the time zone cannot be used.
    """
    user = User(email=email.strip().lower(), display_name=tidy(display_name), date_joined=at)
    settings = UserSettings(user=user, timezone=timezone)
    _refuse_invalid(user, settings, password)
    user.password = make_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            UserSettings.objects.filter(user=user).update(timezone=timezone)
            audit.record(verb="account.registered", at=at, actor=user, row=user)
    except IntegrityError:
        if not User.objects.filter(email=user.email).exists():
            raise


def _refuse_invalid(user: User, settings: UserSettings, password: str) -> None:
    refusals: dict[str, list[ValidationError]] = {}
    for row in (user, settings):
        try:
            check(row, unchecked=["password"])
        except ValidationError as refusal:
            refusals |= refusal.error_dict
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        refusals["password"] = refusal.error_list
    if refusals:
        raise ValidationError(refusals)
