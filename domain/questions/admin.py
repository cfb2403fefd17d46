"""Questions and tags, changed through their services."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin

from domain.base.admin import (
    BaseFormSet,
    BaseInline,
    InTrash,
    Request,
    Rows,
    Search,
    TrashAdmin,
    by,
)
from domain.base.text import words
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.querysets import MAX_SEARCH_WORDS
from domain.questions.services import questions, tags, trash
from domain.questions.services.tagging import Tagging


class TagLinkFormSet(BaseFormSet):
    """The tags of one question, chosen among its owner's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = Tag.objects.live().filter(owner=self.instance.owner_id)
        # Read once for all rows of the form.
        self.choices = [(tag.pk, f"{tag.get_kind_display()}: {tag}") for tag in live]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the owner's tags."""
        super().add_fields(form, index)
        form.fields["tag"].queryset = Tag.objects.live().filter(owner=self.instance.owner_id)
        form.fields["tag"].choices = [("", "---------"), *self.choices]

    def taggings(self) -> list[Tagging]:
        """What the form says the question's tags are."""
        return [
            Tagging(
                form.cleaned_data["tag"],
                form.cleaned_data["frequency"],
                form.cleaned_data["window"],
            )
            for form in self.forms
            if form.cleaned_data.get("tag") and not form.cleaned_data.get("DELETE")
        ]


class TagLinkInline(BaseInline):
    """The tags of a question that are not in the trash."""

    model = QuestionTag
    formset = TagLinkFormSet
    fields = ("tag", "frequency", "window")
    extra = 1

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Tags without the icons that add one, which would not know whose it is to be."""
        if db_field.name == "tag":
            return db_field.formfield(queryset=Tag.objects.none())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: Request) -> Rows:
        """Links to live tags, in the order of their names."""
        live = super().get_queryset(request).filter(tag__deleted_at=None)
        return live.select_related("tag").order_by("tag__kind", "tag__name")


@admin.register(Question)
class QuestionAdmin(TrashAdmin):
    """Searched by words of title and notes, by id, and by the owner's whole address."""

    list_display = (
        "title", "owner", "platform", "difficulty", "log_count", "solved_count",
        "last_attempted_at", "due_at", "created_at", "deleted_at",
    )  # fmt: skip
    list_filter = (InTrash, "platform", "difficulty", "is_starred", "is_archived")
    list_select_related = ("owner",)
    search_help_text = "Words of the title or the notes, an id, the owner's e-mail address."
    derived = (
        "log_count", "solved_count", "total_seconds", "last_attempted_at", "last_outcome", "due_at",
    )  # fmt: skip
    readonly_fields = (*TrashAdmin.stamps, *derived)
    inlines: ClassVar[Any] = (TagLinkInline,)
    add_fieldsets = (
        (None, {"fields": ("belongs_to", "title", "url", "difficulty", "importance")}),
        ("Text", {"fields": ("source", "content", "notes")}),
    )
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("title", "slug", "url", "platform", "external_id", "source")}),
        (
            "Practice",
            {
                "fields": (
                    "difficulty", "platform_rating", "importance", "is_starred", "is_archived",
                    "target_seconds",
                )
            },
        ),
        ("Text", {"fields": ("content", "notes")}),
        ("Derived from the attempts", {"fields": derived}),
        ("Origin", {"fields": TrashAdmin.stamps, "classes": ("collapse",)}),
    )  # fmt: skip

    def with_terms(self, rows: Rows, terms: list[str]) -> Rows:
        """Words as ``matching`` finds them, but for the names of tags: one index answers these."""
        for word in words(*terms)[:MAX_SEARCH_WORDS]:
            rows = rows.filter(search_words__has_word=word)
        return rows

    def get_fieldsets(self, request: Request, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: Request, obj: Any) -> Any:
        """A question has tags and attempts once it has an owner."""
        return self.inlines if obj else ()

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Create it by the service; a change waits for its tags."""
        if not change:
            created = questions.create_question(owner=obj.owner, **by(request), **form.changes())
            obj.pk = created.pk

    def save_related(self, request: Request, form: Any, formsets: Any, change: bool) -> None:
        """Change it by the service, tags included; attempts are only shown."""
        for formset in formsets:
            formset.save(commit=False)  # finds what the admin's own history says
        if change:
            links = next((each for each in formsets if isinstance(each, TagLinkFormSet)), None)
            taggings = links.taggings() if links and links.has_changed() else None
            questions.update_question(
                question=form.instance, tags=taggings, **by(request), **form.changes()
            )

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        questions.delete_question(question=row, actor=actor, at=at)

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        return trash.purge_questions(ids=ids, actor=actor, at=at)


@admin.register(Tag)
class TagAdmin(TrashAdmin):
    """Searched by the owner's whole address, by id, and by words of the name."""

    list_display = ("name", "kind", "owner", "colour", "created_at", "deleted_at")
    list_filter = (InTrash, "kind")
    list_select_related = ("owner",)
    search_help_text = "The owner's e-mail address, with words of the name if you like; or an id."
    readonly_fields = TrashAdmin.stamps
    columns = ("name", "kind", "description", "colour")

    def search(self, rows: Rows, search: Search) -> Rows:
        """Names with these words among one person's tags; no index finds them among everybody's."""
        if search.terms and not search.emails:
            return rows.none()
        return super().search(rows, search)

    def with_terms(self, rows: Rows, terms: list[str]) -> Rows:
        """Names with these words."""
        return rows.matching(" ".join(terms))  # type: ignore[no-any-return,attr-defined]

    def get_fieldsets(self, request: Request, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("belongs_to", *self.columns)}),)
        stamps = {"fields": self.stamps, "classes": ("collapse",)}
        return ((None, {"fields": self.columns}), ("Origin", stamps))

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Create or change it by the service."""
        if change:
            tags.update_tag(tag=obj, **by(request), **form.changes())
        else:
            created = tags.create_tag(owner=obj.owner, **by(request), **form.changes())
            obj.pk = created.pk

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        tags.delete_tag(tag=row, actor=actor, at=at)

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        trash.restore_tag(tag=row, actor=actor, at=at)

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        return trash.purge_tags(ids=ids, actor=actor, at=at)
