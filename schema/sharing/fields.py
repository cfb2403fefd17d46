"""Links to shared pictures: made, listed, revoked."""

from typing import cast

import strawberry
import strawberry_django
from strawberry import relay

from domain.sharing import models, services
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import key, once
from schema.inputs import about, given
from schema.paging import Connection, Ordering, connection
from schema.scoping import get_owned
from schema.sharing.types import ShareLink


@strawberry.input(description="A link to a picture of how you practise.")
class CreateShareLinkInput:
    kind: models.PictureKind = about(models.ShareLink, "kind")
    name: str = about(models.ShareLink, "name")
    idempotency_key: strawberry.Maybe[str | None] = key()


@strawberry.input(description="Which link to revoke.")
class RevokeShareLinkInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.type
class ShareLinkQueries:
    share_links: Connection[ShareLink] = connection(
        default=Ordering("created_at", descending=True),
        extensions=[SignedIn(session=True)],
        description="Your links to shared pictures that were not revoked, the newest first.",
    )


@strawberry.type
class ShareLinkMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Make an address at which anybody sees a picture of how you practise, such as "
        "in a README. It shows numbers alone: neither who you are nor what you practise. At most "
        "20 at a time.",
    )
    def create_share_link(self, info: Info, input: CreateShareLinkInput) -> ShareLink:
        created = once(
            info,
            input,
            lambda: services.create_share_link(
                owner=info.context.user, at=info.context.now, **given(input)
            ),
        )
        return cast(ShareLink, created)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Have an address show nothing from now on.",
    )
    def revoke_share_link(self, info: Info, input: RevokeShareLinkInput) -> ShareLink:
        revoked = services.revoke_share_link(
            share_link=get_owned(ShareLink, input.id, info),
            actor=info.context.user,
            at=info.context.now,
        )
        return cast(ShareLink, revoked)
