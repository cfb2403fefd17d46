"""Calls that were made with a key, to look at."""

from django.contrib import admin

from domain.base.admin import LargeTableAdmin, ReadOnly
from domain.idempotency.models import IdempotencyRecord


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnly, LargeTableAdmin):
    """Searched by a person's whole address or a record's id."""

    list_display = ("created_at", "mutation", "key", "owner")
    list_filter = ("created_at",)
    list_select_related = ("owner",)
    exclude = ("response",)
    search_help_text = "An e-mail address, or a record's id."
