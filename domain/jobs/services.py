"""Jobs: asked for, stopped, tried again."""

from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base import writing
from domain.base.errors import DomainError
from domain.base.models import new_uid
from domain.base.tasks import enqueue
from domain.jobs import tasks
from domain.jobs.models import MOST_ATTEMPTS, Job, JobKind, JobStatus
from domain.jobs.querysets import JobQuerySet

MOST_ACTIVE = 5
NOTICE_SECONDS = 15
PURGED_AT_ONCE = 500


class TooManyJobs(DomainError):
    """A person's jobs would fill the workers."""

    code = "too_many_jobs"
    message = "You have %(limit)d jobs waiting or running. Wait for one to end, or cancel it."


class JobIsOver(DomainError):
    """There is nothing left to stop."""

    code = "job_is_over"
    message = "The job has ended already. Look at its status."


class MustBeDone(DomainError):
    """Without it, settings and schedule would not agree."""

    code = "must_be_done"
    message = (
        "This job brings your reviews in line with your settings and cannot be cancelled. It ends "
        "by itself; to go back, change the settings once more."
    )


class NothingToRetry(DomainError):
    """The job did what it was to do, or still may."""

    code = "nothing_to_retry"
    message = "Only a job that failed or was cancelled can be tried again. Look at its status."


@transaction.atomic
def start_job(
    *,
    owner: User,
    kind: JobKind,
    at: datetime,
    actor: User | None = None,
    uid: UUID | None = None,
) -> Job:
    """Have something done in the background, once the transaction commits.

    Args:
        actor: who has it done, if not the owner.

    Raises:
        TooManyJobs: some must end first.
        ValidationError: one of their jobs has this id (id_taken).
    """
    _make_room(owner.pk, at)
    job = Job(owner=owner, uid=uid or new_uid(), kind=kind, created_at=at, queued_at=at)
    writing.write(job)
    audit.record(verb="job.started", at=at, actor=actor or owner, row=job, fields=["kind"])
    enqueue(tasks.run_job, job.pk)
    return job


@transaction.atomic
def cancel_job(*, job: Job, actor: User, at: datetime) -> Job:
    """Stop a job: at once if it waits, within seconds if it runs. Nothing of it will be stored.

    A job that was asked to stop before keeps that moment.

    Raises:
        JobIsOver: it ended before.
        MustBeDone: it reschedules.
        NotFound: it is gone with its owner.
    """
    held = writing.hold(job)
    if not held.is_active:
        raise JobIsOver
    if held.kind == JobKind.RESCHEDULE:
        raise MustBeDone
    if held.cancel_requested_at is not None:
        notice(held, at=at)
        return held
    held.cancel_requested_at = at
    fields = ["cancel_requested_at"]
    if held.status == JobStatus.PENDING:
        held.status, held.finished_at = JobStatus.CANCELLED, at
        fields += ["status", "finished_at"]
    held.save(update_fields=fields)
    audit.record(verb="job.cancelled", at=at, actor=actor, row=held)
    notice(held, at=at)
    return held


@transaction.atomic
def retry_job(*, job: Job, actor: User, at: datetime) -> Job:
    """Have a job that failed or was cancelled done anew, once the transaction commits.

    Raises:
        NothingToRetry: it waits, runs or is done.
        TooManyJobs: some must end first.
        NotFound: it is gone with its owner.
    """
    # The person before the job, here and wherever both are held.
    _make_room(job.owner_id, at)
    held = writing.hold(job)
    if held.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise NothingToRetry
    # The number of the last attempt stays, so that whoever may still be at it stores nothing.
    held.status, held.queued_at, held.attempts_left = JobStatus.PENDING, at, MOST_ATTEMPTS
    held.started_at = held.heartbeat_at = held.finished_at = held.cancel_requested_at = None
    held.handovers, held.progress_done, held.progress_total = 0, 0, None
    held.error_code = held.error_message = ""
    held.save()
    audit.record(verb="job.retried", at=at, actor=actor, row=held)
    enqueue(tasks.run_job, held.pk)
    return held


def purge_jobs(*, at: datetime) -> int:
    """Delete the jobs that ended ``JOB_RETENTION_DAYS`` ago, with the imports and exports that they
    did; give their number. What those stored stays, and so do jobs that are still needed.
    """
    ended_by = at - timedelta(days=settings.JOB_RETENTION_DAYS)
    purged, over = 0, Job.objects.purgeable(ended_by=ended_by)
    while batch := _purge_some(over):
        purged += batch
    return purged


@transaction.atomic
def _purge_some(over: JobQuerySet) -> int:
    # Held, so that none of them is tried once more at this moment.
    held = over.select_for_update(of=("self",)).order_by("pk")[:PURGED_AT_ONCE]
    jobs = [job.pk for job in held]
    Job.objects.filter(pk__in=jobs).delete()
    return len(jobs)


def notice(job: Job, *, at: datetime) -> None:
    """Have lost jobs seen to in the background, if this one is lost; whoever shows a job calls it.

    Beat has them seen to as well, where there is Redis. Without it nobody else does.
    """
    if job.is_lost(at=at) and _bell.may_ring():
        enqueue(tasks.reap)


class _Bell:
    """Rings now and then only, however many look at lost jobs."""

    def __init__(self) -> None:
        self.silent_until = 0.0
        self.lock = Lock()

    def may_ring(self) -> bool:
        """Whether this process has not rung for a while."""
        with self.lock:
            now = monotonic()
            if now < self.silent_until:
                return False
            self.silent_until = now + NOTICE_SECONDS
            return True


_bell = _Bell()


def _make_room(owner_id: int, at: datetime) -> None:
    # The person is held, so that two at once do not both become the last one that is allowed.
    User.objects.select_for_update(no_key=True).get(pk=owner_id)
    active = list(Job.objects.owned_by(owner_id).active())
    for job in active:
        notice(job, at=at)
    if len(active) >= MOST_ACTIVE:
        raise TooManyJobs(limit=MOST_ACTIVE)
