"""The one module that speaks gqlauth: access tokens out, callers in.

gqlauth brings the middleware, the hooks, the refresh-token table and the schema class; what its
release 0.379.1 gets wrong is mended here (docs/decisions.md lists it).
"""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from gqlauth.core.exceptions import TokenExpired
from gqlauth.core.middlewares import (
    USER_OR_ERROR_KEY,
    JwtSchema,
    UserOrError,
    django_jwt_middleware,
    get_user_or_error,
)
from gqlauth.core.types_ import GQLAuthErrors
from gqlauth.jwt.types_ import TokenPayloadType, TokenType

from domain.accounts.models import AuthSession, TwoFactorChallenge, User
from domain.accounts.services import api_tokens
from domain.accounts.services.challenges import ChallengeRefused
from schema import keys

TOKEN_TYPE = "at+jwt"  # noqa: S105  # RFC 9068, so that no other token of ours passes for it
CHALLENGE_TYPE = "2fa+jwt"
CHALLENGE_CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti", "ver"]
REQUIRED_CLAIMS = [*CHALLENGE_CLAIMS, "sid"]
SCHEMES = ("bearer", "jwt")
MAX_TOKEN_LENGTH = 4096
MALFORMED = (AttributeError, ValueError, TypeError, RecursionError, OverflowError)


class AccessToken(TokenType):
    """A checked access token; finds its caller in one statement."""

    claims: dict[str, Any]

    @property
    def expires_at(self) -> datetime:
        """Until when it is accepted (UTC)."""
        return datetime.fromtimestamp(self.claims["exp"], UTC)

    def is_expired(self) -> bool:
        """Never: an expired token does not get this far."""
        return False

    def get_user_instance(self) -> User:  # type: ignore[override]
        """The person whose session the token belongs to, if both are still welcome.

        Raises:
            jwt.InvalidTokenError: signed out, deactivated, deleted, or the password changed.
        """
        sessions = AuthSession.objects.of_caller(
            sid=UUID(self.claims["sid"]),
            sub=UUID(self.claims["sub"]),
            token_version=self.claims["ver"],
            at=datetime.now(UTC),
        )
        # Every request pays for this. Settings are read by the few that need them; there is one row
        # at most, which `first()` would sort.
        session = next(iter(sessions.select_related(None).select_related("user")), None)
        if session is None:
            raise jwt.InvalidTokenError("revoked")
        user = session.user
        user.auth_session = session
        return user


class ApiTokenAccess(TokenType):
    """An API token; finds its owner in one statement, and notes now and then that it was used."""

    expires_at: datetime | None = None

    def is_expired(self) -> bool:
        """Never: whether it ran out is not known yet."""
        return False

    def get_user_instance(self) -> User:  # type: ignore[override]
        """The person whose token it is, if both are still welcome.

        Raises:
            jwt.InvalidTokenError: unknown, revoked, run out, or of a deactivated person.
        """
        row = api_tokens.use_api_token(token=self.token, at=datetime.now(UTC))
        if row is None:
            raise jwt.InvalidTokenError("revoked")
        self.expires_at = row.expires_at
        row.owner.api_token = row
        return row.owner


def issue(session: AuthSession) -> AccessToken:
    """Sign an access token for a session that was just opened or renewed."""
    user = session.user
    user.auth_session = session
    return cast(AccessToken, TokenType.from_user(cast(Any, user)))


def payload_handler(user: User) -> AccessToken:
    """gqlauth's hook for a new token; the person carries the session that it is for."""
    session: AuthSession = user.auth_session
    now = datetime.now(UTC)
    expires = now + timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)
    claims = {
        "iss": settings.JWT_ISSUER,
        "aud": settings.JWT_AUDIENCE,
        "sub": str(user.uid),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(expires.timestamp()),
        "jti": uuid4().hex,
        "sid": str(session.uid),
        "ver": user.token_version,
        "amr": ["pwd", "otp"] if session.second_factor else ["pwd"],  # RFC 8176
    }
    return _access_token(_signed(claims, TOKEN_TYPE), claims)


def issue_challenge(challenge: TwoFactorChallenge) -> str:
    """Sign a challenge, for the person who just gave the right password."""
    created = int(challenge.created_at.timestamp())
    claims = {
        "iss": settings.JWT_ISSUER,
        "aud": settings.JWT_CHALLENGE_AUDIENCE,
        "sub": str(challenge.user.uid),
        "iat": created,
        "nbf": created,
        "exp": int(challenge.expires_at.timestamp()),
        "jti": str(challenge.uid),
        "ver": challenge.user.token_version,
    }
    return _signed(claims, CHALLENGE_TYPE)


def read_challenge(token: str) -> dict[str, Any]:
    """Check a signed challenge; give what ``complete_two_factor`` needs to find it.

    Raises:
        ChallengeRefused: it is not one of ours, or too old.
    """
    try:
        claims = _verified(token, CHALLENGE_TYPE, settings.JWT_CHALLENGE_AUDIENCE, CHALLENGE_CLAIMS)
        challenge, person = UUID(claims["jti"]), UUID(claims["sub"])
    except (jwt.PyJWTError, *MALFORMED) as refused:
        raise ChallengeRefused(field="challenge_token") from refused
    return {"challenge": challenge, "person": person, "token_version": claims["ver"]}


