"""Access tokens: what is in them, and that nothing else than a good one opens the API."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as current
from django.test import Client

from domain.accounts.models import AuthSession, User
from domain.accounts.services import sessions
from schema import keys, tokens
from tests.client import access_token
from tests.factories import NOW
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

VIEWER = "{ viewer { email } }"
VERIFY = (
    "mutation ($token: String!) { verifyToken(input: {token: $token}) { isValid expiresAt code } }"
)
KEY = current.JWT_KEYS["testing"]
HEADER = {"typ": "at+jwt", "kid": "testing"}
# What an attacker has: keys of their own, and the public halves of ours.
OWN_KEY, OWN_PUBLIC = keys.new_pair()
ED_KEY, ED_PUBLIC = keys.new_pair()
ED_HEADER = {"typ": "at+jwt", "kid": "ed"}
ED_RAW = base64.urlsafe_b64encode(base64.b64decode(ED_PUBLIC)[-32:]).decode().rstrip("=")
OWN_RAW = base64.urlsafe_b64encode(base64.b64decode(OWN_PUBLIC)[-32:]).decode().rstrip("=")
OWN_JWK = {"kty": "OKP", "crv": "Ed25519", "x": OWN_RAW}
ELSEWHERE = "https://evil.example/keys.json"
OTHER_PATHS = ["/health/live", "/graphql/schema.graphql", "/admin/login/", "/nowhere"]


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims: dict[str, Any], *, key: str = KEY, alg: str = "HS256", **header: Any) -> str:
    """A token as only we could sign it, unless another key is given."""
    return jwt.encode(claims, key, algorithm=alg, headers=HEADER | header)


def eddsa(claims: dict[str, Any], *, key: str = OWN_KEY, **header: Any) -> str:
    """A token under an Ed25519 key, the attacker's own unless another one is given."""
    signing: Any = keys.read(key).signing
    return jwt.encode(claims, signing, algorithm="EdDSA", headers=HEADER | header)


