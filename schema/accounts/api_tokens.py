"""Keys that a person gives to programs, and what a program may do with one."""

from collections.abc import Iterator
from typing import cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from domain.accounts import models
from domain.accounts.services import api_tokens
from schema.columns import expose
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.errors import Refusal
from schema.inputs import about, given
from schema.paging import Connection, Ordering, connection
from schema.scoping import Owned, Scope, get_owned

READ_ONLY = "This API token may only read. Changes need one of the scope WRITE: createApiToken."

expose(models.ApiScope)


class TokenScopes(SchemaExtension):
    """Refuses mutations to callers with a READ token, before anything of them is executed."""

    def on_execute(self) -> Iterator[None]:
        """Judge the whole operation: what fields it selects, and by which way, is no matter.

        Raises:
            Refusal: INSUFFICIENT_SCOPE.
        """
        context = self.execution_context
        if context.operation_type is OperationType.MUTATION:
            request = getattr(context.context, "request", None)
            token = getattr(getattr(request, "user", None), "api_token", None)
            if token is not None and token.scope != models.ApiScope.WRITE:
                raise Refusal(READ_ONLY, "INSUFFICIENT_SCOPE")
        yield


@strawberry_django.type(models.ApiToken, only=["uid", "created_at"])
class ApiToken(Owned, relay.Node):
    scope = Scope(live=("revoked_at",), session=True)

    uid: relay.NodeID[UUID]
    name: strawberry.auto
    token_scope: models.ApiScope = strawberry_django.field(
        field_name="scope", name="scope", description="What it may be used for."
    )
    prefix: strawberry.auto
    created_at: strawberry.auto
    expires_at: strawberry.auto
    last_used_at: strawberry.auto
    revoked_at: strawberry.auto


@strawberry.type(description="A new API token.")
class NewApiToken:
    token: str = strawberry.field(
        description="Shown this once. The program sends it as 'Authorization: Bearer dbk_…' with "
        "every request."
    )
    api_token: ApiToken = strawberry.field(description="What is known of it from now on.")


@strawberry.input(description="A key for a program.")
class CreateApiTokenInput:
    name: str = about(models.ApiToken, "name")
    scope: models.ApiScope = about(models.ApiToken, "scope")
    expires_in_days: int | None = strawberry.field(
        default=None,
        description="How long it works, 1 to 365 days; until it is revoked if left out.",
    )
    password: str = strawberry.field(description="The person's password.")


@strawberry.input(description="Which API token to revoke.")
class RevokeApiTokenInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.type
class ApiTokenQueries:
    api_tokens: Connection[ApiToken] = connection(
        default=Ordering("created_at", descending=True),
        extensions=[SignedIn(session=True)],
        description="Your API tokens, the newest first: those that were not revoked, also those "
        "that ran out.",
    )


@strawberry.type
class ApiTokenMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Make a key for a program that acts for you: with READ it can run queries, "
        "with WRITE mutations too. It can never manage your account. At most 50 at a time.",
    )
    def create_api_token(self, info: Info, input: CreateApiTokenInput) -> NewApiToken:
        created = api_tokens.create_api_token(
            owner=info.context.user, at=info.context.now, **given(input)
        )
        return NewApiToken(token=created.token, api_token=cast(ApiToken, created.api_token))

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Make an API token useless at once.",
    )
    def revoke_api_token(self, info: Info, input: RevokeApiTokenInput) -> ApiToken:
        revoked = api_tokens.revoke_api_token(
            api_token=get_owned(ApiToken, input.id, info),
            actor=info.context.user,
            at=info.context.now,
        )
        return cast(ApiToken, revoked)
