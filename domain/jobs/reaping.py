"""Jobs whose worker is gone, or whose message is: they wait anew, or end.

Every write names the state that it was decided on, so several may reap at once: one of them acts.
"""

import logging
from datetime import datetime
from typing import Any

from domain.base.errors import DomainError
from domain.jobs.models import Job, JobStatus
from domain.jobs.querysets import MOST_HANDOVERS, JobQuerySet, longest
from domain.jobs.watching import Loss, tell_loss

logger = logging.getLogger(__name__)

AT_ONCE = 100
# Some work cannot be made smaller, such as rescheduling.
AGAIN = (
    "Try the job again later. If that does not help, import or export less at once; with any other "
    "job, ask whoever runs this server."
)


class Interrupted(DomainError):
    """Each of its workers died, or lost the database."""

    code = "interrupted"
    message = f"The work was interrupted again and again, and nothing of it is stored. {AGAIN}"


class TookTooLong(DomainError):
    """It ran longer than a job may."""

    code = "took_too_long"
    message = (
        f"The work was not done within %(minutes)d minutes, and nothing of it is stored. {AGAIN}"
    )

    def __init__(self) -> None:
        super().__init__(minutes=longest().total_seconds() // 60)


def reap(*, at: datetime) -> list[int]:
    """Have the jobs go on, or end, that nobody is at.

    A worker that was taken for dead and is not cannot store anything any more: its attempt has
    another number than the job. With SQLite a worker that stores something keeps everybody from
    writing, its own heartbeat too; then this waits for it as well, and finds that the job is done.

    Returns:
        the primary keys of those that are to be handed to the workers.
    """
    _end_overdue(at)
    return _give_back_abandoned(at) + _queue_again(at)


def give_back(held: JobQuerySet, *, at: datetime) -> JobStatus | None:
    """Have a job wait for another worker, or end if it may not.

    Args:
        held: the job, while it is in the hands of the one that lost it; none if it is not.

    Returns:
        What it is now; None if somebody else acted.
    """
    job = held.first()
    if job is None:
        return None
    changes: dict[str, Any]
    if job.cancel_requested_at is not None:
        changes = ended(JobStatus.CANCELLED, at=at)
    elif job.attempts_left > 0:
        changes = {"status": JobStatus.PENDING, "queued_at": at, "handovers": 0}
    else:
        changes = ended(JobStatus.FAILED, at=at, refusal=Interrupted())
    return JobStatus(changes["status"]) if held.update(**changes) else None


def ended(status: JobStatus, *, at: datetime, refusal: DomainError | None = None) -> dict[str, Any]:
    """The columns of a job that ended."""
    if refusal is None:
        return {"status": status, "finished_at": at}
    said = {"error_code": refusal.code, "error_message": refusal.messages[0]}
    return {"status": status, "finished_at": at, **said}


def _end_overdue(at: datetime) -> None:
    for job in Job.objects.overdue(at=at).order_by("started_at")[:AT_ONCE]:
        logger.warning("job took too long", extra=_about(job))
        if job.cancel_requested_at is not None:
            changes = ended(JobStatus.CANCELLED, at=at)
        else:
            changes = ended(JobStatus.FAILED, at=at, refusal=TookTooLong())
        if Job.objects.overdue(at=at).filter(pk=job.pk, attempt=job.attempt).update(**changes):
            tell_loss(job.kind, Loss.OVERDUE)


def _give_back_abandoned(at: datetime) -> list[int]:
    given_back = []
    for job in Job.objects.abandoned(at=at).order_by("heartbeat_at")[:AT_ONCE]:
        logger.warning("job abandoned", extra=_about(job))
        held = Job.objects.abandoned(at=at).filter(pk=job.pk, attempt=job.attempt)
        status = give_back(held, at=at)
        if status is not None:
            tell_loss(job.kind, Loss.ABANDONED)
        if status == JobStatus.PENDING:
            given_back.append(job.pk)
    return given_back


def _queue_again(at: datetime) -> list[int]:
    """Redis may have lost the message. If it did not, the second one finds nothing to do."""
    queued = []
    for job in Job.objects.forgotten(at=at).order_by("queued_at")[:AT_ONCE]:
        held = Job.objects.forgotten(at=at).filter(pk=job.pk, queued_at=job.queued_at)
        if held.update(queued_at=at, handovers=min(job.handovers + 1, MOST_HANDOVERS)):
            queued.append(job.pk)
            tell_loss(job.kind, Loss.FORGOTTEN)
    return queued


def _about(job: Job) -> dict[str, Any]:
    return {"job": str(job.uid), "kind": job.kind, "attempt": job.attempt}