def hmac_by(secret: bytes, claims: dict[str, Any], **header: Any) -> str:
    """A token whose HMAC secret is any bytes, such as a public key that everybody knows."""
    signed_part = raw({"alg": "HS256"} | HEADER | header, claims)[:-1]
    digest = hmac.digest(secret, signed_part.encode(), "sha256")
    return f"{signed_part}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def raw(header: Any, claims: Any, signature: str = "") -> str:
    """A token put together by hand."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
             for part in (header, claims)]  # fmt: skip
    return ".".join([*parts, signature])


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


# From the claims of a good token: a token that must open nothing.
ATTACKS = {
    "no signature": lambda c: raw({"alg": "none"} | HEADER, c),
    "algorithm NONE": lambda c: raw({"alg": "NONE"} | HEADER, c),
    "no algorithm": lambda c: raw(HEADER, c, "abc"),
    "unsigned": lambda c: raw({"alg": "HS256"} | HEADER, c),
    "another key": lambda c: signed(c, key="another-key-that-is-long-enough-for-hs256"),
    "django's key": lambda c: signed(c, key=current.SECRET_KEY.ljust(32, "-")),
    "another algorithm": lambda c: signed(c, key=KEY.ljust(64, "-"), alg="HS512"),
    "RSA by name": lambda c: raw({"alg": "RS256"} | HEADER, c, "abc"),
    "another issuer": lambda c: signed(c | {"iss": "drillbook2"}),
    "another audience": lambda c: signed(c | {"aud": "drillbook-admin"}),
    "audience among others": lambda c: signed(c | {"aud": ["drillbook-api", "x"]}),
    "another type": lambda c: signed(c, typ="JWT"),
    "type of another token": lambda c: signed(c, typ="2fa+jwt"),
    "unknown key id": lambda c: signed(c, kid="retired"),
    "path as key id": lambda c: signed(c, kid="../../dev/null"),
    "number as key id": lambda c: raw({"alg": "HS256", "typ": "at+jwt", "kid": 1}, c, "abc"),
    "list as key id": lambda c: raw({"alg": "HS256", "typ": "at+jwt", "kid": []}, c, "abc"),
    "no key id": lambda c: jwt.encode(c, KEY, algorithm="HS256", headers={"typ": "at+jwt"}),
    "critical header": lambda c: signed(c, crit=["x"], x=1),
    "key in the header": lambda c: signed(c, key="a" * 40, jwk={"kty": "oct", "k": "YWFh"}),
    "EdDSA under the id of a secret": lambda c: eddsa(c),
    "EdDSA with its key in the header": lambda c: eddsa(c, jwk=OWN_JWK),
    "EdDSA with its key elsewhere": lambda c: eddsa(c, jku=ELSEWHERE, kid="evil"),
    "EdDSA with a certificate elsewhere": lambda c: eddsa(c, x5u=ELSEWHERE),
    "EdDSA with a certificate": lambda c: eddsa(c, x5c=[OWN_PUBLIC]),
    "our key elsewhere": lambda c: hmac_by(b"evil", c, jku=ELSEWHERE, x5u=ELSEWHERE),
    "empty secret": lambda c: hmac_by(b"", c),
    "EdDSA by name": lambda c: signed(c).replace(
        signed(c).split(".")[0], raw({"alg": "EdDSA"} | HEADER, c).split(".")[0]
    ),
    "ES256 by name": lambda c: raw({"alg": "ES256"} | HEADER, c, "abc"),
    "PS256 by name": lambda c: raw({"alg": "PS256"} | HEADER, c, "abc"),
    "algorithm as list": lambda c: raw({"alg": ["HS256"]} | HEADER, c, "abc"),
    "critical b64": lambda c: signed(c, crit=["b64"], b64=False),
    "critical header that is no list": lambda c: signed(c, crit="x"),
    "token within a token": lambda c: signed({"payload": signed(c)}, cty="JWT"),
    "token for claims": lambda c: raw({"alg": "HS256", "cty": "JWT"} | HEADER, signed(c), "abc"),
    "token for a key id": lambda c: signed(c, kid=signed(c)),
    "key id of a query": lambda c: signed(c, kid="testing' OR '1'='1"),
    "key id in upper case": lambda c: signed(c, kid="TESTING"),
    "encrypted": lambda c: raw({"alg": "dir", "enc": "A256GCM"} | HEADER, c, "a.b.c"),
    "not yet valid": lambda c: signed(c | {"nbf": c["nbf"] + 60}),
    "issued in the future": lambda c: signed(c | {"iat": c["iat"] + 60}),
    "expiry as text": lambda c: signed(c | {"exp": "tomorrow"}),
    "expiry without end": lambda c: signed(c | {"exp": 10**30}),
    "issued without end": lambda c: signed(c | {"iat": -(10**30)}),
    "session that is no id": lambda c: signed(c | {"sid": "1"}),
    "session as number": lambda c: signed(c | {"sid": 1}),
    "session as object": lambda c: signed(c | {"sid": {}}),
    "unknown session": lambda c: signed(c | {"sid": "0" * 32}),
    "person as number": lambda c: raw({"alg": "HS256"} | HEADER, c | {"sub": 1}, "abc"),
    "unknown person": lambda c: signed(c | {"sub": "0" * 32}),
    "version as text": lambda c: signed(c | {"ver": "0"}),
    "version as boolean": lambda c: signed(c | {"ver": False}),
    "version as fraction": lambda c: signed(c | {"ver": 0.0}),
    "older version": lambda c: signed(c | {"ver": -1}),
    "newer version": lambda c: signed(c | {"ver": 1}),
    "huge version": lambda c: signed(c | {"ver": 10**30}),
    "claims that are a list": lambda c: raw({"alg": "HS256"} | HEADER, [c], "abc"),
    "claims that are text": lambda c: raw({"alg": "HS256"} | HEADER, "x", "abc"),
    "header that is text": lambda c: raw("x", c, "abc"),
    "claims of gqlauth": lambda c: signed({"payload": json.dumps({"id": 1})}),
    "tampered claims": lambda c: raw({"alg": "HS256"} | HEADER, c | {"ver": 0}, signed(c)[-43:]),
    "too long": lambda c: signed(c | {"x": "y" * 5000}),
    "much too long": lambda c: "a" * 200_000,
    "two parts": lambda c: signed(c).rpartition(".")[0],
    "four parts": lambda c: signed(c) + ".x",
    "cut short": lambda c: signed(c)[:-1],
    "dots": lambda c: "..",
    "text": lambda c: "secret",
    "not base64": lambda c: "é.ü.ö",
    "with a space": lambda c: signed(c).replace(".", ". ", 1),
    "quoted": lambda c: f'"{signed(c)}"',
} | {
    f"no {name}": lambda c, name=name: signed(without(c, name))
    for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "ver")
}  # fmt: skip


@pytest.fixture
def good(user: User) -> str:
    """A token that opens the API."""
    return access_token(user)


@time_machine.travel(NOW, tick=False)
def test_token_has_exactly_these_headers_and_claims(user):
    opened = sessions.open_session(user=user, at=NOW)

    token = tokens.issue(opened.session).token

    claims = claims_of(token)
    assert jwt.get_unverified_header(token) == {"alg": "HS256"} | HEADER
    assert len(claims.pop("jti")) == 32
    assert claims == {
        "iss": "drillbook",
        "aud": "drillbook-api",
        "sub": str(user.uid),
        "sid": str(opened.session.uid),
        "ver": 0,
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 15 * 60,
        "amr": ["pwd"],
    }


def test_two_tokens_of_the_same_second_differ(user):
    assert access_token(user) != access_token(user)


def test_good_token_opens_the_api(good, graphql):
    assert graphql(VIEWER, token=good).only == {"email": "user@example.com"}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_forged_token_opens_nothing(attack, good, graphql):
    forged = ATTACKS[attack](claims_of(good))

    with nothing_changes():
        answer = graphql(VIEWER, token=forged)
        checked = _verified(graphql, forged)

    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.status == 200
    assert checked == {"isValid": False, "expiresAt": None, "code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_bad_token_makes_no_difference_elsewhere(path, good, db):
    bad = [ATTACKS[attack](claims_of(good)) for attack in sorted(ATTACKS)]
    client = Client(raise_request_exception=False)
    expected = client.get(path).status_code

    statuses = {
        client.get(path, headers={"Authorization": f"JWT {token}"}).status_code for token in bad
    }

    assert statuses == {expected}
    assert expected < 500


def test_own_session_does_not_fit_another_person(good, graphql, stranger):
    claims = claims_of(good)
    theirs = claims_of(access_token(stranger))

    for mixed in ({"sub": theirs["sub"]}, {"sid": theirs["sid"]}):
        assert graphql(VIEWER, token=signed(claims | mixed)).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("seconds", "codes"), [(15 * 60 + 4, []), (15 * 60 + 6, ["TOKEN_EXPIRED"])]
)
def test_token_expires_after_15_minutes_and_5_seconds_of_grace(seconds, codes, user, graphql):
    with time_machine.travel(NOW, tick=False):
        token = access_token(user)

    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        answer = graphql(VIEWER, token=token)
        checked = _verified(graphql, token)

    assert answer.codes == codes
    assert checked["isValid"] is (not codes)
    assert checked["code"] == (codes[0] if codes else None)


def test_expired_token_of_a_stranger_to_us_is_not_called_expired(good, graphql):
    claims = claims_of(good) | {"exp": 1}

    answer = graphql(VIEWER, token=signed(claims, key="another-key-that-is-long-enough-for-hs256"))

    assert answer.codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    "change",
    [
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).update(token_version=1),
        lambda user: AuthSession.objects.update(revoked_at=NOW),
        lambda user: AuthSession.objects.update(expires_at=NOW),
        lambda user: AuthSession.objects.all().delete(),
        lambda user: user.delete(),
    ],
    ids=["deactivated", "signed out everywhere", "revoked", "ran out", "forgotten", "deleted"],
)
def test_access_ends_at_once(change, user, good, graphql):
    change(user)

    assert graphql(VIEWER, token=good).codes == ["UNAUTHENTICATED"]
    assert _verified(graphql, good)["code"] == "UNAUTHENTICATED"
    for path in OTHER_PATHS:
        assert graphql.http.get(path, headers={"Authorization": f"Bearer {good}"}).status_code < 500


def test_retired_key_is_accepted_until_it_is_removed(good, graphql, settings):
    settings.JWT_KEYS = {"new": "a-new-key-that-is-long-enough-for-hs256"} | settings.JWT_KEYS

    assert graphql(VIEWER, token=good).codes == []

    settings.JWT_KEYS = {"new": "a-new-key-that-is-long-enough-for-hs256"}

    assert graphql(VIEWER, token=good).codes == ["UNAUTHENTICATED"]


@pytest.fixture
def ed_good(user, settings):
    """A token of a ring whose first key is an Ed25519 key."""
    settings.JWT_KEYS = {"ed": ED_KEY} | settings.JWT_KEYS
    return access_token(user)


def test_ed25519_key_signs_by_eddsa(ed_good, graphql):
    assert jwt.get_unverified_header(ed_good) == {"alg": "EdDSA"} | ED_HEADER
    assert graphql(VIEWER, token=ed_good).only == {"email": "user@example.com"}


def test_public_half_verifies(ed_good, graphql, settings):
    settings.JWT_KEYS = {"testing": KEY, "ed": ED_PUBLIC}

    assert graphql(VIEWER, token=ed_good).codes == []


def test_keys_of_both_kinds_replace_each_other_without_signing_anyone_out(good, graphql, settings):
    """A secret signed; an Ed25519 key takes over; then the secret goes."""
    settings.JWT_KEYS = {"ed": ED_KEY, "testing": KEY}
    session = AuthSession.objects.get()
    newer = tokens.issue(session).token

    assert [graphql(VIEWER, token=token).codes for token in (good, newer)] == [[], []]

    settings.JWT_KEYS = {"ed": ED_KEY}

    codes = [graphql(VIEWER, token=token).codes for token in (good, newer)]
    assert codes == [["UNAUTHENTICATED"], []]


CONFUSIONS = {
    "base64 of the public key as secret": lambda c: hmac_by(ED_PUBLIC.encode(), c, kid="ed"),
    "public key as secret": lambda c: hmac_by(base64.b64decode(ED_PUBLIC), c, kid="ed"),
    "raw public key as secret": lambda c: hmac_by(base64.b64decode(ED_PUBLIC)[-32:], c, kid="ed"),
    "public PEM as secret": lambda c: hmac_by(
        f"-----BEGIN PUBLIC KEY-----\n{ED_PUBLIC}\n-----END PUBLIC KEY-----\n".encode(), c, kid="ed"
    ),
    "text of the public key": lambda c: hmac_by(ED_RAW.encode(), c, kid="ed"),
    "the other key's secret": lambda c: hmac_by(KEY.encode(), c, kid="ed"),
    "the other key's id": lambda c: eddsa(c, key=ED_KEY, kid="testing"),
    "another Ed25519 key": lambda c: eddsa(c, kid="ed"),
    "another one in the header": lambda c: eddsa(c, kid="ed", jwk=OWN_JWK),
    "no signature": lambda c: raw({"alg": "none"} | ED_HEADER, c),
    "empty signature": lambda c: raw({"alg": "EdDSA"} | ED_HEADER, c),
    "zeros for a signature": lambda c: raw({"alg": "EdDSA"} | ED_HEADER, c, "A" * 86),
    "RS256 by name": lambda c: raw({"alg": "RS256"} | ED_HEADER, c, "A" * 86),
    "Ed448 by name": lambda c: raw({"alg": "Ed448"} | ED_HEADER, c, "A" * 86),
}


@pytest.mark.parametrize("confusion", sorted(CONFUSIONS))
def test_a_key_is_good_for_its_own_algorithm_only(confusion, ed_good, graphql):
    forged = CONFUSIONS[confusion](claims_of(ed_good))

    with nothing_changes():
        answer = graphql(VIEWER, token=forged)

    assert answer.codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    "scheme", ["Bearer", "bearer", "BEARER", "JWT", "jwt", "Bearer ", "JWT   "]
)
def test_scheme_is_bearer_or_jwt_in_any_case(scheme, good, graphql):
    answer = graphql.send({"query": VIEWER}, headers={"Authorization": f"{scheme} {good}"})

    assert answer.only == {"email": "user@example.com"}


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "Bearer", "Bearer ", "Bearer  ", "{}", "Basic {}", "Token {}", "Bearer{}",
        "Bearer, {}", "Bearer {}, Bearer {}", "Bearer Bearer {}", "JWT JWT {}", "Bearer:{}",
        "Digest username=\"x\"", "Bearer \x7f", "Bearer é", "Bearer " + "." * 5000,
    ],
)  # fmt: skip
def test_odd_authorization_is_nobody(value, good, graphql):
    header = {"Authorization": value.replace("{}", good)}

    assert graphql.send({"query": VIEWER}, headers=header).codes == ["UNAUTHENTICATED"]
    assert graphql.send({"query": "{ __typename }"}, headers=header).only == "Query"


def test_token_elsewhere_than_in_the_header_is_not_read(good, graphql):
    graphql.http.cookies["Authorization"] = f"Bearer {good}"

    answers = [
        graphql.get(query=VIEWER, token_=good, access_token=good, authorization=f"Bearer {good}"),
        graphql.send({"query": VIEWER, "token": good, "extensions": {"token": good}}),
        graphql.send({"query": VIEWER}, headers={"X-Authorization": f"Bearer {good}"}),
    ]

    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"]] * 3


@pytest.mark.parametrize("prefix", ["", "/prefix"])
def test_admin_cookie_does_not_open_the_api(prefix, admin, graphql):
    """Otherwise another site could send a manager's browser here: the API checks no CSRF token."""
    graphql.http.force_login(admin)

    answer = graphql.send({"query": VIEWER}, SCRIPT_NAME=prefix)

    assert answer.codes == ["UNAUTHENTICATED"]


def test_token_works_behind_a_path_prefix(good, graphql):
    answer = graphql.send({"query": VIEWER}, token=good, SCRIPT_NAME="/prefix")

    assert answer.only == {"email": "user@example.com"}


def test_token_outweighs_the_admin_cookie(good, admin, graphql):
    graphql.http.force_login(admin)

    assert graphql(VIEWER, token=good).only == {"email": "user@example.com"}


def _verified(graphql: Any, token: str) -> Any:
    body = {"query": VERIFY, "variables": {"token": token}}
    return graphql.send(body).only
