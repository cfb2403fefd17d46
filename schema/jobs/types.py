"""Jobs, as their owner sees them."""

from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.jobs import models, services
from schema.columns import expose
from schema.context import Info
from schema.scoping import Owned, Scope

if TYPE_CHECKING:
    from schema.transfer.export_types import Export
    from schema.transfer.types import ImportBatch

expose(models.JobKind)
expose(models.JobStatus)


@strawberry.type(description="Why a job failed.")
class JobError:
    code: str = strawberry.field(
        description="For programs: interrupted, took_too_long, internal, or what its kind refuses."
    )
    message: str = strawberry.field(description="For people: what happened and what to do.")


# All that is shown: an import that leads back to its job must find it there.
COLUMNS = [field.name for field in models.Job._meta.concrete_fields if field.name != "owner"]


@strawberry_django.type(models.Job, only=COLUMNS)
class Job(Owned, relay.Node):
    scope = Scope(live=())

    uid: relay.NodeID[UUID]
    kind: models.JobKind
    progress_done: strawberry.auto
    progress_total: strawberry.auto
    attempts: int = strawberry_django.field(
        field_name="attempt", description="How often a worker has begun it."
    )
    created_at: strawberry.auto
    started_at: strawberry.auto
    finished_at: strawberry.auto
    cancel_requested_at: strawberry.auto

    # Who sees a job that nobody is at any more has it seen to.
    @strawberry_django.field(
        only=["status", "queued_at", "handovers", "heartbeat_at", "started_at"],
        description="How far it is.",
    )
    def status(self, info: Info) -> models.JobStatus:
        job = cast(models.Job, self)
        services.notice(job, at=info.context.now)
        return models.JobStatus(job.status)

    @strawberry_django.field(
        only=["status", "progress_done", "progress_total"],
        description="The part of its steps that is done, 0 to 1; null while that is not known.",
    )
    def progress(self) -> float | None:
        return cast(models.Job, self).progress

    export: Annotated["Export", strawberry.lazy("schema.transfer.export_types")] | None = (
        strawberry_django.field(
            description="What it writes, if it is an export and that is still there."
        )
    )
    import_batch: Annotated["ImportBatch", strawberry.lazy("schema.transfer.types")] | None = (
        strawberry_django.field(description="What it imports, if it is an import.")
    )
    reverted_batch: Annotated["ImportBatch", strawberry.lazy("schema.transfer.types")] | None = (
        strawberry_django.field(
            description="What it takes back, if it is a revert and the last that was asked for."
        )
    )

    @strawberry_django.field(
        only=["error_code", "error_message"], description="Why it failed; null unless it did."
    )
    def error(self) -> JobError | None:
        job = cast(models.Job, self)
        if not job.error_code:
            return None
        return JobError(code=job.error_code, message=job.error_message)
