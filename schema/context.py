"""What a resolver knows about its request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

import strawberry
from django.http import HttpRequest, HttpResponse
from strawberry.django.context import StrawberryDjangoContext

from domain.accounts.models import AuthSession, User
from domain.base.addresses import client_address


@dataclass(frozen=True)
class Watched:
    """What a subscription shows: a state that may become another one.

    Args:
        state: as it was shown.
        look: what it is now. Called every second: cheap.
        is_over: whether it stays as it is.
        is_endless: whether it never will, so that clients hold the stream for as long as they run.
    """

    state: Any
    look: Callable[[], Any]
    is_over: bool
    is_endless: bool = False


class Context(StrawberryDjangoContext):
    """The request, its caller, and one clock reading for everything the request does."""

    # Set by the one field of a subscription.
    watched: Watched | None = None

    def __init__(self, request: HttpRequest, response: HttpResponse) -> None:
        super().__init__(request=request, response=response)

    @property
    def user(self) -> User:
        """The caller. Only fields guarded by ``SignedIn`` may ask."""
        user = self.request.user
        if not isinstance(user, User):
            raise TypeError("The field lacks its guard: there is no caller.")
        return user

    @property
    def session(self) -> AuthSession:
        """The session that the caller's access token belongs to.

        Only fields guarded by ``SignedIn(session=True)`` may ask: API tokens have none.
        """
        return self.user.auth_session

    @cached_property
    def now(self) -> datetime:
        """When the request came in (UTC)."""
        return datetime.now(UTC)

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What one row of a list found out and the next one asks for again, by a key of theirs."""
        return {}

    @property
    def address(self) -> str:
        """Where the client is, as far as that can be believed."""
        return client_address(self.request.META)

    @property
    def user_agent(self) -> str:
        """What the client calls itself."""
        return self.request.headers.get("User-Agent", "")


Info = strawberry.Info[Context, Any]


def by_caller(info: Info) -> dict[str, Any]:
    """Who acts and when, as the services take it."""
    return {"actor": info.context.user, "at": info.context.now}


def read_once[Value](info: Info, name: str, read: Callable[[], Value]) -> Value:
    """What ``read`` gives the first row of a root field that asks, for all others too.

    By root field, since a mutation may come between two of them.
    """
    root = info.path
    while root.prev is not None:
        root = root.prev
    known = info.context.known
    if (name, root.key) not in known:
        known[name, root.key] = read()
    return cast(Value, known[name, root.key])
