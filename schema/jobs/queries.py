"""Jobs: one by id, or a list of them, or one while it goes on."""

from functools import partial
from typing import cast

import strawberry

from domain.jobs import models
from domain.jobs.querysets import JobQuerySet
from schema.context import Info, Watched
from schema.directives import SignedIn
from schema.inputs import Id
from schema.jobs.types import Job
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import look_up
from schema.scoping import fetch

LOOKUPS = {"status": "status__in", "kind": "kind__in"}


@strawberry.input(description="Conditions on jobs. All that are given must hold.")
class JobFilter:
    status: list[models.JobStatus] | None = strawberry.field(
        default=None, description="Those that are this far."
    )
    kind: list[models.JobKind] | None = strawberry.field(
        default=None, description="Those that do one of these."
    )


def narrow_jobs(
    rows: JobQuerySet, info: Info, *, filter: JobFilter | None = None, **_: object
) -> JobQuerySet:
    """The jobs that the filter leaves."""
    return look_up(rows, filter, LOOKUPS) if filter is not None else rows


@strawberry.type
class JobQueries:
    jobs: Connection[Job] = connection(
        default=Ordering("created_at", descending=True),
        narrow=narrow_jobs,
        arguments=[argument("filter", JobFilter, "Conditions that must all hold.")],
        extensions=[SignedIn()],
        description="What you had done in the background, the newest first.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your jobs; NOT_FOUND if it is not there."
    )
    def job(self, info: Info, id: Id) -> Job | None:
        return cast(Job, fetch(Job, id, info))


@strawberry.type
class JobSubscriptions:
    @strawberry.field(
        extensions=[SignedIn()],
        description="One of your jobs now, and again whenever something about it changes, until it "
        "has ended; NOT_FOUND if it is not there. At most 4 at a time.",
    )
    def job_progress(self, info: Info, id: Id) -> Job | None:
        job = fetch(Job, id, info)
        look = partial(models.Job.objects.state_of, job.pk, models.WATCHED)
        info.context.watched = Watched(state=job.state, look=look, is_over=not job.is_active)
        return cast(Job, job)