def decode_handler(token: str) -> AccessToken | ApiTokenAccess:
    """gqlauth's hook for a received token, of either kind.

    Raises:
        TokenExpired: it was good once.
        jwt.InvalidTokenError: anything else that is wrong with it.
    """
    if token.startswith(api_tokens.PREFIX):
        return ApiTokenAccess(token=token, payload=cast(Any, None))
    try:
        return _access_token(token, _checked_claims(token))
    except jwt.ExpiredSignatureError as expired:
        raise TokenExpired from expired
    except MALFORMED as malformed:
        raise jwt.InvalidTokenError("malformed") from malformed


def token_finder(request: HttpRequest | dict[str, Any]) -> str | None:
    """gqlauth's hook: the token of ``Authorization: Bearer …`` (``JWT`` is understood too)."""
    if not isinstance(request, HttpRequest):
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in SCHEMES and token.strip() else None


def caller_of(request: HttpRequest) -> User | None:
    """The person that a request comes from; known before its operation is."""
    caller = getattr(getattr(request, USER_OR_ERROR_KEY, None), "user", None)
    return caller if isinstance(caller, User) else None


def is_signed_in(request: HttpRequest) -> bool:
    """Whether a request comes from a person."""
    return caller_of(request) is not None


def look_again(request: HttpRequest) -> None:
    """Find out anew who calls: while a stream is open, a session may end."""
    setattr(request, USER_OR_ERROR_KEY, get_user_or_error(request))


def why_anonymous(request: HttpRequest) -> str:
    """The error code for a request without a caller: TOKEN_EXPIRED or UNAUTHENTICATED."""
    error = getattr(getattr(request, USER_OR_ERROR_KEY, None), "error", None)
    # gqlauth keeps the text of its code, and not the code.
    expired = getattr(error, "message", None) == GQLAuthErrors.EXPIRED_TOKEN.value
    return "TOKEN_EXPIRED" if expired else "UNAUTHENTICATED"


def token_status(token: str) -> tuple[bool, datetime | None, str | None]:
    """Whether a token would be accepted now; until when; and if not, with which code."""
    try:
        access = decode_handler(token)
        access.get_user_instance()
    except TokenExpired:
        return False, None, "TOKEN_EXPIRED"
    except jwt.PyJWTError:
        return False, None, "UNAUTHENTICATED"
    return True, access.expires_at, None


def caller_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Find out who calls, for the API alone: other addresses pay nothing for tokens."""
    with_caller = django_jwt_middleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        # Not request.path: behind a proxy's prefix nobody would be found.
        if request.path_info == "/graphql":
            return with_caller(request)
        return get_response(request)

    return middleware


class CallerSchema(JwtSchema):
    """gqlauth's schema, which puts the caller on ``request.user``; also for streams and tests."""

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any]:
        """Streamed operations get their caller too; gqlauth leaves them anonymous."""
        self._inject_user_and_errors(kwargs)
        return await super().stream(*args, **kwargs)

    @staticmethod
    def _inject_user_and_errors(kwargs: dict[str, Any]) -> UserOrError:
        context = kwargs.get("context_value")
        if context is None:
            return UserOrError()
        if not hasattr(context.request, USER_OR_ERROR_KEY):
            # Never the user of an admin's cookie, which another site could send along.
            setattr(context.request, USER_OR_ERROR_KEY, UserOrError())
        return JwtSchema._inject_user_and_errors(kwargs)


def _checked_claims(token: str) -> dict[str, Any]:
    claims = _verified(token, TOKEN_TYPE, settings.JWT_AUDIENCE, REQUIRED_CLAIMS)
    UUID(claims["sid"]), UUID(claims["sub"])
    return claims


def _signed(claims: dict[str, Any], token_type: str) -> str:
    key_id, value = next(iter(settings.JWT_KEYS.items()))
    key = keys.read(value)
    headers = {"typ": token_type, "kid": key_id}
    return jwt.encode(claims, cast(Any, key.signing), algorithm=key.algorithm, headers=headers)


def _verified(token: str, token_type: str, audience: str, required: list[str]) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise jwt.InvalidTokenError("too long")
    header = jwt.get_unverified_header(token)
    value = settings.JWT_KEYS.get(str(header.get("kid")))
    if header.get("typ") != token_type or value is None:
        raise jwt.InvalidTokenError("not a token of ours for this")
    key = keys.read(value)
    claims: dict[str, Any] = jwt.decode(
        token,
        key.verifying,
        # Of the key, not of the token: no key is ever used for another algorithm.
        algorithms=[key.algorithm],
        audience=audience,
        issuer=settings.JWT_ISSUER,
        leeway=settings.JWT_LEEWAY_SECONDS,
        options={"require": required, "strict_aud": True},
    )
    if type(claims["ver"]) is not int:
        raise jwt.InvalidTokenError("ver is no number")
    return claims


def _access_token(token: str, claims: dict[str, Any]) -> AccessToken:
    payload = TokenPayloadType(  # type: ignore[call-arg]  # gqlauth injects the field
        id=claims["sub"],
        origIat=datetime.fromtimestamp(claims["iat"], UTC),
        exp=datetime.fromtimestamp(claims["exp"], UTC),
    )
    access = AccessToken(token=token, payload=payload)
    access.claims = claims
    return access
