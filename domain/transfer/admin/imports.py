"""Imports to look at: what was asked for and what came of it. Their files are not shown."""

from django.contrib import admin

from domain.base.admin import LargeTableAdmin, ReadOnly
from domain.transfer.models import ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnly, LargeTableAdmin):
    """Searched by the owner's whole address, or by id."""

    list_display = ("__str__", "owner", "status", "size_bytes", "created_at", "reverted_at")
    list_filter = ("format", "job__status", "error_policy")
    list_select_related = ("owner", "job")
    search_help_text = "The owner's e-mail address, or an id."
    # What it tells of rows is private.
    exclude = ("report", "revert_report")

    @admin.display(description="status")
    def status(self, batch: ImportBatch) -> str:
        """How far its job is."""
        return batch.job.get_status_display()
