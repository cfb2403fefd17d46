"""Prove who you are with an address and a password."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction

from domain.accounts.models import User
from domain.accounts.services import sessions
from domain.accounts.services.sessions import OpenSession
from domain.base.errors import DomainError
from domain.base.text import is_storable


class InvalidCredentials(DomainError):
    """Unknown address, wrong password and deactivated account are one and the same answer."""

    code = "invalid_credentials"
    message = "The e-mail address or the password is wrong. Check both and try again."


def sign_in(*, email: str, password: str, at: datetime, user_agent: str = "") -> OpenSession:
    """Open a session for the person with this address and password.

    Raises:
        InvalidCredentials: for every reason alike, in the same time.
    """
    if not (is_storable(email) and is_storable(password)):
        raise InvalidCredentials
    # Django hashes the password for unknown addresses too, so that time tells nothing.
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    with transaction.atomic():
        # Hashing takes a while: a password that was changed meanwhile opens no session.
        unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        if not unchanged.update(last_login=at):
            raise InvalidCredentials
        user.last_login = at
        return sessions.open_session(user=user, at=at, user_agent=user_agent)
