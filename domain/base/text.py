"""Text as people type it: made uniform on the way in, taken apart for searching."""

import re
import unicodedata

from django.core.exceptions import ValidationError

MAX_WORD = 64
MAX_INDEX_BYTES = 1_000_000  # PostgreSQL refuses a tsvector of 1 MiB

_WORD = re.compile(r"[^\W_]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def tidy(text: str) -> str:
    """Trimmed, in Unicode's composed form (NFC): equal to the eye is equal to the database."""
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """What spellings that differ only in case have in common, whatever the database's language."""
    return unicodedata.normalize("NFC", tidy(text).casefold())


def is_storable(text: str) -> bool:
    """Whether it has neither NUL characters nor unpaired surrogates: PostgreSQL takes neither."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> None:
    """Refuse text that cannot be stored.

    Raises:
        ValidationError: with the code ``unstorable_text``.
    """
    if not is_storable(text):
        message = "Remove the NUL characters or unpaired surrogates: they cannot be stored."
        raise ValidationError(message, code="unstorable_text")


def storable_part(text: str) -> str:
    """A text without what cannot be stored."""
    return _UNSTORABLE.sub("", text)


def words(*texts: str) -> list[str]:
    """The distinct words of some texts: lower case, without accents, in order of appearance."""
    plain = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return list(dict.fromkeys(word[:MAX_WORD] for word in _WORD.findall(plain)))


def index_of(*texts: str) -> str:
    """The words of some texts as ``has_word`` searches them, as many as an index can take."""
    index = " ".join(words(*texts))
    return index.encode()[:MAX_INDEX_BYTES].decode(errors="ignore")
