"""Exports, as their owner sees them and asks for them."""

from typing import cast
from uuid import UUID

import strawberry
import strawberry_django
from django.urls import reverse
from strawberry import relay

from domain.archive.declaring import EntityName
from domain.jobs.models import JobStatus
from domain.transfer import models
from domain.transfer.links import token_of
from schema import idempotency
from schema.columns import expose
from schema.context import Info
from schema.inputs import about
from schema.jobs.types import Job
from schema.scoping import Owned, Scope

expose(EntityName)
expose(models.ExportFormat)


@strawberry_django.type(models.Export, only=["uid", "created_at"])
class Export(Owned, relay.Node):
    scope = Scope(live=())

    uid: relay.NodeID[UUID]
    format: models.ExportFormat
    file_name: strawberry.auto
    sha256: strawberry.auto
    created_at: strawberry.auto
    expires_at: strawberry.auto
    job: Job = strawberry_django.field(description="The work itself: whether there is a file yet.")

    @strawberry_django.field(
        only=["entity"],
        description="Of a CSV file, which objects it holds; null for other formats.",
    )
    def entity(self) -> EntityName | None:
        entity = cast(models.Export, self).entity
        return EntityName(entity) if entity else None

    # An Int ends at 2 GiB.
    @strawberry_django.field(
        only=["size_bytes"],
        description="Size of the file in bytes, a whole number; null until it is written.",
    )
    def size_bytes(self) -> float | None:
        size = cast(models.Export, self).size_bytes
        return None if size is None else float(size)

    @strawberry_django.field(
        only=["uid", "format", "expires_at", "job__status"],
        select_related=["job"],
        description="Where the file can be downloaded for the next 15 minutes, without a token; "
        "another address whenever you ask. It ends with the session, or the API token, that asks. "
        "Null until the job has succeeded, once the export has expired, and of a TAKEOUT for "
        "API tokens.",
    )
    def download_url(self, info: Info) -> str | None:
        export, caller = cast(models.Export, self), info.context.user
        is_for_session = export.format == models.ExportFormat.TAKEOUT
        if not export.is_ready(at=info.context.now) or (is_for_session and caller.api_token):
            return None
        access = caller.api_token or caller.auth_session
        token = token_of(export, owner=caller, access=access, at=info.context.now)
        address = reverse("export-download", args=[token])
        return info.context.request.build_absolute_uri(address)


@strawberry.type(description="A small export, in the answer itself.")
class InlineExport:
    content: str = strawberry.field(description="The file as text.")
    file_name: str = strawberry.field(description="What to call it.")
    media_type: str = strawberry.field(description="What it is, such as text/csv.")


@strawberry.input(description="What to write to a file.")
class StartExportInput:
    format: models.ExportFormat = about(models.Export, "format")
    entity: EntityName | None = strawberry.field(
        default=None, description="For CSV, and for nothing else: which objects it is to hold."
    )
    idempotency_key: strawberry.Maybe[str | None] = idempotency.key()


@strawberry.input(description="Which export to delete.")
class DeleteExportInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.input(description="Conditions on exports. All that are given must hold.")
class ExportFilter:
    format: list[models.ExportFormat] | None = strawberry.field(
        default=None, description="Written as one of these."
    )
    status: list[JobStatus] | None = strawberry.field(
        default=None, description="The job that writes it is this far."
    )
