"""Work in the background, to look at, to stop and to try again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction

from domain.base.admin import LargeTableAdmin, ReadOnly, Request, Rows, by
from domain.jobs import services
from domain.jobs.models import Job


@admin.register(Job)
class JobAdmin(ReadOnly, LargeTableAdmin):
    """Searched by the owner's whole address, or by id."""

    list_display = ("kind", "status", "owner", "created_at", "finished_at", "attempt", "error_code")
    list_filter = ("status", "kind")
    list_select_related = ("owner",)
    search_help_text = "The owner's e-mail address, or an id."
    actions = page_actions = ("cancel_jobs", "retry_jobs")

    def has_steer_permission(self, request: Request) -> bool:
        """Who may change jobs may stop them and try them again; nothing else can be changed."""
        return request.user.has_perm("jobs.change_job")

    @admin.action(description="Cancel the job", permissions=["steer"])
    def cancel_jobs(self, request: Request, queryset: Rows) -> None:
        """Stop those that wait or run."""
        self._each(request, queryset, services.cancel_job, "cancelled")

    @admin.action(description="Retry the job", permissions=["steer"])
    def retry_jobs(self, request: Request, queryset: Rows) -> None:
        """Have those done anew that failed or were cancelled."""
        self._each(request, queryset, services.retry_job, "to be tried again")

    def _each(
        self, request: Request, queryset: Rows, act: Callable[..., Any], outcome: str
    ) -> None:
        done = 0
        for job in queryset:
            try:
                with transaction.atomic():
                    act(job=job, **by(request))
            except ValidationError as refusal:
                message = f"“{job}”: {' '.join(refusal.messages)}"
                self.message_user(request, message, messages.WARNING)
            else:
                done += 1
        self.message_user(request, f"{done} {outcome}.", messages.SUCCESS)
