"""Codes of authenticator apps (RFC 6238), and how an app learns a secret."""

import re
import secrets
from base64 import b32encode
from datetime import datetime
from io import BytesIO
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import TOTP

ISSUER = "Drillbook"
SECRET_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
TOLERANCE_STEPS = 1  # an app's clock may be half a minute off, and typing takes time

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_secret() -> bytes:
    """A secret of 160 bits."""
    return secrets.token_bytes(SECRET_BYTES)


def base32(secret: bytes) -> str:
    """A secret as people type it into an app."""
    return b32encode(secret).decode().rstrip("=")


def matching_step(*, secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """The time step that a code is for, or None if it is not good now.

    Args:
        code: six digits.
        after: the step of the last code that was used; it and earlier ones are over.
    """
    if not _CODE.fullmatch(code):
        return None
    totp = TOTP(secret, step=STEP_SECONDS, digits=DIGITS)
    totp.time = at.timestamp()
    matches = totp.verify(int(code), tolerance=TOLERANCE_STEPS, min_t=after + 1)
    return int(totp.t()) if matches else None


def otpauth_uri(*, secret: bytes, account: str) -> str:
    """What an app reads from a QR code; ``account`` is how it names the entry."""
    settings = {
        "secret": base32(secret),
        "issuer": ISSUER,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{quote(f'{ISSUER}:{account}', safe=':')}?{urlencode(settings)}"


def qr_code(text: str) -> str:
    """A QR code as an SVG document, black on white, that scales to the size of its place."""
    svg = BytesIO()
    segno.make(text, error="m", micro=False).save(
        svg, kind="svg", border=4, light="#fff", omitsize=True,
        xmldecl=False, svgclass=None, lineclass=None, nl=False,
    )  # fmt: skip
    return svg.getvalue().decode()
