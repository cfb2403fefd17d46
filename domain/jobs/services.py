"""Jobs: asked for, stopped, tried again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User
from domain.base.errors import DomainError
from domain.base.models import new_uid
from domain.base.tasks import enqueue
from domain.jobs import tasks
from domain.jobs.models import Job, JobKind

MOST_ACTIVE = 5


class TooManyJobs(DomainError):
    """A person's jobs would fill the workers."""

    code = "too_many_jobs"
    message = "You have %(limit)d jobs waiting or running. Wait for one to end, or cancel it."


@transaction.atomic
def start_job(*, owner: User, kind: JobKind, at: datetime, uid: UUID | None = None) -> Job:
    """Have something done in the background, once the transaction commits.

    Raises:
        TooManyJobs: some must end first.
    """
    if Job.objects.owned_by(owner).active().count() >= MOST_ACTIVE:
        raise TooManyJobs(limit=MOST_ACTIVE)
    job = Job(owner=owner, uid=uid or new_uid(), kind=kind, created_at=at, queued_at=at)
    job.save(force_insert=True)
    enqueue(tasks.run_job, job.pk)
    return job
