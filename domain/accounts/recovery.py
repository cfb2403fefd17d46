"""Recovery codes: what to sign in with once when the authenticator app is gone."""

import hashlib
import re
import secrets
from uuid import UUID

COUNT = 10
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32
LENGTH = 20  # of 5 bits each: 100 bits
GROUP = 5

_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_SPACING = re.compile(r"[\s-]+")
# What is not in the alphabet was read wrongly off a sheet of paper.
_MISREAD = str.maketrans("018", "OIB")


def new_codes() -> list[str]:
    """Fresh codes, printed like ``ABCDE-FGHIJ-KLMNO-PQRST``."""
    return [_new_code() for _ in range(COUNT)]


def _new_code() -> str:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def without_spacing(code: str) -> str:
    """A code of any kind as it was typed, without spaces and hyphens."""
    return _SPACING.sub("", code)


def is_recovery_code(code: str) -> bool:
    """Whether it has the form of one, however it is spaced."""
    return _CODE.fullmatch(_plain(code)) is not None


def digest(code: str, *, person: UUID) -> str:
    """What is stored of a code. Equal codes of two people have different digests."""
    return hashlib.sha256(person.bytes + _plain(code).encode()).hexdigest()


def _plain(code: str) -> str:
    return without_spacing(code).upper().translate(_MISREAD)
