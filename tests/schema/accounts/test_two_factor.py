"""Two-factor sign-in over HTTP, and what its tokens are good for."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import jwt
import pytest
import time_machine
from django.conf import settings as current

from domain.accounts.models import TwoFactorChallenge, User
from domain.accounts.services import challenges
from schema import tokens
from tests.authenticator import RECOVERY_CODE, STEP, App, with_two_factor
from tests.client import access_token
from tests.factories import NOW, PASSWORD, UserFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

INFO = "... on OperationInfo { messages { kind field code message } }"
SESSION = "accessToken refreshToken expiresAt viewer { email twoFactorEnabled recoveryCodesLeft }"
SIGN_IN = f"""
  mutation ($input: SignInInput!) {{
    signIn(input: $input) {{
      __typename
      ... on Session {{ {SESSION} }}
      ... on TwoFactorChallenge {{ challengeToken expiresAt }}
      {INFO}
    }}
  }}
"""
COMPLETE = f"""
  mutation ($challengeToken: String!, $code: String!) {{
    completeTwoFactor(input: {{challengeToken: $challengeToken, code: $code}}) {{
      ... on Session {{ {SESSION} }}
      {INFO}
    }}
  }}
"""
ENROL = f"""
  mutation ($password: String!) {{
    enrolTwoFactor(input: {{password: $password}}) {{
      ... on TwoFactorEnrolment {{ secret otpauthUri qrCodeSvg }}
      {INFO}
    }}
  }}
"""
CONFIRM = f"""
  mutation ($code: String!) {{
    confirmTwoFactor(input: {{code: $code}}) {{
      ... on TwoFactorConfirmation {{ recoveryCodes session {{ {SESSION} }} }}
      {INFO}
    }}
  }}
"""
DISABLE = f"""
  mutation ($password: String!, $code: String!) {{
    disableTwoFactor(input: {{password: $password, code: $code}}) {{
      ... on Session {{ {SESSION} }}
      {INFO}
    }}
  }}
"""
REGENERATE = f"""
  mutation ($password: String!, $code: String!) {{
    regenerateRecoveryCodes(input: {{password: $password, code: $code}}) {{
      ... on RecoveryCodes {{ recoveryCodes }}
      {INFO}
    }}
  }}
"""
CHANGE_PASSWORD = f"""
  mutation ($input: ChangePasswordInput!) {{
    changePassword(input: $input) {{ ... on Session {{ {SESSION} }} {INFO} }}
  }}
"""
REFRESH = f"""
  mutation ($refreshToken: String!) {{
    refreshToken(input: {{refreshToken: $refreshToken}}) {{ ... on Session {{ {SESSION} }} {INFO} }}
  }}
"""
VIEWER = "{ viewer { email twoFactorEnabled recoveryCodesLeft } }"
KEY = current.JWT_KEYS["testing"]
NEED_A_CALLER = {
    ENROL: {"password": PASSWORD},
    CONFIRM: {"code": "123456"},
    DISABLE: {"password": PASSWORD, "code": "123456"},
    REGENERATE: {"password": PASSWORD, "code": "123456"},
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """Stands still until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(user: User) -> App:
    return with_two_factor(user)


def asked(graphql: Any, user: User) -> str:
    """The challenge token that the password gives."""
    answer = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only
    assert answer["__typename"] == "TwoFactorChallenge"
    return answer["challengeToken"]


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


# --- The whole story ------------------------------------------------------------------------------


def test_from_enrolling_to_signing_in_to_disabling(graphql, user, clock):
    token = access_token(user)
    enrolment = graphql(ENROL, token=token, password=PASSWORD).only
    app = App.typed_in(enrolment["secret"])
    assert graphql(VIEWER, token=token).only["twoFactorEnabled"] is False

    confirmed = graphql(CONFIRM, token=token, code=app.code(NOW)).only

    assert len(set(confirmed["recoveryCodes"])) == 10
    assert confirmed["session"]["viewer"]["twoFactorEnabled"] is True
    assert graphql(VIEWER, token=token).codes == ["UNAUTHENTICATED"]
    token = confirmed["session"]["accessToken"]
    assert graphql(VIEWER, token=token).only["recoveryCodesLeft"] == 10

    clock.move_to(NOW + STEP)
    challenge = asked(graphql, user)
    session = graphql(COMPLETE, challengeToken=challenge, code=app.code(NOW + STEP)).only
    assert session["viewer"]["email"] == user.email

    code = confirmed["recoveryCodes"][3]
    session = graphql(COMPLETE, challengeToken=asked(graphql, user), code=code).only
    assert session["viewer"]["recoveryCodesLeft"] == 9

    clock.move_to(NOW + 2 * STEP)
    code = app.code(NOW + 2 * STEP)
    disabled = graphql(DISABLE, token=session["accessToken"], password=PASSWORD, code=code).only
    assert disabled["viewer"] == {
        "email": user.email,
        "twoFactorEnabled": False,
        "recoveryCodesLeft": 0,
    }
    assert graphql(VIEWER, token=session["accessToken"]).codes == ["UNAUTHENTICATED"]
    signed_in = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only
    assert signed_in["__typename"] == "Session"


