"""Which jobs."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db.models import Q

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

    def lost(self, *, at: datetime) -> Self:
        """All of these."""
        before = at - LOST_AFTER
        waiting = Q(status="PENDING", queued_at__lt=before)
        running = Q(heartbeat_at__lt=before) | Q(started_at__lt=before - longest())
        return self.filter(waiting | Q(running, status="RUNNING"))
