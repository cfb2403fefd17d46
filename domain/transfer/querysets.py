"""Which imports and exports."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.transfer.models import Export, ImportBatch


class ImportBatchQuerySet(OwnedQuerySet["ImportBatch"]):
    """Imports."""

    def forgettable(self, *, ended_by: datetime) -> Self:
        """Imports that ended at or before a moment, and can be taken back although nobody does."""
        stored = self.filter(job__kind="IMPORT", job__status="SUCCEEDED")
        revertable = stored.filter(reverted_at=None, forgotten_at=None)
        unasked = revertable.exclude(revert_job__status__in=("PENDING", "RUNNING"))
        return unasked.filter(job__finished_at__lte=ended_by)


class ExportQuerySet(OwnedQuerySet["Export"]):
    """Exports."""

    def written(self) -> Self:
        """Exports of which there is a file."""
        return self.filter(job__status="SUCCEEDED")

    def ended(self) -> Self:
        """Exports that nobody is at any more, however that ended."""
        return self.exclude(job__status__in=("PENDING", "RUNNING"))

    def expired(self, *, at: datetime) -> Self:
        """Exports that can no longer be downloaded."""
        return self.filter(expires_at__lte=at)
