"""Imports, as their owner sees them."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.base.bulk import ErrorPolicy
from domain.transfer import models
from schema.columns import expose
from schema.context import Info
from schema.jobs.types import Job
from schema.scoping import Owned, Scope
from schema.transfer.reports import ImportFigures, ImportFormat, ImportReport, RevertReport

expose(ErrorPolicy)


@strawberry_django.type(models.ImportBatch, only=["uid", "created_at"])
class ImportBatch(Owned, relay.Node):
    scope = Scope(live=())

    uid: relay.NodeID[UUID]
    job: Job
    revert_job: Job | None
    file_name: strawberry.auto
    size_bytes: strawberry.auto
    format: ImportFormat | None
    error_policy: ErrorPolicy
    created_at: strawberry.auto
    reverted_at: strawberry.auto

    @strawberry_django.field(
        only=["job__kind"],
        select_related=["job"],
        description="Whether it only tells what importing the file would do; nothing is stored.",
    )
    def is_preview(self) -> bool:
        return cast(models.ImportBatch, self).is_preview

    @strawberry_django.field(
        only=["reverted_at", "forgotten_at", "job__kind", "job__status", "job__finished_at"],
        select_related=["job"],
        description="Until when it can be reverted (UTC); null if it cannot, or was.",
    )
    def revertable_until(self, info: Info) -> datetime | None:
        return cast(models.ImportBatch, self).revertable_until(at=info.context.now)

    @strawberry_django.field(
        only=["report"],
        description="What came of it; null until it is done, or refused for its rows.",
    )
    def report(self) -> ImportReport | None:
        report = cast(models.ImportBatch, self).report
        return None if report is None else ImportReport.told(report)

    @strawberry_django.field(
        only=["revert_report"],
        description="What came of reverting it; null unless that was done.",
    )
    def revert_report(self) -> RevertReport | None:
        report = cast(models.ImportBatch, self).revert_report
        return None if report is None else RevertReport.told(report)


@strawberry.type(description="What an import did. Importing the same file again changes nothing.")
class ImportResult(ImportFigures):
    batch_uid: strawberry.Private[str | None]

    @strawberry.field(
        description="The import, by which it can be reverted; null if it changed nothing."
    )
    def batch(self, info: Info) -> ImportBatch | None:
        if self.batch_uid is None:
            return None
        found = models.ImportBatch.objects.owned_by(info.context.user).filter(uid=self.batch_uid)
        return cast(ImportBatch | None, found.select_related("job", "revert_job").first())

    @classmethod
    def of(cls, report: dict[str, Any]) -> "ImportResult":
        """Tell a report that is stored, or could be."""
        return cls.told(report, batch_uid=report["batch"])
