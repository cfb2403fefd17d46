"""Where a person is signed in, and how they end it there."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.accounts import devices, models
from domain.accounts.querysets import AuthSessionQuerySet
from domain.accounts.services import sessions, sign_out
from schema.accounts import browser
from schema.context import Info
from schema.directives import SignedIn
from schema.paging import Connection, Ordering, connection
from schema.scoping import Owned, Scope, get_owned


@strawberry_django.type(models.AuthSession, only=["uid", "last_used_at"])
class AuthSession(Owned, relay.Node):
    scope = Scope(owner="user", live=("revoked_at",), session=True)

    uid: relay.NodeID[UUID]
    created_at: strawberry.auto
    last_used_at: strawberry.auto
    expires_at: strawberry.auto
    revoked_at: strawberry.auto
    user_agent: strawberry.auto
    address: str | None = strawberry_django.field(
        description="The IP address that the person signed in from; null where that is not known."
    )
    second_factor: strawberry.auto

    @strawberry_django.field(
        only=["user_agent"],
        description='What the client seems to be, such as "Firefox on Windows". It says so itself, '
        "so do not rely on it.",
    )
    def device(self) -> str:
        return devices.device_of(cast(models.AuthSession, self).user_agent)

    @strawberry_django.field(only=["uid"], description="Whether this request belongs to it.")
    def is_current(self, info: Info) -> bool:
        return cast(models.AuthSession, self).uid == info.context.session.uid


def open_now(rows: AuthSessionQuerySet, info: Info, **_: Any) -> AuthSessionQuerySet:
    """Those that did not run out either."""
    return rows.open(at=info.context.now)


@strawberry.type(description="That nothing of this opens the account any more.")
class AccessEnded:
    ended_at: datetime = strawberry.field(description="When (UTC).")
    sessions: int = strawberry.field(description="Number of sessions that were ended.")
    api_tokens: int = strawberry.field(description="Number of API tokens that were revoked.")

    @classmethod
    def of(cls, ended: sign_out.Ended, info: Info) -> "AccessEnded":
        """What a service ended, just now."""
        return cls(ended_at=info.context.now, sessions=ended.sessions, api_tokens=ended.api_tokens)


@strawberry.input(description="Which session to end.")
class RevokeSessionInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.type
class SessionQueries:
    sessions: Connection[AuthSession] = connection(
        default=Ordering("last_used_at", descending=True),
        narrow=open_now,
        extensions=[SignedIn(session=True)],
        description="Your open sessions: where you are signed in, the one used last first.",
    )


@strawberry.type
class SessionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="End one of your sessions, on another device or this one. Both its tokens "
        "stop working at once.",
    )
    def revoke_session(self, info: Info, input: RevokeSessionInput) -> AuthSession:
        ended = sessions.end_session(
            session=get_owned(AuthSession, input.id, info), at=info.context.now, reason="revoked"
        )
        return cast(AuthSession, ended)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="End all your sessions but this one. API tokens go on working.",
    )
    def revoke_other_sessions(self, info: Info) -> AccessEnded:
        ended = sign_out.revoke_other_sessions(session=info.context.session, at=info.context.now)
        return AccessEnded.of(ended, info)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="End all your sessions, this one too, and revoke all your API tokens.",
    )
    def sign_out_everywhere(self, info: Info) -> AccessEnded:
        ended = sign_out.sign_out_everywhere(user=info.context.user, at=info.context.now)
        browser.forget(info)
        return AccessEnded.of(ended, info)
