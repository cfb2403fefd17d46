"""The keys of access tokens: what kind each is, and the one algorithm that it is good for.

A key is either a secret text (HS256) or an Ed25519 key (EdDSA) as PEM or as the base64 of it. The
algorithm follows from the key that ``kid`` names, never from the token.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

SHORTEST_SECRET = 32
# How the base64 of every Ed25519 key begins (RFC 8410), so that no secret is taken for one.
PRIVATE = "MC4CAQAwBQYDK2VwBCIEI"
PUBLIC = "MCowBQYDK2VwAyEA"


@dataclass(frozen=True)
class Key:
    """One key of the ring."""

    algorithm: str
    verifying: str | Ed25519PublicKey
    signing: str | Ed25519PrivateKey | None


# Every request looks for its key; there are few.
@lru_cache(maxsize=32)
def read(value: str) -> Key:
    """What a configured key is.

    Raises:
        ValueError: too short a secret, or a key of another kind; says so without showing it.
    """
    body = _without_armour(value)
    if not body.startswith((PRIVATE, PUBLIC)):
        if body != value:
            raise ValueError("a PEM that is no Ed25519 key")
        if len(value) < SHORTEST_SECRET:
            raise ValueError(f"one of length {len(value)}")
        return Key("HS256", verifying=value, signing=value)
    try:
        der = base64.b64decode(body, validate=True)
        if body.startswith(PUBLIC):
            public = cast(Ed25519PublicKey, load_der_public_key(der))
            return Key("EdDSA", verifying=public, signing=None)
        private = cast(Ed25519PrivateKey, load_der_private_key(der, password=None))
        return Key("EdDSA", verifying=private.public_key(), signing=private)
    except ValueError as broken:
        raise ValueError("an Ed25519 key that cannot be read") from broken


def new_pair() -> tuple[str, str]:
    """A new Ed25519 key: what signs, and what only verifies."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()


def _without_armour(value: str) -> str:
    # In one line, a PEM has \n for its line breaks.
    lines = value.replace("\\n", "\n").strip().splitlines()
    if not lines[:1] or not lines[0].startswith("-----BEGIN "):
        return value
    return "".join(line.strip() for line in lines[1:-1])
