"""Sessions: opened at sign-in, carried on by refresh tokens that work once, ended at any time."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import F

from domain.accounts.models import AuthSession, RefreshLink, User
from domain.audit import services as audit
from domain.base.errors import DomainError

REFRESH_TOKEN_BYTES = 32


class RefreshTokenRefused(DomainError):
    """Unknown, used up, expired, or of an ended session: the caller cannot tell which."""

    code = "refresh_token_refused"
    message = "This refresh token is not valid any more. Sign in again."


@dataclass(frozen=True)
class OpenSession:
    """A session together with the one moment at which its refresh token is known in clear."""

    session: AuthSession
    refresh_token: str
    expires_at: datetime


def open_session(*, user: User, at: datetime, user_agent: str = "") -> OpenSession:
    """Start a session for a person whose identity was just proven."""
    with transaction.atomic():
        session = AuthSession.objects.create(
            user=user,
            created_at=at,
            last_used_at=at,
            expires_at=at + _lifetime(),
            user_agent=user_agent[:200],
        )
        audit.record(verb="session.opened", at=at, actor=user, row=session)
        return _with_new_token(session)


def refresh_session(*, refresh_token: str, at: datetime) -> OpenSession:
    """Exchange a refresh token for a new one. A token that was used before ends its session.

    Raises:
        RefreshTokenRefused: sign in again.
    """
    renewed = _rotate(refresh_token, at)
    # Raised after the transaction: a replayed token must leave the ended session behind it.
    if renewed is None:
        raise RefreshTokenRefused(field="refresh_token")
    return renewed


def end_session(*, session: AuthSession, at: datetime, reason: str = "signed_out") -> AuthSession:
    """End one session; its access and refresh tokens stop working now."""
    with transaction.atomic():
        ended = AuthSession.objects.filter(pk=session.pk, revoked_at=None).update(
            revoked_at=at, revoked_reason=reason
        )
        if ended:
            audit.record(verb="session.ended", at=at, actor=session.user, row=session)
    session.refresh_from_db()
    return session


def end_all_sessions(*, user: User, at: datetime, reason: str) -> int:
    """End every session of a person, and every access token whatever its session; give the number."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(token_version=F("token_version") + 1)
        user.refresh_from_db(fields=["token_version"])
        return AuthSession.objects.filter(user=user, revoked_at=None).update(
            revoked_at=at, revoked_reason=reason
        )


# Durable: inside another transaction, the refusal that follows would undo the end of the session.
@transaction.atomic(durable=True)
def _rotate(refresh_token: str, at: datetime) -> OpenSession | None:
    link = (
        RefreshLink.objects.filter(token__token=_digest(refresh_token))
        .select_related("session__user__settings", "token")
        .first()
    )
    if link is None:
        return None
    session = link.session
    if session.revoked_at or session.expires_at <= at or not session.user.is_active:
        return None
    # One statement decides between parallel callers: exactly one of them finds the token unused.
    used = _tokens().objects.filter(pk=link.token_id, revoked=None).update(revoked=at)
    if not used:
        end_session(session=session, at=at, reason="refresh_token_reused")
        return None
    session.last_used_at = at
    session.expires_at = at + _lifetime()
    session.save(update_fields=["last_used_at", "expires_at"])
    return _with_new_token(session)


def _with_new_token(session: AuthSession) -> OpenSession:
    secret = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    token = _tokens().objects.create(user_id=session.user_id, token=_digest(secret))
    RefreshLink.objects.create(token=token, session=session)
    return OpenSession(session=session, refresh_token=secret, expires_at=session.expires_at)


def _lifetime() -> timedelta:
    return timedelta(days=settings.REFRESH_TOKEN_DAYS)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _tokens() -> Any:
    # By name: the domain may not import gqlauth, whose table this is.
    return apps.get_model(settings.REFRESH_TOKEN_MODEL)
