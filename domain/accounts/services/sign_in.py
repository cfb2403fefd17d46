"""Prove who you are with an address and a password."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction

from domain.accounts.models import TwoFactorChallenge, User
from domain.accounts.services import challenges, sessions, two_factor
from domain.accounts.services.sessions import OpenSession
from domain.base.errors import DomainError
from domain.base.text import is_storable


class InvalidCredentials(DomainError):
    """Unknown address, wrong password, locked and deactivated account: one and the same answer."""

    code = "invalid_credentials"
    message = "The e-mail address or the password is wrong. Check both and try again."


def sign_in(
    *, email: str, password: str, at: datetime, user_agent: str = "", address: str = ""
) -> OpenSession | TwoFactorChallenge:
    """Open a session for the person with this address and password, or ask them for a code.

    Args:
        address: where the client is, for counting failures; "" where that is not known.

    Raises:
        InvalidCredentials: for every reason alike, in the same time.
    """
    if not (is_storable(email) and is_storable(password)):
        raise InvalidCredentials
    # Counts failures, and hashes the password for unknown addresses too (domain/accounts/backends).
    user = authenticate(username=email, password=password, address=address, at=at)
    if not isinstance(user, User):
        raise InvalidCredentials
    with transaction.atomic():
        # Hashing takes a while: a password that was changed meanwhile opens no session.
        unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        # Held, so that no second factor comes into force between the question and the session.
        person = unchanged.select_for_update(no_key=True).first()
        if person is None:
            raise InvalidCredentials
        if two_factor.is_enabled(person):
            return challenges.start_challenge(user=person, at=at)
        person.last_login = at
        person.save(update_fields=["last_login"])
        return sessions.open_session(user=person, at=at, user_agent=user_agent, address=address)
