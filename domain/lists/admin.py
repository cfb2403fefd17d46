"""Study lists, changed through their services."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin

from domain.base.admin import (
    BaseInline,
    FirstFormSet,
    InTrash,
    ReadOnly,
    Request,
    Rows,
    TrashAdmin,
    by,
)
from domain.lists.models import StudyList, StudyListItem
from domain.lists.services import lists, trash


class FirstItems(FirstFormSet):
    """The beginning of a list, which for most lists is all of it."""

    most_shown = 200


class ItemInline(ReadOnly, BaseInline):
    """What is on a list, in its order. The person puts it in order, not the staff."""

    model = StudyListItem
    formset = FirstItems
    fields = ("position", "question", "section")
    ordering = ("position", "uid")
    extra = 0
    max_num = 0
    verbose_name_plural = "items"

    def get_queryset(self, request: Request) -> Rows:
        """Items with their questions, those in the trash as well."""
        return super().get_queryset(request).select_related("question")


@admin.register(StudyList)
class StudyListAdmin(TrashAdmin):
    """Searched by the owner's whole address, or by id."""

    list_display = ("name", "owner", "built_in", "created_at", "deleted_at")
    list_filter = (InTrash, "built_in")
    list_select_related = ("owner",)
    search_help_text = "The owner's e-mail address, or an id."
    origin = ("built_in", "source", "licence", *TrashAdmin.stamps)
    readonly_fields = origin
    inlines: ClassVar[Any] = (ItemInline,)
    columns = ("name", "description")

    def get_fieldsets(self, request: Request, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("belongs_to", *self.columns)}),)
        origin = {"fields": self.origin, "classes": ("collapse",)}
        return ((None, {"fields": self.columns}), ("Origin", origin))

    def get_inlines(self, request: Request, obj: Any) -> Any:
        """A list has items once it has an owner."""
        return self.inlines if obj else ()

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Create or change it by the service."""
        if change:
            lists.update_study_list(study_list=obj, **by(request), **form.changes())
        else:
            created = lists.create_study_list(owner=obj.owner, **by(request), **form.changes())
            obj.pk = created.pk

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        lists.delete_study_list(study_list=row, actor=actor, at=at)

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        trash.restore_study_list(study_list=row, actor=actor, at=at)

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        return trash.purge_study_lists(ids=ids, actor=actor, at=at)
