"""How Django checks a password, for the API and the admin site alike."""

from datetime import datetime
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from domain.accounts.models import User
from domain.accounts.services import lockout
from domain.base.addresses import client_address
from domain.base.text import is_storable


class LockingBackend(ModelBackend):
    """Address and password, until there were too many wrong ones."""

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        *,
        address: str | None = None,
        at: datetime | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person, or None for every reason but too many tries.

        Args:
            address: the client's, if there is no request to tell.
            at: now, if the caller has not read the clock.

        Raises:
            PermissionDenied: too many tries; Django then answers as for a wrong password.
        """
        username = kwargs.get(User.USERNAME_FIELD) if username is None else username
        if not (username and password and is_storable(username) and is_storable(password)):
            return None
        if address is None:
            address = client_address(request.META) if request else ""
        attempt = lockout.begin_sign_in(email=username, address=address, at=at or timezone.now())
        if not attempt.may_be_looked_at:
            # As many statements and hashes as for a wrong password.
            User.objects.filter(email=attempt.email).first()
            lockout.hash_in_vain(password)
            lockout.sign_in_failed(attempt)
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            lockout.sign_in_failed(attempt)
            return None
        lockout.sign_in_succeeded(attempt)
        return user
