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
from domain.base import addresses
from domain.base.errors import DomainError

REFRESH_TOKEN_BYTES = 32
MOST_TOKENS_OF_A_GENERATION = 3


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


def open_session(
    *,
    user: User,
    at: datetime,
    user_agent: str = "",
    address: str = "",
    second_factor: bool = False,
) -> OpenSession:
    """Start a session for a person whose identity was just proven.

    Args:
        address: where the client is; whatever is no IP address is not kept.
        second_factor: whether they gave a code as well as the password.
    """
    with transaction.atomic():
        session = AuthSession.objects.create(
            user=user,
            created_at=at,
            last_used_at=at,
            expires_at=at + _lifetime(),
            user_agent=user_agent[:200],
            address=addresses.storable_address(address),
            second_factor=second_factor,
        )
        audit.record(verb="session.opened", at=at, actor=user, row=session)
        return _with_new_token(session)


def refresh_session(*, refresh_token: str, at: datetime) -> OpenSession:
    """Exchange a refresh token for a new one. A token that was used before ends its session.

    Two tabs that hold one token may exchange it at about the same moment, and each gets a token of
    its own. A token is therefore accepted again, if all of this holds:

    - it was first used less than ``REFRESH_GRACE_SECONDS`` ago;
    - no token of a later generation was used yet: what it was exchanged for is still untouched;
    - the session has fewer than ``MOST_TOKENS_OF_A_GENERATION`` tokens of the next generation.

    A token that was never used is held to the last two as well: somebody who took a token within
    the grace ends the session, or is ended with it, as soon as one side is a generation ahead.

    Raises:
        RefreshTokenRefused: sign in again.
    """
    renewed = _rotate(refresh_token, at)
    # Raised after the transaction: a replayed token must leave the ended session behind it.
    if renewed is None:
        raise RefreshTokenRefused(field="refresh_token")
    return renewed


def end_session(
    *,
    session: AuthSession,
    at: datetime,
    reason: str = "signed_out",
    actor: User | None = None,
) -> AuthSession:
    """End one session; its access and refresh tokens stop working now.

    Args:
        actor: who does it, if not its person.
    """
    with transaction.atomic():
        ended = AuthSession.objects.filter(pk=session.pk, revoked_at=None).update(
            revoked_at=at, revoked_reason=reason
        )
        if ended:
            audit.record(verb="session.ended", at=at, actor=actor or session.user, row=session)
    session.refresh_from_db()
    return session


def end_all_sessions(*, user: User, at: datetime, reason: str, actor: User | None = None) -> int:
    """End every session of a person, and every access token whatever its session; give the number.

    Args:
        actor: who does it, if not the person.
    """
    with transaction.atomic():
        audit.record(verb="sessions.ended", at=at, actor=actor or user, row=user)
        User.objects.filter(pk=user.pk).update(token_version=F("token_version") + 1)
        user.refresh_from_db(fields=["token_version"])
        return AuthSession.objects.filter(user=user, revoked_at=None).update(
            revoked_at=at, revoked_reason=reason
        )


# Durable: inside another transaction, the refusal that follows would undo the end of the session.
@transaction.atomic(durable=True)
def _rotate(refresh_token: str, at: datetime) -> OpenSession | None:
    link = RefreshLink.objects.filter(token__token=_digest(refresh_token)).first()
    if link is None:
        return None
    welcome = AuthSession.objects.open(at=at).filter(pk=link.session_id, user__is_active=True)
    # Held, so that parallel callers come one after the other.
    held = welcome.select_for_update(no_key=True, of=("self",))
    session = held.select_related("user__settings").first()
    if session is None:
        return None
    if link.generation < session.generation or not _may_be_used(link, at):
        # By whom is unknown: the person, or who took the token from them.
        audit.record(verb="refresh_token.reused", at=at, actor=None, row=session)
        end_session(session=session, at=at, reason="refresh_token_reused")
        return None
    session.generation = link.generation
    session.last_used_at = at
    session.expires_at = at + _lifetime()
    session.save(update_fields=["generation", "last_used_at", "expires_at"])
    return _with_new_token(session, generation=link.generation + 1)


def _may_be_used(link: RefreshLink, at: datetime) -> bool:
    successors = RefreshLink.objects.filter(
        session_id=link.session_id, generation=link.generation + 1
    )
    if successors.count() >= MOST_TOKENS_OF_A_GENERATION:
        return False
    token = _tokens().objects.filter(pk=link.token_id)
    if token.filter(revoked=None).update(revoked=at):
        return True
    first_used = token.values_list("revoked", flat=True).get()
    return bool(at - first_used < timedelta(seconds=settings.REFRESH_GRACE_SECONDS))


def _with_new_token(session: AuthSession, *, generation: int = 0) -> OpenSession:
    secret = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    token = _tokens().objects.create(user_id=session.user_id, token=_digest(secret))
    RefreshLink.objects.create(token=token, session=session, generation=generation)
    return OpenSession(session=session, refresh_token=secret, expires_at=session.expires_at)


def _lifetime() -> timedelta:
    return timedelta(days=settings.REFRESH_TOKEN_DAYS)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _tokens() -> Any:
    # By name: the domain may not import gqlauth, whose table this is.
    return apps.get_model(settings.REFRESH_TOKEN_MODEL)
