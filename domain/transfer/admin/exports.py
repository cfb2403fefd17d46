"""Exports to look at and to delete; what is in them is nobody's business but their owner's."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from domain.base.admin import LargeTableAdmin, ReadOnly, Request, Rows, by
from domain.transfer.models import Export
from domain.transfer.services import exports


@admin.register(Export)
class ExportAdmin(ReadOnly, LargeTableAdmin):
    """Searched by the owner's whole address, or by id. Their files are not shown."""

    list_display = ("file_name", "format", "owner", "status", "size_bytes", "created_at")
    list_filter = ("format", "job__status")
    list_select_related = ("owner", "job")
    search_help_text = "The owner's e-mail address, or an id."
    actions = ("delete_files",)

    @admin.display(description="status")
    def status(self, export: Export) -> str:
        """How far its job is."""
        return export.job.get_status_display()

    def has_drop_permission(self, request: Request) -> bool:
        """Who may delete exports may have their files go before their time."""
        return request.user.has_perm("transfer.delete_export")

    @admin.action(description="Delete with the file, for good", permissions=["drop"])
    def delete_files(self, request: Request, queryset: Rows) -> None:
        """Delete those that nobody is writing."""
        deleted = 0
        for export in queryset:
            try:
                exports.delete_export(export=export, **by(request))
            except ValidationError as refusal:
                message = f"“{export}”: {' '.join(refusal.messages)}"
                self.message_user(request, message, messages.WARNING)
            else:
                deleted += 1
        self.message_user(request, f"{deleted} deleted for good.", messages.SUCCESS)
