"""The key ring: which kinds of keys there are, and that each is good for one algorithm."""

import textwrap

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from schema import keys

# The Ed25519 key of the bytes 0 to 31: always the same, so that tests have the same names.
PRIVATE = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
PUBLIC = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
SECRET = "a-secret-that-is-long-enough-for-hs256"


def pem(value: str, kind: str) -> str:
    lines = "\n".join(textwrap.wrap(value, 64))
    return f"-----BEGIN {kind} KEY-----\n{lines}\n-----END {kind} KEY-----\n"


def of_another_kind(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_text_is_a_secret_for_hs256():
    key = keys.read(SECRET)

    assert (key.algorithm, key.verifying, key.signing) == ("HS256", SECRET, SECRET)


@pytest.mark.parametrize("value", [PRIVATE, pem(PRIVATE, "PRIVATE")])
def test_an_ed25519_key_is_for_eddsa(value):
    key = keys.read(value)

    assert key.algorithm == "EdDSA"
    key.verifying.verify(key.signing.sign(b"text"), b"text")


def test_a_pem_may_be_in_one_line():
    value = pem(PRIVATE, "PRIVATE").replace("\n", "\\n")

    assert keys.read(value).algorithm == "EdDSA"


@pytest.mark.parametrize("value", [PUBLIC, pem(PUBLIC, "PUBLIC")])
def test_a_public_key_verifies_and_does_not_sign(value):
    key = keys.read(value)

    assert (key.algorithm, key.signing) == ("EdDSA", None)
    key.verifying.verify(keys.read(PRIVATE).signing.sign(b"text"), b"text")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "short",
        PRIVATE[:-4],
        PRIVATE + "AAAA",
        PRIVATE[:-1] + "é",
        PUBLIC[:-8],
        pem("x" * 64, "PUBLIC"),
        pem("", "PRIVATE"),
        of_another_kind(rsa.generate_private_key(65537, 2048)),
        of_another_kind(ec.generate_private_key(ec.SECP256R1())),
        of_another_kind(ed448.Ed448PrivateKey.generate()),
    ],
)
def test_other_keys_are_refused_without_being_shown(value):
    with pytest.raises(ValueError, match=r"Ed25519|of length") as refusal:
        keys.read(value)

    assert not value or value[-12:] not in str(refusal.value)
