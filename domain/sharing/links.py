"""Tokens of the addresses of shared pictures: a link's id, signed by the server.

Nothing secret is stored, so a link's owner can look its address up again. Whether a token still
opens anything is said by the link's row.
"""

import base64
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from domain.sharing.models import ShareLink

# Logs leave out what begins so (project/logging.py).
PREFIX = "dbs_"
_UID_ENDS = len(PREFIX) + 32
LENGTH = _UID_ENDS + 43  # 32 bytes in base64


def token_of(link: ShareLink) -> str:
    """The token of a link, of URL-safe characters; the same whenever it is asked for."""
    return next(_tokens(link.uid))


def uid_in(token: str) -> UUID | None:
    """The id of the link whose token this is; None for whatever this server did not sign."""
    try:
        if len(token) != LENGTH or not token.isascii():
            raise ValueError("no token")
        uid = UUID(hex=token[len(PREFIX) : _UID_ENDS])
    except ValueError:
        return None
    # The whole token is compared: there is one way to write it.
    genuine = [constant_time_compare(token, one) for one in _tokens(uid)]
    return uid if any(genuine) else None


def _tokens(uid: UUID) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        signed = salted_hmac("sharing.picture", uid.hex, key, algorithm="sha256")
        signature = base64.urlsafe_b64encode(signed.digest()).decode().rstrip("=")
        yield f"{PREFIX}{uid.hex}{signature}"
