"""Which jobs."""

from typing import TYPE_CHECKING, Self

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.jobs.models import Job


class JobQuerySet(OwnedQuerySet["Job"]):
    """Jobs."""

    def active(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(status__in=("PENDING", "RUNNING"))
