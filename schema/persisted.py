"""Operations that are named by the SHA-256 of their text, so that the text is sent once.

By itself it is Apollo's protocol, "automatic persisted queries": any document that was valid may be
named from then on. With a list of operations (PERSISTED_OPERATIONS) only those of the list are
executed. Either way the text is executed as if it had been sent, with all that is checked of it.
"""

import re
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from cross_web import HTTPException
from django.conf import settings
from django.core.cache import cache
from graphql import Token, TokenKind
from strawberry.http import GraphQLRequestData

from domain.base import counting
from schema.documents import parsed

# Clients of the protocol know it by this word, and send the text then.
NOT_FOUND = "PersistedQueryNotFound"
NOT_LISTED = (
    "This server executes only the operations of its list. Send one of them as it is there, or its "
    "hash in extensions.persistedQuery.sha256Hash; the operator adds others."
)
LIFETIME_SECONDS = 24 * 60 * 60
# No more can be kept than these together: 20 MB a day.
LONGEST_BYTES = 10_000
MOST_A_DAY = 2_000
MOST_A_DAY_OF_PERSON = 200

FREE_TEXT = (TokenKind.STRING, TokenKind.BLOCK_STRING, TokenKind.COMMENT)

_HASH = re.compile("[0-9a-f]{64}")


def fill_in(asked: GraphQLRequestData) -> None:
    """Put the text into a request that names it.

    Raises:
        HTTPException: 200 and ``NOT_FOUND`` of a hash that is not known, as the protocol wants it;
            403 of what the list does not have; 400 of a hash that is none, or another text's.
    """
    named = _named_by(asked.extensions)
    if asked.query and named not in (None, hash_of(asked.query)):
        raise HTTPException(400, "sha256Hash is not the SHA-256 of the query in UTF-8.")
    if settings.PERSISTED_OPERATIONS is not None:
        name = named or hash_of(asked.query or "")
        if name not in settings.PERSISTED_OPERATIONS:
            raise HTTPException(403, NOT_LISTED)
        asked.query = settings.PERSISTED_OPERATIONS[name]
    elif named and not asked.query:
        asked.query = _stored(named)
        if asked.query is None:
            raise HTTPException(200, NOT_FOUND)
        asked.extensions = None  # so that it is not looked for again, to be kept


def keep(asked: GraphQLRequestData, *, person: str | None, at: datetime) -> None:
    """Store the text of an operation that began to run, if the client gave its hash.

    Args:
        person: whose documents they are, for the limit; of nobody, none is kept.
    """
    named, text = _named_by(asked.extensions), asked.query
    if named is None or not text or settings.PERSISTED_OPERATIONS is not None:
        return
    asked.extensions = None  # a stream is executed again and again
    if person is None or len(text.encode()) > LONGEST_BYTES or _has_free_text(text):
        return
    if _stored(named) is not None or _is_one_too_many(person, at):
        return
    if not counting.store.is_away():
        cache.set(_key(named), text, timeout=LIFETIME_SECONDS)


def hash_of(text: str) -> str:
    """The name of a text."""
    return sha256(text.encode()).hexdigest()


def _named_by(extensions: dict[str, Any] | None) -> str | None:
    """The hash that a request gives; None if it gives none."""
    asked = (extensions or {}).get("persistedQuery")
    if asked is None:
        return None
    named = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not isinstance(named, str) or asked.get("version") != 1 or not _HASH.fullmatch(named):
        form = 'extensions.persistedQuery must be {"version": 1, "sha256Hash": "<64 hex digits>"}.'
        raise HTTPException(400, form)
    return named


def _stored(named: str) -> str | None:
    if counting.store.is_away():
        return None
    text = cache.get(_key(named))
    # django-redis answers None where it could not ask; of whether there is a key, only then.
    if text is None and cache.has_key(_key(named)) is None:
        counting.store.note_loss()
    # Others may write to the cache as well.
    return text if isinstance(text, str) and hash_of(text) == named else None


def _has_free_text(text: str) -> bool:
    """Whether there may be a secret in it: whoever guesses a document learns that it was kept."""
    token: Token | None = parsed(text).loc.start_token  # type: ignore[union-attr]
    while token is not None:
        if token.kind in FREE_TEXT:
            return True
        token = token.next
    return False


def _is_one_too_many(person: str, at: datetime) -> bool:
    day = partial(counting.count, window_seconds=LIFETIME_SECONDS, at=at)
    if day("persisted.person", person).number > MOST_A_DAY_OF_PERSON:
        return True
    return day("persisted.all", "").number > MOST_A_DAY


def _key(named: str) -> str:
    return f"persisted:{named}"
