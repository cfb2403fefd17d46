"""What all admin pages share: lists that stay quick on millions of rows, and saving by services."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, models, transaction
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponseRedirect  # noqa: TID251  # a web page
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from unfold import admin as themed
from unfold.forms import PaginationInlineFormSet
from unfold.views import ChangeList as ThemedList

from domain.base.errors import NotFound
from domain.base.forms import NewOwnedForm, OwnedForm

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BaseInline = admin.TabularInline[Any, Any]
    BaseStackedInline = admin.StackedInline[Any, Any]
    BaseFormSet = forms.models.BaseInlineFormSet[Any, Any, Any]
    BaseList = ChangeList
    Pages = Paginator[Any]
else:
    BaseAdmin, BaseInline = themed.ModelAdmin, themed.TabularInline
    BaseStackedInline, BaseList = themed.StackedInline, ThemedList
    BaseFormSet, Pages = PaginationInlineFormSet, Paginator

type Request = HttpRequest
type Rows = models.QuerySet[Any]

MOST_COUNTED = 10_000
LATEST = 10
FROM_PAGE = "_from_page"


def by(request: Request) -> Any:
    """Who acts and when, as the services take it."""
    return {"actor": request.user, "at": timezone.now()}


def is_number(text: str) -> bool:
    """Whether it can be the number of a row, which has 64 bits."""
    return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < 2**63


class AtLeast(int):
    """A count that was not carried to its end."""

    def __str__(self) -> str:
        """Such as 10,000+."""
        return f"{int(self):,}+"


class BoundedPaginator(Pages):
    """Counts and pages through ``MOST_COUNTED`` rows at most; who wants others must filter."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or ``AtLeast`` the bound: never a count of a whole table."""
        rows: Any = self.object_list
        found: int = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
        return AtLeast(MOST_COUNTED) if found > MOST_COUNTED else found


@dataclass
class Search:
    """What was typed into a search box, taken apart: ids, e-mail addresses, other terms."""

    uids: list[UUID] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> "Search":
        """Take the text apart."""
        search = cls()
        for term in text.split():
            try:
                search.uids.append(UUID(term))
            except ValueError:
                (search.emails if "@" in term else search.terms).append(term.lower())
        return search

    def people(self) -> list[int]:
        """The people with one of these addresses."""
        people = get_user_model()._default_manager.filter(email__in=self.emails)
        return list(people.values_list("pk", flat=True))


class CarefulList(BaseList):
    """A list whose address may say anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except DataError as error:
            # PostgreSQL cannot compare with it, such as half a regular expression.
            raise IncorrectLookupParameters(error) from error


class CountedList(CarefulList):
    """And that does not look for rows where none were counted."""

    def get_results(self, request: Request) -> None:
        super().get_results(request)
        if not self.result_count:
            self.result_list = self.queryset.none()


class PageAdmin(BaseAdmin):
    """Pages that answer also what no link or form of theirs would send."""

    def get_changelist(self, request: Request, **kwargs: Any) -> Any:
        return CarefulList

    def response_action(self, request: Request, queryset: Rows, *args: Any) -> Any:
        """An action concerns rows by their numbers."""
        if not all(map(is_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            message = "There is no such row. Open the list again, and tick the rows there."
            self.message_user(request, message, messages.ERROR)
            return None
        return super().response_action(request, queryset, *args)


class LargeTableAdmin(PageAdmin):
    """A list that reads a page of an index and counts no further than ``MOST_COUNTED``."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a facet is a count for every value of a filter
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("uid",)  # what makes the box appear; ``search`` decides
    found_by = "uid"  # the column that a typed id is compared with
    asked_by: ClassVar[tuple[str, ...]] = ()  # further columns that addresses may filter by
    page_actions: ClassVar[tuple[str, ...]] = ()  # those of ``actions`` that a row's page has too
    change_form_outer_before_template = "admin/page_actions.html"

    def get_changelist(self, request: Request, **kwargs: Any) -> Any:
        return CountedList

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Rows are chosen by what the list shows or offers: a column that it does not show could
        be guessed by what is found with it, letter by letter.
        """
        try:
            column = self.opts.get_field(lookup.partition(LOOKUP_SEP)[0])
        except FieldDoesNotExist:
            # A filter of ours, or nothing, which the list says.
            return super().lookup_allowed(lookup, value, request)
        names = [*self.get_list_display(request), *self._filters(request), *self.asked_by]
        shown = {str(name).partition(LOOKUP_SEP)[0] for name in names} | {self.opts.pk.name}
        return column.name in shown and super().lookup_allowed(lookup, value, request)

    def _filters(self, request: Request) -> list[Any]:
        given = self.get_list_filter(request)
        return [each[0] if isinstance(each, tuple | list) else each for each in given]

    def get_search_results(
        self, request: Request, queryset: Rows, search_term: str
    ) -> tuple[Rows, bool]:
        """Search as ``search`` says. The second value: no row is found twice."""
        return self.search(queryset, Search.of(search_term)), False

    def search(self, rows: Rows, search: Search) -> Rows:
        """The rows with these ids, of these people, that have these terms."""
        if search.uids:
            rows = rows.filter(**{f"{self.found_by}__in": search.uids})
        if search.emails:
            rows = self.of_people(rows, search.people())
        return self.with_terms(rows, search.terms) if search.terms else rows

    def of_people(self, rows: Rows, people: list[int]) -> Rows:
        """The rows that belong to some people."""
        return rows.filter(owner__in=people)

    def with_terms(self, rows: Rows, terms: list[str]) -> Rows:
        """The rows in which all terms are found; none where there is no index to find them."""
        return rows.none()

    def response_action(self, request: Request, queryset: Rows, *args: Any) -> Any:
        """An action reaches the rows that were ticked, never all that a search would find."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        numbers = list(filter(is_number, ticked))
        response = super().response_action(request, queryset.filter(pk__in=numbers), *args)
        if FROM_PAGE in request.POST and ticked and isinstance(response, HttpResponseRedirect):
            return redirect(admin_urlname(self.opts, SafeString("change")), quote(ticked[0]))
        return response

    def may_act(self, request: Request, row: Any) -> bool:
        """Whether the caller, who may run actions, may run them on this row."""
        return True

    def render_change_form(self, request: Request, context: Any, *args: Any, **kwargs: Any) -> Any:
        """A row's page, with buttons for some actions. They are sent to the list, as it does."""
        row = kwargs.get("obj")
        if row is not None and self.may_act(request, row):
            allowed: dict[str, Any] = self.get_actions(request)
            buttons = {name: allowed[name][2] for name in self.page_actions if name in allowed}
            context["page_actions"] = buttons
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A service that refuses is answered with its message; nothing is written then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return redirect(request.get_full_path())


