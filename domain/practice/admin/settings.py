"""The settings that the schedule depends on, changed through their service."""

from typing import Any

from django.contrib import admin

from domain.accounts.models import UserSettings
from domain.base.admin import LargeTableAdmin, Request, Rows, by
from domain.practice.services import settings


@admin.register(UserSettings)
class UserSettingsAdmin(LargeTableAdmin):
    """Searched by the person's whole address or id. Saving brings their schedule up to date."""

    list_display = ("user", "timezone", "desired_retention", "maximum_interval_days")
    list_select_related = ("user",)
    list_filter = ("week_start", "same_day_repeat")
    found_by = "user__uid"
    search_help_text = "The person's e-mail address or id."
    readonly_fields = ("user",)

    def of_people(self, rows: Rows, people: list[int]) -> Rows:
        """Their settings."""
        return rows.filter(user__in=people)

    def has_add_permission(self, request: Request) -> bool:
        """Everybody has settings."""
        return False

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """Nobody is without."""
        return False

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Change them by the service."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        settings.update_settings(user=obj.user, **by(request), **changes)
