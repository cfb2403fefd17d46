"""Sittings, to look at: what happens in one is up to the person who sits there."""

from typing import ClassVar

from django.contrib import admin

from domain.base.admin import BaseInline, LargeTableAdmin, ReadOnly, Request, Rows
from domain.practice.models import PracticePause, PracticeSession, PracticeSessionItem


class Items(ReadOnly, BaseInline):
    """The questions of a sitting: a hundred at most."""

    model = PracticeSessionItem
    fields = ("position", "question", "started_at", "ended_at", "measured_seconds", "log")
    extra = max_num = 0
    verbose_name_plural = "questions"

    def get_queryset(self, request: Request) -> Rows:
        return super().get_queryset(request).select_related("question", "log")


class Pauses(ReadOnly, BaseInline):
    """The pauses of a sitting: a hundred at most."""

    model = PracticePause
    fields = ("started_at", "ended_at")
    extra = max_num = 0
    verbose_name_plural = "pauses"


@admin.register(PracticeSession)
class PracticeSessionAdmin(ReadOnly, LargeTableAdmin):
    """Searched by the owner's whole address, or by id."""

    list_display = (
        "started_at", "owner", "study_list", "time_box_minutes", "finished_at", "is_abandoned",
    )  # fmt: skip
    list_filter = ("is_abandoned", ("finished_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner", "study_list")
    search_help_text = "The owner's e-mail address, or an id."
    fields = (
        "owner", "uid", "started_at", "time_box_minutes", "study_list", "finished_at",
        "is_abandoned", "closes_at",
    )  # fmt: skip
    inlines: ClassVar = (Items, Pauses)