def test_enrolment_can_be_typed_opened_and_scanned(graphql, user):
    enrolment = graphql(ENROL, as_user=user, password=PASSWORD).only

    assert len(enrolment["secret"]) == 32
    assert enrolment["otpauthUri"] == (
        f"otpauth://totp/Drillbook:user%40example.com?secret={enrolment['secret']}"
        "&issuer=Drillbook&algorithm=SHA1&digits=6&period=30"
    )
    svg = ElementTree.fromstring(enrolment["qrCodeSvg"])  # noqa: S314  # our own
    assert svg.tag.endswith("svg")


def test_new_recovery_codes_replace_the_old_ones(graphql, user, app):
    fresh = graphql(REGENERATE, as_user=user, password=PASSWORD, code=app.code(NOW)).only

    assert len(fresh["recoveryCodes"]) == 10
    challenge = asked(graphql, user)
    refused = graphql(COMPLETE, challengeToken=challenge, code=RECOVERY_CODE)
    assert refused.codes == ["wrong_code"]
    code = fresh["recoveryCodes"][0].lower().replace("-", " ")
    assert graphql(COMPLETE, challengeToken=challenge, code=code).codes == []


@pytest.mark.parametrize("operation", NEED_A_CALLER)
def test_what_changes_something_needs_a_caller(operation, graphql):
    with nothing_changes():
        assert graphql(operation, **NEED_A_CALLER[operation]).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("operation", "variables", "field", "code"),
    [
        (ENROL, {"password": "wrong"}, "password", "wrong_password"),
        (ENROL, {"password": PASSWORD}, None, "two_factor_enabled"),
        (CONFIRM, {"code": "123456"}, None, "two_factor_enabled"),
        (DISABLE, {"password": "wrong", "code": RECOVERY_CODE}, "password", "wrong_password"),
        (DISABLE, {"password": PASSWORD, "code": "1234"}, "code", "wrong_code"),
        (REGENERATE, {"password": "wrong", "code": RECOVERY_CODE}, "password", "wrong_password"),
        (REGENERATE, {"password": PASSWORD, "code": "\n"}, "code", "wrong_code"),
    ],
)
def test_refusals_blame_a_field(operation, variables, field, code, graphql, user, app):
    answer = graphql(operation, as_user=user, **variables)

    assert (answer.codes, answer.fields) == ([code], [field])


def test_viewer_costs_one_statement_a_field(graphql, app, token, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert graphql(VIEWER, token=token).only["recoveryCodesLeft"] == 1


# --- Access tokens --------------------------------------------------------------------------------


def test_amr_says_how_the_person_signed_in(graphql, user, stranger):
    app = with_two_factor(stranger)
    by_password = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only
    by_code = graphql(COMPLETE, challengeToken=asked(graphql, stranger), code=app.code(NOW)).only
    refreshed = graphql(REFRESH, refreshToken=by_code["refreshToken"]).only
    passwords = {"currentPassword": PASSWORD, "newPassword": "another-password"}
    changed = graphql(CHANGE_PASSWORD, token=refreshed["accessToken"], input=passwords).only

    amr = [
        claims_of(one["accessToken"])["amr"] for one in (by_password, by_code, refreshed, changed)
    ]

    assert amr == [["pwd"], ["pwd", "otp"], ["pwd", "otp"], ["pwd", "otp"]]


# --- The challenge token --------------------------------------------------------------------------


def test_challenge_token_has_exactly_these_headers_and_claims(graphql, user, app):
    token = asked(graphql, user)

    challenge = TwoFactorChallenge.objects.get()
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "2fa+jwt", "kid": "testing"}
    assert claims_of(token) == {
        "iss": "drillbook",
        "aud": "drillbook-two-factor",
        "sub": str(user.uid),
        "jti": str(challenge.uid),
        "ver": 0,
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 5 * 60,
    }


def test_challenge_says_until_when_it_is_open(graphql, user, app):
    answer = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only

    assert answer["expiresAt"] == "2026-03-02T09:35:00Z"


