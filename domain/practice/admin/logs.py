"""Attempts, changed through their services."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from domain.base.admin import (
    InTrash,
    LatestInline,
    Request,
    Rows,
    TrashAdmin,
    by,
)
from domain.base.forms import OwnedForm
from domain.practice.models import Mistake, QuestionLog
from domain.practice.services import logs, trash
from domain.questions.admin import QuestionAdmin
from domain.questions.models import Question


class LogForm(OwnedForm):
    """One attempt."""

    mistakes = forms.MultipleChoiceField(
        choices=Mistake.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_question(self) -> Question:
        """A live question; the attempt belongs to its owner."""
        question: Question = self.cleaned_data["question"]
        if not question.is_live:
            raise forms.ValidationError("This question is in the trash.", code="not_found")
        self.instance.owner_id = question.owner_id
        return question


@admin.register(QuestionLog)
class QuestionLogAdmin(TrashAdmin):
    """Searched by the owner's whole address, or by id. Saving settles the question's counters."""

    list_display = (
        "attempted_at", "question", "owner", "outcome", "rating", "help", "duration_seconds",
        "language", "deleted_at",
    )  # fmt: skip
    list_filter = (InTrash, "outcome", "rating", "help", "counts_for_review")
    asked_by = ("created_at",)  # by the first page
    list_select_related = ("owner", "question")
    search_help_text = "The owner's e-mail address, or an id."
    form = add_form = LogForm
    raw_id_fields = ("question",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("question", "attempted_at", "outcome", "rating", "help", "mistakes")}),
        ("Time", {"fields": ("duration_seconds", "counts_for_review")}),
        (
            "Solution",
            {
                "fields": (
                    "approach", "time_complexity", "space_complexity", "language", "notes",
                    "solution_code",
                )
            },
        ),
    )  # fmt: skip
    origin = ("platform", "external_id", *TrashAdmin.stamps)

    def get_readonly_fields(self, request: Request, obj: Any = None) -> Any:
        """An attempt stays with its question."""
        return ("question", *self.origin) if obj else ()

    def get_fieldsets(self, request: Request, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        return (*self.fieldsets, ("Origin", {"fields": self.origin, "classes": ("collapse",)}))

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Log or change it by the service."""
        changes = form.changes()
        if change:
            logs.update_question_log(log=obj, **by(request), **changes)
        else:
            changes["attempted_at"] = form.cleaned_data["attempted_at"]
            changes["question"] = form.cleaned_data["question"]
            obj.pk = logs.create_question_log(**by(request), **changes).pk

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        logs.delete_question_log(log=row, actor=actor, at=at)

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        trash.restore_question_log(log=row, actor=actor, at=at)

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        return trash.purge_question_logs(ids=ids, actor=actor, at=at)


class LatestLogs(LatestInline):
    """The latest attempts that are not in the trash."""

    model = QuestionLog
    fields = ("attempted_at", "outcome", "rating", "help", "duration_seconds", "language")
    ordering = ("-attempted_at", "-uid")
    verbose_name_plural = "latest question logs"

    def get_queryset(self, request: Request) -> Rows:
        return super().get_queryset(request).filter(deleted_at=None)


admin.site.unregister(Question)


@admin.register(Question)
class PractisedQuestionAdmin(QuestionAdmin):
    """The same page with the latest attempts, which ``questions`` knows nothing of."""

    inlines: ClassVar[Any] = (*QuestionAdmin.inlines, LatestLogs)

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        trash.restore_question(question=row, actor=actor, at=at)
