"""Goals, changed through their services."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin

from domain.base.admin import BaseFormSet, InTrash, LatestInline, Request, Rows, TrashAdmin, by
from domain.goals.models import Goal, GoalList, GoalTag
from domain.goals.services import goals


class GoalListInline(LatestInline):
    """The lists of a goal, to look at: there are few. The person chooses them, not the staff."""

    model = GoalList
    formset = BaseFormSet  # type: ignore[assignment]  # not only the first ones
    fields = ("study_list",)
    verbose_name_plural = "lists"
    show_change_link = False

    def get_queryset(self, request: Request) -> Rows:
        """Links with their lists, those in the trash as well."""
        return super().get_queryset(request).select_related("study_list")


class GoalTagInline(LatestInline):
    """The tags of a goal, likewise."""

    model = GoalTag
    formset = BaseFormSet  # type: ignore[assignment]  # not only the first ones
    fields = ("tag",)
    verbose_name_plural = "tags"
    show_change_link = False

    def get_queryset(self, request: Request) -> Rows:
        """Links with their tags, those in the trash as well."""
        return super().get_queryset(request).select_related("tag")


@admin.register(Goal)
class GoalAdmin(TrashAdmin):
    """Searched by the owner's whole address, or by id."""

    list_display = ("name", "owner", "date", "target_retention", "created_at", "deleted_at")
    list_filter = (InTrash, "date")
    list_select_related = ("owner",)
    search_help_text = "The owner's e-mail address, or an id."
    readonly_fields = ("company", *TrashAdmin.stamps)
    inlines: ClassVar[Any] = (GoalListInline, GoalTagInline)
    columns = ("name", "date", "target_retention", "note")

    def get_fieldsets(self, request: Request, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("belongs_to", *self.columns)}),)
        stamps = {"fields": self.stamps, "classes": ("collapse",)}
        return ((None, {"fields": (*self.columns, "company")}), ("Origin", stamps))

    def get_inlines(self, request: Request, obj: Any) -> Any:
        """A goal has lists and tags once it has an owner."""
        return self.inlines if obj else ()

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Create or change it by the service."""
        if change:
            goals.update_goal(goal=obj, **by(request), **form.changes())
        else:
            created = goals.create_goal(owner=obj.owner, **by(request), **form.changes())
            obj.pk = created.pk

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        goals.delete_goal(goal=row, actor=actor, at=at)

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        goals.restore_goal(goal=row, actor=actor, at=at)

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        return goals.purge_goals(ids=ids, actor=actor, at=at)
