"""Who may resolve a field, printed in the SDL. A root field without one is caught by a test."""

from typing import Any

import strawberry
from strawberry.extensions.field_extension import FieldExtension, SyncExtensionResolver
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField
from strawberry_django.permissions import IsAuthenticated

from domain.accounts.models import Role, roles_from
from domain.base import counting
from domain.base.addresses import network_of
from schema import tokens
from schema.columns import expose
from schema.context import Info
from schema.errors import Refusal

SIGN_IN = {
    "UNAUTHENTICATED": (
        "No valid access token came. Call signIn and send 'Authorization: Bearer <accessToken>'."
    ),
    "TOKEN_EXPIRED": "The access token has expired. Call refreshToken and repeat the request.",
}
CONFIRM_ADDRESS = (
    "Confirm your address first: open the link that was mailed to you, or have another one sent "
    "with resendVerification."
)
NO_RIGHT = "Your role does not let you do this."

expose(Role)


NEEDS_SESSION = (
    "An API token cannot do this. Sign in, and send the accessToken of the session instead."
)


@strawberry.schema_directive(
    name="session",
    locations=[Location.FIELD_DEFINITION],
    description="Needs a session. API tokens, of either scope, get FORBIDDEN.",
)
class SessionDirective:
    pass


class SignedIn(IsAuthenticated):
    """Only for people who are signed in, active, and whose session or API token is in force.

    Args:
        session: not for API tokens: the field has to do with who may use the account.
    """

    SCHEMA_DIRECTIVE_DESCRIPTION = (
        "Needs the access token of an open session, or an API token; otherwise the error's code is "
        "UNAUTHENTICATED or TOKEN_EXPIRED."
    )

    def __init__(self, *, session: bool = False) -> None:
        super().__init__(fail_silently=False)
        self.session = session

    def apply(self, field: StrawberryField) -> None:
        """Print in the SDL what is needed."""
        super().apply(field)
        if self.session:
            field.directives = [*field.directives, SessionDirective()]

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any) -> Any:
        """Refuse callers without a session, and say which step is missing."""
        request = info.context.request
        user = request.user
        if not user.is_authenticated or not user.is_active:
            code = tokens.why_anonymous(request)
            raise Refusal(SIGN_IN[code], code)
        if self.session and user.api_token is not None:
            raise Refusal(NEEDS_SESSION, "FORBIDDEN")
        return next_(source, info, **kwargs)


class Verified(SignedIn):
    """Only for people who are signed in and have confirmed their address."""

    SCHEMA_DIRECTIVE_DESCRIPTION = (
        "Needs what @signedIn needs, of a person who has confirmed their address (verifyEmail); "
        "otherwise the error's code is EMAIL_NOT_VERIFIED."
    )

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any) -> Any:
        """Refuse people whose address is not confirmed, once it is known who they are."""

        def proceed(source: Any, info: Any, **kwargs: Any) -> Any:
            if info.context.user.email_verified_at is None:
                raise Refusal(CONFIRM_ADDRESS, "EMAIL_NOT_VERIFIED")
            return next_(source, info, **kwargs)

        return super().resolve(proceed, source, info, **kwargs)


@strawberry.schema_directive(
    name="requires",
    locations=[Location.FIELD_DEFINITION],
    description="Needs what @signedIn needs, of a person with this role or a higher one: "
    "ADMIN is above MANAGER, MANAGER above MEMBER. Otherwise the error's code is FORBIDDEN.",
)
class RequiresDirective:
    role: Role = strawberry.directive_field(name="role")


class HasRole(SignedIn):
    """Only for people who are signed in and have a role, or a higher one; not for API tokens."""

    def __init__(self, role: Role) -> None:
        super().__init__(session=True)
        self.roles = roles_from(role)
        self.schema_directive = RequiresDirective(role=role)

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any) -> Any:
        """Refuse people without the role, once it is known who they are."""

        def proceed(source: Any, info: Any, **kwargs: Any) -> Any:
            if info.context.user.role not in self.roles:
                raise Refusal(NO_RIGHT, "FORBIDDEN")
            return next_(source, info, **kwargs)

        return super().resolve(proceed, source, info, **kwargs)


@strawberry.schema_directive(
    name="rateLimited",
    locations=[Location.FIELD_DEFINITION],
    description="At most `limit` calls of this field from one address within `seconds`; after that "
    "RATE_LIMITED. Each alias counts. An IPv6 address counts as its network of /64.",
)
class RateLimitDirective:
    limit: int = strawberry.directive_field(name="limit")
    seconds: int = strawberry.directive_field(name="seconds")


class RateLimited(FieldExtension):
    """Bounds how often one address may execute a field.

    Args:
        limit: calls allowed in a window.
        seconds: length of the window, which opens with the first call.
    """

    def __init__(self, *, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds

    def apply(self, field: StrawberryField) -> None:
        """Print the limit in the SDL."""
        field.directives = [
            *field.directives,
            RateLimitDirective(limit=self.limit, seconds=self.seconds),
        ]

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any) -> Any:
        """Count this execution, and refuse it when it is one too many."""
        now = info.context.now
        calls = counting.count(
            f"field.{info.field_name}",
            network_of(info.context.address),
            window_seconds=self.seconds,
            at=now,
        )
        if calls.number > self.limit:
            wait = counting.seconds_left(calls, at=now)
            message = (
                f"{info.field_name} can be called {self.limit} times in {self.seconds} seconds "
                f"from one network, and was. Wait {wait} seconds and try again."
            )
            raise Refusal(message, "RATE_LIMITED", retryAfterSeconds=wait)
        return next_(source, info, **kwargs)
