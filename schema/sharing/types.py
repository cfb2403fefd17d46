"""Links to shared pictures, as their owner sees them."""

from typing import cast
from uuid import UUID

import strawberry
import strawberry_django
from django.urls import reverse
from strawberry import relay

from domain.sharing import models
from domain.sharing.links import token_of
from schema.columns import expose
from schema.context import Info
from schema.scoping import Owned, Scope

expose(models.PictureKind)


@strawberry_django.type(models.ShareLink, only=["uid", "created_at"])
class ShareLink(Owned, relay.Node):
    scope = Scope(live=("revoked_at",), session=True)

    uid: relay.NodeID[UUID]
    kind: models.PictureKind
    name: strawberry.auto
    created_at: strawberry.auto
    revoked_at: strawberry.auto

    @strawberry_django.field(
        only=["uid"],
        description="The address of the picture, an SVG that fits into any page or README; with "
        "?theme=dark for dark backgrounds. Whoever has it sees the picture.",
    )
    def url(self, info: Info) -> str:
        token = token_of(cast(models.ShareLink, self))
        request = info.context.request
        return request.build_absolute_uri(reverse("shared-picture", args=[token]))