@pytest.mark.parametrize("scheme", ["Bearer", "JWT"])
def test_challenge_token_opens_nothing(scheme, graphql, user, app):
    token = asked(graphql, user)
    header = {"Authorization": f"{scheme} {token}"}
    verify = f'mutation {{ verifyToken(input: {{token: "{token}"}}) {{ isValid code }} }}'

    assert graphql.send({"query": VIEWER}, headers=header).codes == ["UNAUTHENTICATED"]
    assert graphql.send({"query": VIEWER}, token=token).codes == ["UNAUTHENTICATED"]
    assert graphql(REFRESH, refreshToken=token).codes == ["refresh_token_refused"]
    assert graphql.send({"query": verify}).only == {"isValid": False, "code": "UNAUTHENTICATED"}
    for operation, variables in NEED_A_CALLER.items():
        body = {"query": operation, "variables": variables}
        assert graphql.send(body, token=token).codes == ["UNAUTHENTICATED"]


# From the claims of a good token: a token that must complete nothing.
FORGERIES = {
    "unsigned": lambda c: jwt.encode(c, "", algorithm="none", headers={"typ": "2fa+jwt", "kid": "testing"}),  # noqa: E501
    "another key": lambda c: forged(c, key="another-key-that-is-long-enough-for-hs256"),
    "an access token's type": lambda c: forged(c, typ="at+jwt"),
    "no type": lambda c: forged(c, typ="JWT"),
    "unknown key": lambda c: forged(c, kid="other"),
    "another issuer": lambda c: forged(c | {"iss": "x"}),
    "the API's audience": lambda c: forged(c | {"aud": "drillbook-api"}),
    "expired": lambda c: forged(c | {"exp": c["iat"] - 60}),
    "another version": lambda c: forged(c | {"ver": 1}),
    "version as boolean": lambda c: forged(c | {"ver": False}),
    "huge version": lambda c: forged(c | {"ver": 10**30}),
    "unknown challenge": lambda c: forged(c | {"jti": "0" * 32}),
    "challenge that is no id": lambda c: forged(c | {"jti": "1"}),
    "challenge as object": lambda c: forged(c | {"jti": {}}),
    "unknown person": lambda c: forged(c | {"sub": "0" * 32}),
    "too long": lambda c: forged(c | {"x": "y" * 5000}),
    "text": lambda c: "secret",
    "nothing": lambda c: "",
    "not base64": lambda c: "é.ü.ö",
} | {
    f"no {name}": lambda c, name=name: forged({key: c[key] for key in c if key != name})
    for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "ver")
}  # fmt: skip


def forged(claims: dict[str, Any], *, key: str = KEY, **header: Any) -> str:
    headers = {"typ": "2fa+jwt", "kid": "testing"} | header
    return jwt.encode(claims, key, algorithm="HS256", headers=headers)


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_forged_challenge_completes_nothing(forgery, graphql, user, app):
    token = FORGERIES[forgery](claims_of(asked(graphql, user)))

    with nothing_changes():
        answer = graphql(COMPLETE, challengeToken=token, code=app.code(NOW))

    assert (answer.codes, answer.fields) == (["challenge_refused"], ["challengeToken"])


def test_other_tokens_complete_nothing(graphql, user, app):
    challenge = challenges.start_challenge(user=user, at=NOW)
    session = graphql(
        COMPLETE, challengeToken=tokens.issue_challenge(challenge), code=app.code(NOW)
    )

    for name in ("accessToken", "refreshToken"):
        token = session.only[name]
        answer = graphql(COMPLETE, challengeToken=token, code=RECOVERY_CODE)
        assert answer.codes == ["challenge_refused"]


def test_refusals_of_a_challenge_are_byte_identical(graphql, user, app, clock):
    used, expired, forgotten = (asked(graphql, user) for _ in range(3))
    graphql(COMPLETE, challengeToken=used, code=app.code(NOW))
    TwoFactorChallenge.objects.latest("pk").delete()

    answers = [graphql(COMPLETE, challengeToken=one, code="1") for one in (used, forgotten, "no")]
    clock.move_to(NOW + 11 * STEP)
    answers.append(graphql(COMPLETE, challengeToken=expired, code="1"))

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes == ["challenge_refused"]


def test_wrong_codes_of_both_kinds_are_answered_byte_identically(graphql, app, user):
    other = UserFactory(email="other@example.com")
    with_two_factor(other)

    answers = [
        graphql(COMPLETE, challengeToken=asked(graphql, user), code=app.wrong_code(NOW)),
        graphql(COMPLETE, challengeToken=asked(graphql, other), code="A" * 20),
    ]

    assert answers[0].anonymous == answers[1].anonymous
    assert answers[0].codes == ["wrong_code"]


def test_a_wrong_password_is_answered_as_for_who_uses_no_codes(graphql, user, app, stranger):
    answers = [
        graphql(SIGN_IN, input={"email": email, "password": "wrong-password"})
        for email in (user.email, stranger.email, "nobody@example.com")
    ]

    assert len({answer.anonymous for answer in answers}) == 1
