"""The one module that speaks gqlauth: access tokens out, callers in.

gqlauth brings the middleware, the hooks, the refresh-token table and the schema class; what its
release 0.379.1 gets wrong is mended here (docs/decisions.md lists it).
"""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
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
)
from gqlauth.core.types_ import GQLAuthErrors
from gqlauth.jwt.types_ import TokenPayloadType, TokenType

from domain.accounts.models import AuthSession, User

ALGORITHM = "HS256"
TOKEN_TYPE = "at+jwt"  # noqa: S105  # RFC 9068, so that no other token of ours passes for it
REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "ver"]
SCHEMES = ("bearer", "jwt")
MAX_TOKEN_LENGTH = 4096


class AccessToken(TokenType):
    """A checked access token; finds its caller in one statement."""

    claims: dict[str, Any]

    def is_expired(self) -> bool:
        """Never: an expired token does not get this far."""
        return False

    def get_user_instance(self) -> User:
        """The person whose session the token belongs to, if both are still welcome.

        Raises:
            jwt.InvalidTokenError: signed out, deactivated, deleted, or the password changed.
        """
        session = AuthSession.objects.of_caller(
            sid=UUID(self.claims["sid"]),
            sub=UUID(self.claims["sub"]),
            token_version=self.claims["ver"],
            at=datetime.now(UTC),
        ).first()
        if session is None:
            raise jwt.InvalidTokenError("revoked")
        user = session.user
        user.auth_session = session
        return user


def issue(session: AuthSession) -> AccessToken:
    """Sign an access token for a session that was just opened or renewed."""
    user = session.user
    user.auth_session = session
    token: AccessToken = TokenType.from_user(user)
    return token


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
    }
    key_id, key = next(iter(settings.JWT_KEYS.items()))
    headers = {"typ": TOKEN_TYPE, "kid": key_id}
    signed = jwt.encode(claims, key, algorithm=ALGORITHM, headers=headers)
    return _access_token(signed, claims)


def decode_handler(token: str) -> AccessToken:
    """gqlauth's hook for a received token.

    Raises:
        TokenExpired: it was good once.
        jwt.InvalidTokenError: anything else that is wrong with it.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise jwt.InvalidTokenError("too long")
    try:
        return _access_token(token, _checked_claims(token))
    except jwt.ExpiredSignatureError as expired:
        raise TokenExpired from expired
    except (AttributeError, ValueError, TypeError, RecursionError, OverflowError) as malformed:
        raise jwt.InvalidTokenError("malformed") from malformed


def token_finder(request: HttpRequest | dict[str, Any]) -> str | None:
    """gqlauth's hook: the token of ``Authorization: Bearer …`` (``JWT`` is understood too)."""
    if not isinstance(request, HttpRequest):
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in SCHEMES and token.strip() else None


def why_anonymous(request: HttpRequest) -> str:
    """The error code for a request without a caller: TOKEN_EXPIRED or UNAUTHENTICATED."""
    error = getattr(getattr(request, USER_OR_ERROR_KEY, None), "error", None)
    expired = getattr(error, "code", None) == GQLAuthErrors.EXPIRED_TOKEN
    return "TOKEN_EXPIRED" if expired else "UNAUTHENTICATED"


def token_status(token: str) -> tuple[bool, datetime | None, str | None]:
    """Whether a token would be accepted now; until when; and if not, the code that it would meet."""
    try:
        access = decode_handler(token)
        access.get_user_instance()
    except TokenExpired:
        return False, None, "TOKEN_EXPIRED"
    except jwt.PyJWTError:
        return False, None, "UNAUTHENTICATED"
    return True, datetime.fromtimestamp(access.claims["exp"], UTC), None


def caller_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Find out who calls, for the API alone: other addresses pay nothing for a token they ignore."""
    with_caller = django_jwt_middleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        # Not request.path: behind a proxy's prefix nobody would be found.
        if request.path_info == "/graphql":
            return with_caller(request)
        return get_response(request)

    return middleware


class CallerSchema(JwtSchema):
    """gqlauth's schema, which puts the caller on ``request.user``; also for streams and for tests."""

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
    header = jwt.get_unverified_header(token)
    key = settings.JWT_KEYS.get(header.get("kid"))
    if header.get("typ") != TOKEN_TYPE or key is None:
        raise jwt.InvalidTokenError("not an access token of ours")
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=settings.JWT_AUDIENCE,
        issuer=settings.JWT_ISSUER,
        leeway=settings.JWT_LEEWAY_SECONDS,
        options={"require": REQUIRED_CLAIMS, "strict_aud": True},
    )
    UUID(claims["sid"]), UUID(claims["sub"])
    if type(claims["ver"]) is not int:
        raise jwt.InvalidTokenError("ver is no number")
    return claims


def _access_token(token: str, claims: dict[str, Any]) -> AccessToken:
    payload = TokenPayloadType(
        id=claims["sub"],
        origIat=datetime.fromtimestamp(claims["iat"], UTC),
        exp=datetime.fromtimestamp(claims["exp"], UTC),
    )
    access = AccessToken(token=token, payload=payload)
    access.claims = claims
    return access
