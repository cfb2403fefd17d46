"""Accounts come into being here, whoever asks."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from domain.accounts import tasks
from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.tasks import enqueue
from domain.base.text import tidy
from domain.base.writing import check


def register(
    *, email: str, password: str, at: datetime, display_name: str = "", timezone: str = "UTC"
) -> None:
    """Create an account, or leave the existing one of this address as it is.

    Nothing is returned, and both take as long, so that nobody learns whether an address has an
    account here. The owner of the address is told by mail.

    Raises:
        ValidationError: the address, the password or the time zone cannot be used.
    """
    user = User(email=email.strip().lower(), display_name=tidy(display_name), date_joined=at)
    settings = UserSettings(user=user, timezone=timezone)
    _refuse_invalid(user, settings, password)
    user.password = make_password(password)
    address, uid = user.email, str(user.uid)
    try:
        _create(user, timezone, at)
    except IntegrityError:
        # Somebody registered the address at this very moment.
        if not User.objects.filter(email=address).exists():
            raise
    enqueue(tasks.send_registration_mail, address, uid)


@transaction.atomic
def _create(user: User, timezone: str, at: datetime) -> None:
    owner = User.objects.filter(email=user.email).first()
    before = transaction.savepoint()
    if owner is not None:
        # The same statements for both: this account is taken back before anybody sees it.
        user.email = f"{user.uid}@taken-back.invalid"
    user.save(force_insert=True)
    UserSettings.objects.filter(user=user).update(timezone=timezone)
    if owner is None:
        transaction.savepoint_commit(before)
        audit.record(verb="account.registered", at=at, actor=user, row=user)
    else:
        transaction.savepoint_rollback(before)
        audit.record(verb="account.registration_repeated", at=at, actor=None, row=owner)


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
