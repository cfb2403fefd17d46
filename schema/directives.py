"""Who may resolve a field, printed in the SDL. A root field without one is caught by a test."""

from typing import Any

import strawberry
from django.core.cache import cache
from strawberry.extensions.field_extension import FieldExtension, SyncExtensionResolver
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField
from strawberry_django.permissions import IsAuthenticated

from schema import tokens
from schema.context import Info
from schema.errors import Refusal

SIGN_IN = {
    "UNAUTHENTICATED": (
        "Sign in first: call signIn and send its accessToken as 'Authorization: Bearer <token>'."
    ),
    "TOKEN_EXPIRED": "The access token has expired. Call refreshToken and repeat the request.",
}


class SignedIn(IsAuthenticated):
    """Only for people who are signed in, active, and whose session is open."""

    SCHEMA_DIRECTIVE_DESCRIPTION = (
        "Needs the access token of an open session; otherwise the error's code is UNAUTHENTICATED "
        "or TOKEN_EXPIRED."
    )

    def __init__(self) -> None:
        super().__init__(fail_silently=False)

    def resolve(
        self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        """Refuse callers without a session, and say which step is missing."""
        request = info.context.request
        user = request.user
        if not user.is_authenticated or not user.is_active:
            code = tokens.why_anonymous(request)
            raise Refusal(SIGN_IN[code], code)
        return next_(source, info, **kwargs)


@strawberry.schema_directive(
    name="rateLimited",
    locations=[Location.FIELD_DEFINITION],
    description="At most `limit` calls of this field from one address within `seconds`; after that "
    "RATE_LIMITED. Aliases and batches count each call.",
)
class RateLimitDirective:
    limit: int = strawberry.directive_field(name="limit")
    seconds: int = strawberry.directive_field(name="seconds")


class RateLimited(FieldExtension):
    """Bounds how often one address may execute a field.

    Args:
        limit: calls allowed in a window.
        seconds: length of the window.
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

    def resolve(
        self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        """Count this execution, and refuse it when it is one too many."""
        address = info.context.request.META.get("REMOTE_ADDR", "")
        window = int(info.context.now.timestamp()) // self.seconds
        key = f"rate:{info.field_name}:{address}:{window}"
        cache.add(key, 0, timeout=self.seconds * 2)
        try:
            count = cache.incr(key)
        except ValueError:  # it was evicted in between, or the cache is away: start again
            count = 1
        if count is not None and count > self.limit:
            wait = self.seconds - int(info.context.now.timestamp()) % self.seconds
            message = f"Too many attempts. Wait {wait} seconds and try again."
            raise Refusal(message, "RATE_LIMITED", retryAfterSeconds=wait)
        return next_(source, info, **kwargs)
