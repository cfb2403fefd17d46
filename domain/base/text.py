"""Text as people type it: made uniform on the way in, taken apart for searching."""

import re
import string
import unicodedata

from django.core.exceptions import ValidationError

MAX_WORD = 64
MAX_INDEX_BYTES = 1_000_000  # PostgreSQL refuses a tsvector of 1 MiB

_WORD = re.compile(r"[^\W_]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LOWER_ASCII = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def tidy(text: str) -> str:
    """Trimmed, in Unicode's composed form (NFC): equal to the eye is equal to the database."""
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """What spellings that differ only in case have in common, whatever the database's language."""
    return unicodedata.normalize("NFC", tidy(text).casefold())


def ascii_lower(text: str) -> str:
    """With a to z for A to Z: what both databases can compute of a column, too."""
    return text.translate(_LOWER_ASCII)


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


# Between what a row is called and what else is said of it, in its searchable words.
END_OF_NAME = "."


def index_of(name: str, text: str = "") -> str:
    """The words of a row as ``has_word`` searches them, as many as an index can take.

    Those of its name come first. If others follow, END_OF_NAME parts them, which no word has in it.
    """
    named = words(name)
    others = words(name, text)[len(named) :]
    index = " ".join([*named, END_OF_NAME, *others] if others else named)
    return index.encode()[:MAX_INDEX_BYTES].decode(errors="ignore")
