"""Values that the database holds in encrypted form only."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(value: bytes, *, purpose: str) -> str:
    """Encrypt with the first of ``FIELD_ENCRYPTION_KEYS``.

    Args:
        purpose: what kind of value it is; one kind cannot be read as another.
    """
    return _keys(purpose).encrypt(value).decode()


def decrypt(sealed: str, *, purpose: str) -> bytes:
    """Read what ``encrypt`` made, with any of the keys.

    Raises:
        cryptography.fernet.InvalidToken: none of the keys fits, or it was tampered with.
    """
    return _keys(purpose).decrypt(sealed)


def encrypt_anew(sealed: str, *, purpose: str) -> str:
    """The same value under the first key, so that older ones can be taken away.

    Raises:
        cryptography.fernet.InvalidToken: none of the keys fits, or it was tampered with.
    """
    return _keys(purpose).rotate(sealed).decode()


def _keys(purpose: str) -> MultiFernet:
    return _derived(tuple(settings.FIELD_ENCRYPTION_KEYS), purpose)


@lru_cache(maxsize=16)
def _derived(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str, purpose: str) -> bytes:
    # Each purpose has keys of its own, so SECRET_KEY can stand in without being used twice.
    info = f"drillbook field encryption: {purpose}".encode()
    return urlsafe_b64encode(
        HKDF(SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    )
