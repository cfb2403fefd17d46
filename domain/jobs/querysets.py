"""Which jobs."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.jobs.models import Job

LOST_AFTER = timedelta(seconds=60)


def longest() -> timedelta:
    """How long a job may run."""
    return timedelta(minutes=settings.JOB_MINUTES)


class JobQuerySet(OwnedQuerySet["Job"]):
    """Jobs."""

    def active(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(status__in=("PENDING", "RUNNING"))

    def ended_by(self, moment: datetime) -> Self:
        """Jobs that ended at or before a moment, however they did."""
        return self.filter(finished_at__lte=moment)

    def state_of(self, job_id: int, columns: tuple[str, ...]) -> tuple[Any, ...] | None:
        """Some columns of one job, read from its row alone; None if it is gone."""
        return self.filter(pk=job_id).values_list(*columns).first()

    def forgotten(self, *, at: datetime) -> Self:
        """Jobs that wait, and of which the workers may not know any more."""
        return self.filter(status="PENDING", queued_at__lt=at - LOST_AFTER)

    def abandoned(self, *, at: datetime) -> Self:
        """Jobs that are said to run, and whose worker was not heard of for long."""
        return self.filter(status="RUNNING", heartbeat_at__lt=at - LOST_AFTER)

    def overdue(self, *, at: datetime) -> Self:
        """Jobs that run longer than they may, did not end by themselves, and are not abandoned."""
        before = at - LOST_AFTER
        running = self.filter(status="RUNNING", heartbeat_at__gte=before)
        return running.filter(started_at__lt=before - longest())

    def ended_between(self, *, after: datetime, before: datetime) -> Self:
        """Jobs of everybody that ended at or after ``after`` and before ``before``, however."""
        return self.filter(finished_at__gte=after, finished_at__lt=before)

    def failed(self) -> Self:
        """Those that failed."""
        return self.filter(status="FAILED")

    def owed(self) -> Self:
        """Those that failed although their work must be done, and was not since."""
        return self.failed().filter(kind="RESCHEDULE")

    def purgeable(self, *, ended_by: datetime) -> Self:
        """Jobs that ended at or before a moment, and that nothing depends on any more.

        An import that is just being taken back is needed for that.
        """
        unneeded = self.exclude(import_batch__revert_job__status__in=("PENDING", "RUNNING"))
        return unneeded.exclude(status="FAILED", kind="RESCHEDULE").ended_by(ended_by)

    def standing(self) -> dict[str, Any]:
        """How many are ``waiting`` and ``running``, and since when the first one waits.

        A job waits since it was asked for, or since its last worker was heard of.
        """
        waits = Q(status="PENDING")
        return self.active().aggregate(
            waiting=Count("pk", filter=waits),
            running=Count("pk", filter=~waits),
            waiting_since=Min(Coalesce("heartbeat_at", "created_at"), filter=waits),
        )
