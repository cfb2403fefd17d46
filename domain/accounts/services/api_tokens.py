"""API tokens: keys that a person gives to programs, shown once, stored as a digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from domain.accounts.models import ApiToken, User
from domain.accounts.services import codes, lockout
from domain.accounts.services.profile import WrongPassword
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.text import tidy
from domain.base.writing import check

PREFIX = "dbk_"
TOKEN_BYTES = 32
TOKEN_LENGTH = 47  # the prefix, and 32 bytes in base64
SHOWN_LENGTH = 8
LONGEST_DAYS = 365
MOST_API_TOKENS = 50
# Not every request is worth a write.
USE_NOTED_EVERY = timedelta(minutes=1)


class TooManyApiTokens(DomainError):
    """Tokens that nobody uses any more are a danger and nothing else."""

    code = "too_many_api_tokens"
    message = "You have %(limit)d API tokens. Revoke one that you do not need any more."


class BadLifetime(DomainError):
    """Neither null nor a number of days within the bounds."""

    code = "bad_lifetime"
    message = "A token lasts 1 to %(limit)d days, or until it is revoked if you leave this out."


@dataclass(frozen=True)
class NewApiToken:
    """A token at the one moment at which it is known in clear."""

    token: str
    api_token: ApiToken


def create_api_token(
    *,
    owner: User,
    name: str,
    scope: str,
    password: str,
    at: datetime,
    expires_in_days: int | None = None,
) -> NewApiToken:
    """Make a key for a program.

    Args:
        scope: a value of ``ApiScope``.
        password: the owner's, so that a session left open somewhere makes no keys.
        expires_in_days: 1 to 365; None for a token that lasts until it is revoked.

    Raises:
        ValidationError: the name is empty, too long or cannot be stored.
        BadLifetime: too short or too long.
        WrongPassword: it is not right, or was not right too often.
        TooManyApiTokens: revoke one first.
    """
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(
        owner=owner,
        name=tidy(name),
        scope=scope,
        created_at=at,
        expires_at=_end(expires_in_days, at),
        token_hash=digest(token),
        prefix=token[:SHOWN_LENGTH],
    )
    check(row)
    if not lockout.is_current_password(user=owner, password=password, at=at):
        raise WrongPassword(field="password")
    with transaction.atomic():
        # Held, so that two at once do not both become the last one that is allowed.
        row.owner = codes.held(owner)
        if ApiToken.objects.owned_by(owner).live().count() >= MOST_API_TOKENS:
            raise TooManyApiTokens(limit=MOST_API_TOKENS)
        row.save(force_insert=True)
        audit.record(
            verb="api_token.created", at=at, actor=owner, row=row, fields=["expires_at", "scope"]
        )
    return NewApiToken(token=token, api_token=row)


@transaction.atomic
def revoke_api_token(*, api_token: ApiToken, actor: User, at: datetime) -> ApiToken:
    """Make a token useless at once. One that was revoked already keeps its moment."""
    if ApiToken.objects.live().filter(pk=api_token.pk).update(revoked_at=at):
        audit.record(verb="api_token.revoked", at=at, actor=actor, row=api_token)
    api_token.refresh_from_db(fields=["revoked_at"])
    return api_token


@transaction.atomic
def revoke_all_api_tokens(*, user: User, actor: User | None, at: datetime) -> int:
    """Make every token of a person useless at once; give the number."""
    revoked = ApiToken.objects.owned_by(user).live().update(revoked_at=at)
    if revoked:
        audit.record(verb="api_tokens.revoked", at=at, actor=actor, row=user)
    return revoked


def use_api_token(*, token: str, at: datetime) -> ApiToken | None:
    """The row of a token that a program sent, with its owner, in one statement.

    None for all that opens nothing: unknown, revoked, run out, or of a person who is not welcome.
    That it was used is noted at most once a minute.
    """
    if len(token) != TOKEN_LENGTH:
        return None
    tokens = ApiToken.objects.usable(at=at).filter(token_hash=digest(token))
    # There is one at most; `first()` would sort.
    row = next(iter(tokens.select_related("owner")), None)
    if row is not None and _is_older(row.last_used_at, at):
        _note_use(row, at)
    return row


def digest(token: str) -> str:
    """What is stored of a token. It has 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic(savepoint=False)
def _note_use(row: ApiToken, at: datetime) -> None:
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
    # No request waits for whoever holds the row: the next one will note it.
    free = ApiToken.objects.filter(unnoted, pk=row.pk).select_for_update(skip_locked=True)
    ApiToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)


def _is_older(last_used_at: datetime | None, at: datetime) -> bool:
    return last_used_at is None or last_used_at <= at - USE_NOTED_EVERY


def _end(expires_in_days: int | None, at: datetime) -> datetime | None:
    if expires_in_days is None:
        return None
    if not 1 <= expires_in_days <= LONGEST_DAYS:
        raise BadLifetime(field="expires_in_days", limit=LONGEST_DAYS)
    return at + timedelta(days=expires_in_days)
