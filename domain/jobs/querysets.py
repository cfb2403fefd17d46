"""Which jobs."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.jobs.models import Job

_WAITS = Q(status="PENDING")
_STANDING = {
    "waiting": Count("pk", filter=_WAITS),
    "running": Count("pk", filter=~_WAITS),
    "waiting_since": Min(Coalesce("heartbeat_at", "created_at"), filter=_WAITS),
}
LOST_AFTER = timedelta(seconds=60)
MOST_HANDOVERS = 5  # that are counted


def longest() -> timedelta:
    """How long a job may run."""
    return timedelta(minutes=settings.JOB_MINUTES)


def patience(handovers: int) -> timedelta:
    """How long a job waits before it is handed to the workers again: twice as long each time.

    Its message may still be there, and then each one more fills Redis until a worker comes.
    """
    doublings: int = 2 ** min(handovers, MOST_HANDOVERS)
    return LOST_AFTER * doublings


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
        waiting = self.filter(status="PENDING", queued_at__lt=at - LOST_AFTER)
        too_long = Q(queued_at__lt=at - patience(MOST_HANDOVERS))
        for handovers in range(MOST_HANDOVERS):
            too_long |= Q(handovers=handovers, queued_at__lt=at - patience(handovers))
        return waiting.filter(too_long)

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

        A job waits since its last worker was heard of, or else since it was first asked for: of one
        that was retried nothing else is kept.
        """
        return self.active().aggregate(**_STANDING)

    def standing_by_kind(self) -> Iterable[Mapping[str, Any]]:
        """The same for each ``kind`` of which there are any."""
        return self.active().order_by().values("kind").annotate(**_STANDING)