class ReadOnly:
    """Mixin: rows to look at."""

    class Media:
        css: ClassVar[Any] = {"all": ["admin_site/inlines.css"]}

    def has_add_permission(self, request: Request, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        return False


class FirstFormSet(BaseFormSet):
    """The first rows of an inline, in its order, however many there are."""

    most_shown = LATEST

    def get_queryset(self) -> Rows:
        """At most ``most_shown`` rows, read once."""
        if not hasattr(self, "_first"):
            self._first = super().get_queryset()[: self.most_shown]
        return self._first


class LatestInline(ReadOnly, BaseInline):
    """The latest rows that belong to the one on the page, to look at."""

    formset = FirstFormSet
    extra = 0
    max_num = 0
    show_change_link = True


class InTrash(admin.SimpleListFilter):
    """Live rows or those in the trash."""

    title = "trash"
    parameter_name = "trash"

    def lookups(self, request: Request, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Live"), ("yes", "In the trash")]

    def queryset(self, request: Request, queryset: Rows) -> Rows | None:
        if self.value() not in {"no", "yes"}:
            return None
        return queryset.filter(deleted_at__isnull=self.value() == "no")


class TrashAdmin(LargeTableAdmin):
    """Deleting puts a row in the trash, by the service; what is there is restored or purged."""

    actions = ("restore_rows", "purge_rows")
    form = OwnedForm
    add_form: ClassVar[Any] = NewOwnedForm
    stamps: ClassVar[tuple[str, ...]] = (
        "owner", "uid", "created_at", "created_by", "updated_at", "updated_by", "version",
        "deleted_at", "deleted_by",
    )  # fmt: skip

    def get_form(
        self, request: Request, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A new row is given an owner."""
        kwargs["form"] = self.form if obj else self.add_form
        return super().get_form(request, obj, change, **kwargs)

    def move_to_trash(self, row: Any, *, actor: Any, at: datetime) -> None:
        """Call the service that deletes one row.

        Raises:
            NotFound: it is in the trash already.
        """
        raise NotImplementedError

    def bring_back(self, row: Any, *, actor: Any, at: datetime) -> None:
        """Call the service that restores one row.

        Raises:
            ValidationError: something stands in its way.
        """
        raise NotImplementedError

    def purge(self, ids: list[int], *, actor: Any, at: datetime) -> int:
        """Call the service that deletes rows in the trash for good; give their number."""
        raise NotImplementedError

    @admin.action(description="Restore selected rows from the trash", permissions=["delete"])
    def restore_rows(self, request: Request, queryset: Rows) -> None:
        """Bring back one by one what is in the trash, and say what cannot be."""
        restored = 0
        for row in queryset.filter(deleted_at__isnull=False):
            try:
                with transaction.atomic():
                    self.bring_back(row, **by(request))
            except ValidationError as refusal:
                message = f"“{row}”: {' '.join(refusal.messages)}"
                self.message_user(request, message, messages.WARNING)
            else:
                restored += 1
        self.message_user(request, f"{restored} restored.", messages.SUCCESS)

    @admin.action(description="Delete selected rows in the trash for good", permissions=["delete"])
    def purge_rows(self, request: Request, queryset: Rows) -> None:
        """Purge what is in the trash; live rows stay."""
        ids = list(queryset.order_by("pk").values_list("pk", flat=True))
        purged = self.purge(ids, **by(request))
        self.message_user(request, f"{purged} deleted for good.", messages.SUCCESS)

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_live)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_live)

    def delete_model(self, request: Request, obj: Any) -> None:
        """Delete one row by the service."""
        self.move_to_trash(obj, **by(request))

    def delete_queryset(self, request: Request, queryset: Rows) -> None:
        """Delete rows one by one by the service; those that are in the trash stay there."""
        for row in queryset:
            try:
                with transaction.atomic():
                    self.delete_model(request, row)
            except NotFound:
                message = f"“{row}” is in the trash already."
                self.message_user(request, message, messages.WARNING)

    def get_deleted_objects(
        self, objs: Iterable[Any], request: Request
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What a deletion concerns: these rows and, since they can come back, nothing else."""
        rows = [str(row) for row in objs]
        return rows, {str(self.opts.verbose_name_plural): len(rows)}, set(), []
