"""Codes of authenticator apps, and how an app learns its secret."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from domain.accounts import totp
from tests.authenticator import SECRET, STEP, App
from tests.factories import NOW

RFC_SECRET = b"12345678901234567890"
STEP_OF_NOW = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_takes_the_codes_of_rfc_6238(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)

    step = totp.matching_step(secret=RFC_SECRET, code=code, at=at, after=-1)

    assert step == seconds // 30
    assert App(RFC_SECRET).code(at) == code


@pytest.mark.parametrize(
    ("off", "step"),
    [(-2, None), (-1, STEP_OF_NOW - 1), (0, STEP_OF_NOW), (1, STEP_OF_NOW + 1), (2, None)],
)
def test_an_apps_clock_may_be_one_step_off(off, step):
    code = App(SECRET).code(NOW + off * STEP)

    assert totp.matching_step(secret=SECRET, code=code, at=NOW, after=-1) == step


@pytest.mark.parametrize(("after", "step"), [(-1, STEP_OF_NOW), (0, None), (1, None)])
def test_codes_of_used_steps_are_over(after, step):
    code = App(SECRET).code(NOW)

    found = totp.matching_step(secret=SECRET, code=code, at=NOW, after=STEP_OF_NOW + after)

    assert found == step


@pytest.mark.parametrize(
    "change",
    [
        lambda code: code[:5],
        lambda code: "0" + code,
        lambda code: f" {code}",
        lambda code: f"{code}\n",
        lambda code: f"+{code[1:]}",
        lambda code: f"{code[:3]}_{code[3:]}",
        lambda code: code.translate({ord(str(digit)): chr(0x660 + digit) for digit in range(10)}),
        lambda code: "",
        lambda code: code * 1000,
    ],
)
def test_a_code_is_exactly_six_digits(change):
    code = change(App(SECRET).code(NOW))

    assert totp.matching_step(secret=SECRET, code=code, at=NOW, after=-1) is None


def test_secrets_have_160_bits_and_differ():
    secrets = {totp.new_secret() for _ in range(100)}

    assert {len(secret) for secret in secrets} == {20}
    assert len(secrets) == 100


def test_the_uri_says_what_apps_need():
    uri = totp.otpauth_uri(secret=SECRET, account="a+b@example.com")

    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.path) == (
        "otpauth",
        "totp",
        "/Drillbook:a%2Bb%40example.com",
    )
    assert parse_qs(parts.query) == {
        "secret": [totp.base32(SECRET)],
        "issuer": ["Drillbook"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_the_typed_secret_is_base32_without_padding():
    assert totp.base32(b"\x00" * 20) == "A" * 32
    assert App.typed_in(totp.base32(SECRET)).code(NOW) == App(SECRET).code(NOW)


def test_the_qr_code_is_an_svg_document_that_scales():
    svg = totp.qr_code(totp.otpauth_uri(secret=SECRET, account="user@example.com"))

    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "viewBox" in root.attrib
    assert "width" not in root.attrib
    assert "<script" not in svg
    assert "style" not in svg


def test_half_a_minute_is_enough_to_type_a_code():
    code = App(SECRET).code(NOW)

    late = totp.matching_step(secret=SECRET, code=code, at=NOW + timedelta(seconds=30), after=-1)

    assert late == STEP_OF_NOW
