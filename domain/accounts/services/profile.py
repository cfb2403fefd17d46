"""What people say about themselves, and their password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts import tasks
from domain.accounts.models import User
from domain.accounts.services import lockout, sessions
from domain.accounts.services.sessions import OpenSession
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.tasks import enqueue
from domain.base.text import tidy
from domain.base.writing import apply_changes, save


class WrongPassword(DomainError):
    """The current password was not given correctly."""

    code = "wrong_password"
    message = "This is not your current password."


@transaction.atomic
def update_viewer(*, user: User, display_name: str, at: datetime) -> User:
    """Change how a person wants to be called.

    Raises:
        ValidationError: the name is too long or cannot be stored.
    """
    changed = apply_changes(user, {"display_name": tidy(display_name)})
    if changed:
        save(user, fields=changed)
        audit.record(verb="account.updated", at=at, actor=user, row=user, fields=changed)
    return user


def change_password(
    *,
    user: User,
    current_password: str,
    new_password: str,
    at: datetime,
    user_agent: str = "",
    address: str = "",
    second_factor: bool = False,
) -> OpenSession:
    """Set a new password, end every session of the person, and open a new one for this device.

    The person is told by mail, in case it was not them.

    Args:
        second_factor: whether the session that asks was opened with a code; so will the new one be.

    Raises:
        WrongPassword: the current one is not right.
        ValidationError: the new one is too weak.
    """
    if not lockout.is_current_password(user=user, password=current_password, at=at):
        raise WrongPassword(field="current_password")
    try:
        validate_password(new_password, user)
    except ValidationError as refusal:
        raise ValidationError({"new_password": refusal.error_list}) from refusal
    with transaction.atomic():
        # Hashing takes a while: of two changes at once, the second one finds another password; and
        # who was deactivated meanwhile gets no session that would wait for them to come back.
        unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        user.set_password(new_password)
        if not unchanged.update(password=user.password):
            raise WrongPassword(field="current_password")
        audit.record(verb="password.changed", at=at, actor=user, row=user, fields=["password"])
        sessions.end_all_sessions(user=user, at=at, reason="password_changed")
        enqueue(tasks.send_password_changed_mail, str(user.uid), at.isoformat())
        return sessions.open_session(
            user=user,
            at=at,
            user_agent=user_agent,
            address=address,
            second_factor=second_factor,
        )
