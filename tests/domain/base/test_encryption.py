"""Values are encrypted with the first key, and read with any."""

import pytest
from cryptography.fernet import InvalidToken

from domain.base.encryption import decrypt, encrypt, encrypt_anew

OLD, NEW = "o" * 32, "n" * 32


def test_what_was_encrypted_can_be_read():
    sealed = encrypt(b"\x00secret\xff", purpose="totp")

    assert decrypt(sealed, purpose="totp") == b"\x00secret\xff"
    assert "secret" not in sealed


def test_equal_values_look_different():
    assert encrypt(b"secret", purpose="totp") != encrypt(b"secret", purpose="totp")


def test_one_kind_of_value_cannot_be_read_as_another():
    sealed = encrypt(b"secret", purpose="totp")

    with pytest.raises(InvalidToken):
        decrypt(sealed, purpose="webhook")


@pytest.mark.parametrize("position", [0, 20, 60, -2])
def test_a_changed_value_is_refused(position):
    sealed = list(encrypt(b"secret", purpose="totp"))
    sealed[position] = "A" if sealed[position] != "A" else "B"

    with pytest.raises(InvalidToken):
        decrypt("".join(sealed), purpose="totp")


def test_an_older_key_still_reads(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = encrypt(b"secret", purpose="totp")

    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    assert decrypt(sealed, purpose="totp") == b"secret"


def test_the_first_key_encrypts(settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    sealed = encrypt(b"secret", purpose="totp")

    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    assert decrypt(sealed, purpose="totp") == b"secret"


def test_encrypting_anew_makes_an_older_key_superfluous(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = encrypt(b"secret", purpose="totp")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    renewed = encrypt_anew(sealed, purpose="totp")

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(renewed, purpose="totp") == b"secret"
    with pytest.raises(InvalidToken):
        decrypt(sealed, purpose="totp")
