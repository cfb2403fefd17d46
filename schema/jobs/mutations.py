"""Jobs: stopped, tried again."""

from typing import cast

import strawberry
import strawberry_django
from strawberry import relay

from domain.jobs import services
from schema.context import Info, by_caller
from schema.directives import RateLimited, SignedIn
from schema.jobs.types import Job
from schema.scoping import get_owned


@strawberry.input(description="Which job to stop.")
class CancelJobInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.input(description="Which job to try again.")
class RetryJobInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.type
class JobMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Stop a job: at once if it waits, within seconds if it runs; its status then "
        "becomes CANCELLED, and nothing of it is stored. It may succeed before it hears of this.",
    )
    def cancel_job(self, info: Info, input: CancelJobInput) -> Job:
        job = get_owned(Job, input.id, info)
        return cast(Job, services.cancel_job(job=job, **by_caller(info)))

    @strawberry_django.mutation(
        extensions=[SignedIn(), RateLimited(limit=120, seconds=60)],
        handle_django_errors=True,
        description="Have a job that failed or was cancelled done anew.",
    )
    def retry_job(self, info: Info, input: RetryJobInput) -> Job:
        job = get_owned(Job, input.id, info)
        return cast(Job, services.retry_job(job=job, **by_caller(info)))
