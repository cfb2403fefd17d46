"""Tokens of the addresses at which exports are downloaded: signed by the server, for some minutes.

A token names the export, whose it is, and until when, with the session or API token that it was
made for and the number that the person's access tokens have. So whatever ends those ends it, too.
"""

import base64
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from domain.accounts.models import ApiToken, AuthSession, User
from domain.transfer.models import Export

# Logs leave out what begins so (project/logging.py).
PREFIX = "dbe_"
VALID = timedelta(minutes=15)
_NAMED = struct.Struct(">16s16s16sQI")
_SIGNATURE_BYTES = 32
LENGTH = len(PREFIX) + -(-(_NAMED.size + _SIGNATURE_BYTES) * 4 // 3)


@dataclass(frozen=True, slots=True)
class Named:
    """What a token of ours names; ``access`` is the session or the API token it was made for."""

    export: UUID
    owner: UUID
    access: UUID
    token_version: int


def token_of(export: Export, *, owner: User, access: AuthSession | ApiToken, at: datetime) -> str:
    """A token that opens an export for ``VALID``, of URL-safe characters.

    Args:
        access: what its owner asks by; the token ends with it.
    """
    until = int((at + VALID).timestamp())
    uids = (export.uid.bytes, owner.uid.bytes, access.uid.bytes)
    named = _NAMED.pack(*uids, until, owner.token_version)
    return next(_tokens(named))


def named_by(token: str, *, at: datetime) -> Named | None:
    """What a token names; None for whatever this server did not sign, and for what ran out."""
    try:
        if len(token) != LENGTH or not token.isascii() or not token.startswith(PREFIX):
            raise ValueError("no token")
        padded = token[len(PREFIX) :] + "=" * (-(LENGTH - len(PREFIX)) % 4)
        named = base64.urlsafe_b64decode(padded)[: _NAMED.size]
        export, owner, access, until, token_version = _NAMED.unpack(named)
    except (ValueError, struct.error):
        return None
    # The whole token is compared: there is one way to write it.
    genuine = [constant_time_compare(token, one) for one in _tokens(named)]
    if not any(genuine) or at >= datetime.fromtimestamp(until, UTC):
        return None
    return Named(UUID(bytes=export), UUID(bytes=owner), UUID(bytes=access), token_version)


def _tokens(named: bytes) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        signature = salted_hmac("transfer.export", named, key, algorithm="sha256").digest()
        yield PREFIX + base64.urlsafe_b64encode(named + signature).decode().rstrip("=")
