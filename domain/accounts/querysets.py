"""Which people, settings and sessions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from domain.base.querysets import OwnedQuerySet

MOST_WRONG_CODES = 5  # for one challenge

if TYPE_CHECKING:
    from domain.accounts.models import ApiToken, AuthSession, TwoFactorChallenge, User


class UserManager(BaseUserManager["User"]):
    """People, found by their e-mail address whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; no password means that they cannot sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator with every permission (``manage.py createsuperuser``)."""
        rights = {"role": "ADMIN", "is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **(rights | fields))

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail address, in any case."""
        return self.get(email=(username or "").strip().lower())

    def joined_between(self, *, after: datetime, before: datetime) -> "models.QuerySet[User]":
        """People whose accounts were created at or after ``after`` and before ``before``."""
        return self.filter(date_joined__gte=after, date_joined__lt=before)


class AuthSessionQuerySet(models.QuerySet["AuthSession"]):
    """Sign-ins."""

    def open(self, *, at: datetime) -> Self:
        """Sessions that were neither ended nor ran out."""
        return self.filter(revoked_at=None, expires_at__gt=at)

    def of_caller(self, *, sid: UUID, sub: UUID, token_version: int, at: datetime) -> Self:
        """The session that a valid access token speaks for, with its person, in one statement.

        Nothing is found once the session ended, the password changed or the person was deactivated.
        """
        return (
            self.open(at=at)
            .filter(uid=sid, user__uid=sub)
            .filter(user__is_active=True, user__token_version=token_version)
            .select_related("user", "user__settings")
        )


class TwoFactorChallengeQuerySet(models.QuerySet["TwoFactorChallenge"]):
    """Sign-ins that wait for a code."""

    def open(self, *, at: datetime) -> Self:
        """Those that a right code would still complete."""
        return self.filter(used_at=None, expires_at__gt=at, wrong_codes__lt=MOST_WRONG_CODES)


class ApiTokenQuerySet(OwnedQuerySet["ApiToken"]):
    """Keys of programs."""

    def live(self) -> Self:
        """Tokens that were not revoked. They may have run out."""
        return self.filter(revoked_at=None)

    def usable(self, *, at: datetime) -> Self:
        """Tokens that open something: not revoked, not run out, of a person who is active."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=at)
        return self.live().filter(lasting, owner__is_active=True)
