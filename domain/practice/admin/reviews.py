"""What is known about questions, changed through the services that people use."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from domain.base.admin import LargeTableAdmin, Request, Rows, by
from domain.base.forms import BaseForm
from domain.practice.models import ReviewBaseline, ReviewStage, ReviewState
from domain.practice.services import baselines, reviews
from domain.practice.settling import REVIEWED
from domain.questions.models import Question


class OfQuestionAdmin(LargeTableAdmin):
    """Rows that a question has one of, and that have no id of their own."""

    list_select_related = ("owner", "question")
    found_by = "question__uid"
    search_help_text = "The owner's e-mail address, or the id of a question."

    @admin.display(description="state")
    def stage(self, row: ReviewState | ReviewBaseline) -> str:
        """Its name alone, so that the columns beside it are seen."""
        return ReviewStage(row.state).name


@admin.register(ReviewState)
class ReviewStateAdmin(OfQuestionAdmin):
    """All but what the person decided follows from the attempts, and is only shown."""

    list_display = (
        "question", "owner", "stage", "due_at", "stability", "difficulty", "reps", "lapses",
        "is_leech", "is_suspended", "postponed_until",
    )  # fmt: skip
    list_filter = ("state", "is_leech", "is_suspended")
    readonly_fields = ("owner", "question", *REVIEWED)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("owner", "question", "is_suspended", "postponed_until")}),
        ("Derived from the attempts", {"fields": REVIEWED}),
    )

    def has_add_permission(self, request: Request) -> bool:
        """It appears with the first attempt or decision."""
        return False

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """It goes with its question."""
        return False

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        """Nothing is decided about what is in the trash."""
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.question.is_live)

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Decide by the services."""
        decided = {name: form.cleaned_data[name] for name in form.changed_data}
        if "is_suspended" in decided:
            decide = reviews.resume_question
            if decided["is_suspended"]:
                decide = reviews.suspend_question
            decide(question=obj.question, **by(request))
        if "postponed_until" in decided:
            until: datetime | None = decided["postponed_until"]
            reviews.postpone_question(question=obj.question, until=until, **by(request))


class BaselineForm(BaseForm):
    """What another program knew."""

    due_at = forms.SplitDateTimeField(
        required=False,
        widget=admin.widgets.AdminSplitDateTime,
        help_text="What FSRS plans for the stability, if left empty.",
    )

    def clean_question(self) -> Question:
        """A live question without a baseline; the row belongs to its owner."""
        question: Question = self.cleaned_data["question"]
        if not question.is_live:
            raise forms.ValidationError("This question is in the trash.", code="not_found")
        return question


@admin.register(ReviewBaseline)
class ReviewBaselineAdmin(OfQuestionAdmin):
    """Saving or deleting one brings its question up to date."""

    list_display = (
        "question", "owner", "stage", "stability", "difficulty", "reviewed_at", "due_at", "reps",
        "lapses",
    )  # fmt: skip
    list_filter = ("state",)
    form = BaselineForm
    raw_id_fields = ("question",)
    fields = (
        "question", "state", "stability", "difficulty", "reviewed_at", "due_at", "reps", "lapses",
    )  # fmt: skip

    def get_readonly_fields(self, request: Request, obj: Any = None) -> Any:
        """A baseline stays with its question."""
        return ("question",) if obj else ()

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.question.is_live)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.question.is_live)

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Set it by the service."""
        said = {name: form.cleaned_data[name] for name in form.fields if name != "question"}
        baselines.set_review_baseline(question=obj.question, **by(request), **said)
        obj.pk = ReviewBaseline.objects.get(question=obj.question).pk

    def delete_model(self, request: Request, obj: Any) -> None:
        """Remove it by the service."""
        baselines.remove_review_baseline(question=obj.question, **by(request))

    def delete_queryset(self, request: Request, queryset: Rows) -> None:
        """Remove them one by one by the service."""
        for baseline in queryset:
            self.delete_model(request, baseline)
