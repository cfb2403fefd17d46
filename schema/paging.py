"""Keyset pages: a cursor names the last row seen, so a page costs the same however far it is in.

Every list is a Relay connection built by ``connection()``: 20 rows unless the client says
otherwise, 100 at most, counted only when ``totalCount`` is selected. Nested connections of a whole
page of parents are read in one statement.
"""

import base64
import binascii
import enum
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

import strawberry
from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Field,
    IntegerField,
    OrderBy,
    Q,
    QuerySet,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from graphql import FieldNode, FragmentSpreadNode
from strawberry import relay
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry_django.fields.field import (
    StrawberryDjangoConnectionExtension,
    StrawberryDjangoField,
)
from strawberry_django.optimizer import is_optimized_by_prefetching
from strawberry_django.queryset import (
    CONFIG_KEY,
    StrawberryDjangoQuerySetConfig,
    get_queryset_config,
)

from domain.base.querysets import FOLDED, ByCodePoint
from domain.base.text import is_storable
from schema.errors import BadInput

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
MALFORMED = (ValueError, TypeError, OverflowError, RecursionError)


@strawberry.enum(description="Which way a list is sorted. Rows without a value always come last.")
class OrderDirection(enum.Enum):
    ASC = strawberry.enum_value(
        "ASC", description="Smallest, oldest or A first; upper and lower case make no difference."
    )
    DESC = strawberry.enum_value(
        "DESC", description="Largest, newest or Z first; upper and lower case make no difference."
    )


@dataclass(frozen=True)
class Ordering:
    """A column to sort by, with ``uid`` to tell equals apart.

    A folded text is sorted by its code points, so that both databases give the same order.

    Args:
        column: the model's column.
        descending: largest first.
    """

    column: str
    descending: bool = False

    @property
    def name(self) -> str:
        """What a cursor notes, so that it is not used with another ordering."""
        return f"-{self.column}" if self.descending else self.column

    def column_of(self, model: Any) -> "Field[Any, Any]":
        """What its values are."""
        found: Field[Any, Any] = model._meta.get_field(self.column)
        return found

    def value_of(self, row: Any) -> str | None:
        """Its value in a row, as text for a cursor."""
        field = self.column_of(row)
        value = getattr(row, field.attname)
        return None if value is None else field.value_to_string(row)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows, with what they are to be sorted by."""
        is_folded = self.column in FOLDED
        return rows.alias(**{self.key: ByCodePoint(self.column)}) if is_folded else rows

    @property
    def key(self) -> str:
        """What conditions call the value that is sorted by."""
        return f"{self.column}_by_code_point" if self.column in FOLDED else self.column

    def order_by(self, *, nullable: bool, backwards: bool) -> list[OrderBy]:
        """The sort, or its exact reverse.

        Where nulls go is said only for columns that have them: PostgreSQL would not use a plain
        index otherwise.
        """
        largest_first = self.descending is not backwards
        column, uid = F(self.key), F("uid")
        nulls = {"nulls_first" if backwards else "nulls_last": True} if nullable else {}
        if largest_first:
            return [column.desc(**nulls), uid.desc()]
        return [column.asc(**nulls), uid.asc()]

    def beyond(self, value: Any, uid: Any, *, nullable: bool, backwards: bool) -> Q:
        """Rows that come after (or, backwards, before) the row with these two values."""
        step = "lt" if self.descending is not backwards else "gt"
        same = Q(**{f"{self.key}__isnull": True} if value is None else {self.key: value})
        equals = same & Q(**{f"uid__{step}": uid})
        if value is None:
            return equals | Q(**{f"{self.key}__isnull": False}) if backwards else equals
        further = Q(**{f"{self.key}__{step}": value})
        if nullable:
            if not backwards:
                further |= Q(**{f"{self.key}__isnull": True})
            return further | equals
        # The redundant first condition lets the database start inside the index.
        return Q(**{f"{self.key}__{step}e": value}) & (further | equals)


@dataclass(frozen=True, kw_only=True)
class Ranking(Ordering):
    """A whole number to sort by that is computed for each row, such as how well it fits a search.

    Args:
        column: what ``compute`` calls it.
        of: what it depends on, so that a cursor is not used with another.
        compute: notes it on the rows.
    """

    of: str
    compute: Callable[[QuerySet[Any]], QuerySet[Any]]

    @property
    def name(self) -> str:
        """What a cursor notes."""
        return f"{super().name}:{self.of}"

    def column_of(self, model: Any) -> "Field[Any, Any]":
        """Whole numbers."""
        return IntegerField()

    def value_of(self, row: Any) -> str | None:
        """The number."""
        return str(getattr(row, self.column))

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows, with their numbers."""
        return self.compute(rows)


@dataclass(frozen=True)
class Page:
    """One request for a part of a list."""

    ordering: Ordering
    size: int
    backwards: bool
    cursor: str | None

    @classmethod
    def from_arguments(
        cls,
        ordering: Ordering,
        *,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Self:
        """Check a connection's arguments.

        Raises:
            BadInput: they contradict each other or ask for too much.
        """
        if (first is not None or after is not None) and (last is not None or before is not None):
            raise BadInput("Page forwards with first and after, or backwards with last and before.")
        backwards = last is not None or before is not None
        size = last if backwards else first
        if size is None:
            size = DEFAULT_PAGE
        if not 0 <= size <= LARGEST_PAGE:
            name = "last" if backwards else "first"
            raise BadInput(f"{name} is {size}; ask for 0 to {LARGEST_PAGE} rows and page on.")
        return cls(ordering, size, backwards, before if backwards else after)

    def condition(self, model: Any) -> Q | None:
        """Which rows are beyond the cursor; None without one.

        Raises:
            BadInput: the cursor was not made by this list with this ordering.
        """
        if self.cursor is None:
            return None
        field = self.ordering.column_of(model)
        value, uid = _decoded(self.cursor, self.ordering, field, model._meta.get_field("uid"))
        return self.ordering.beyond(value, uid, nullable=field.null, backwards=self.backwards)

    def cursor_of(self, row: Any) -> str:
        """The cursor of a row: the values it is sorted by, which its owner can see anyway."""
        value = self.ordering.value_of(row)
        return json.dumps([self.ordering.name, value, str(row.uid)], separators=(",", ":"))

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the page and one more, which tells whether there are more."""
        rows = self.ordering.prepared(rows)
        condition = self.condition(rows.model)
        if condition is not None:
            rows = rows.filter(condition)
        return rows.order_by(*self._order_by(rows))[: self.size + 1]

    def apply_nested(self, rows: QuerySet[Any], parent: str, *, counted: bool) -> QuerySet[Any]:
        """The same for each of many parents at once.

        Args:
            parent: the column that names it.
            counted: note each parent's total. Rows that are not beyond the cursor must then stay
                countable: they are numbered last, and dropped later.
        """
        rows = self.ordering.prepared(rows)
        order = self._order_by(rows)
        condition = self.condition(rows.model)
        if counted:
            rows = rows.annotate(_page_total=Window(Count("*"), partition_by=[F(parent)]))
        if condition is not None and counted:
            beyond = Case(When(condition, then=True), default=False, output_field=BooleanField())
            order = [OrderBy(beyond, descending=True), *order]
            rows = rows.annotate(_page_beyond=beyond)
        elif condition is not None:
            rows = rows.filter(condition)
        number = Window(RowNumber(), partition_by=[F(parent)], order_by=order)
        return rows.annotate(_page_number=number).filter(_page_number__lte=max(self.size + 1, 1))

    def _order_by(self, rows: QuerySet[Any]) -> list[OrderBy]:
        nullable = self.ordering.column_of(rows.model).null
        return self.ordering.order_by(nullable=nullable, backwards=self.backwards)


@strawberry.type(name="Connection", description="One page of a list, and how to get the next.")
class Connection(relay.Connection[relay.NodeType]):
    page_info: relay.PageInfo = strawberry.field(
        description="Whether there is more, and the cursors to go on from."
    )
    edges: list[relay.Edge[relay.NodeType]] = strawberry.field(
        description="The rows of this page, each with its cursor."
    )
    counted: strawberry.Private[QuerySet[Any] | int]

    @strawberry.field(
        description="Number of rows in the whole list, with its filters. Counted only if you ask."
    )
    def total_count(self) -> int:
        return self.counted if isinstance(self.counted, int) else self.counted.count()

    @classmethod
    def resolve_connection(  # type: ignore[override]
        cls, nodes: QuerySet[Any], *, info: Any, page: Page, **_: Any
    ) -> Self:
        """Read the page that ``ConnectionField`` prepared."""
        counted: QuerySet[Any] | int
        if is_optimized_by_prefetching(nodes):
            fetched = list(nodes)
            counted = getattr(fetched[0], "_page_total", 0) if fetched else 0
            rows = [row for row in fetched if getattr(row, "_page_beyond", True)]
            rows.sort(key=lambda row: row._page_number)
        else:
            rows, counted = list(page.apply(nodes)), nodes.order_by()
        has_more = len(rows) > page.size
        rows = rows[: page.size]
        if page.backwards:
            rows.reverse()
        edges = [PageEdge(row, page) for row in rows]
        ends = PageEnds(edges, page, has_more)
        return cls(edges=edges, page_info=ends, counted=counted)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class PageEdge:
    """Stands for a ``relay.Edge``: few clients select cursors, so they are made when one does."""

    node: Any
    page: Page

    @property
    def cursor(self) -> str:
        """Where to go on from this row."""
        return relay.to_base64(relay.Edge.CURSOR_PREFIX, self.page.cursor_of(self.node))


@dataclass(frozen=True, slots=True)
class PageEnds:
    """Stands for a ``relay.PageInfo``, for the same reason."""

    edges: list[PageEdge]
    page: Page
    has_more: bool

    @property
    def start_cursor(self) -> str | None:
        """The first row's; null on an empty page."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The last row's; null on an empty page."""
        return self.edges[-1].cursor if self.edges else None

    @property
    def has_next_page(self) -> bool:
        """Whether rows follow."""
        return self.page.cursor is not None if self.page.backwards else self.has_more

    @property
    def has_previous_page(self) -> bool:
        """Whether rows come before."""
        return self.has_more if self.page.backwards else self.page.cursor is not None


@dataclass
class PagesConfig(StrawberryDjangoQuerySetConfig):
    """The library's notes on a queryset, which go along with its copies, and the page it holds."""

    page: Page | None = None


class ConnectionField(StrawberryDjangoField):
    """A list field: scope, then filters, then search, then a page."""

    narrow: Any = None
    sort: Any = None
    default_ordering: Ordering

    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied.narrow, copied.sort = self.narrow, self.sort
        copied.default_ordering = self.default_ordering
        return copied

    def get_queryset(  # type: ignore[override]
        self,
        queryset: QuerySet[Any],
        info: Any,
        *,
        _strawberry_related_field_id: str | None = None,
        **arguments: Any,
    ) -> QuerySet[Any]:
        """The whole list; or, while the optimizer prefetches, the pages of all parents."""
        if is_optimized_by_prefetching(queryset):
            return queryset
        rows = super().get_queryset(queryset, info)
        if self.narrow is not None:
            rows = self.narrow(rows, info, **_without_paging(arguments))
        if _strawberry_related_field_id is None:
            return rows
        page = self.page(arguments)
        rows = page.apply_nested(rows, _strawberry_related_field_id, counted=_is_counted(info))
        notes = vars(get_queryset_config(rows)) | {"optimized_by_prefetching": True}
        setattr(rows, CONFIG_KEY, PagesConfig(**notes, page=page))
        return rows

    def prefetched(self, parent: Any) -> Any:
        """The connection of a parent whose page the optimizer has read; None unless it has."""
        name = self.django_name or self.python_name
        rows = getattr(parent, "_prefetched_objects_cache", {}).get(name)
        page = getattr(getattr(rows, CONFIG_KEY, None), "page", None)
        if page is None:
            return None
        return self.connection_type.resolve_connection(rows, info=None, page=page)

    @cached_property
    def connection_type(self) -> Any:
        """The concrete ``Connection``."""
        extensions = (one for one in self.extensions if isinstance(one, PageExtension))
        return next(extensions).connection_type

    def page(self, arguments: dict[str, Any]) -> Page:
        """What the arguments ask for."""
        ordering = self.sort(self.default_ordering, **_without_paging(arguments))
        paging = {name: arguments.get(name) for name in ("first", "last", "after", "before")}
        return Page.from_arguments(ordering, **paging)


class PageExtension(StrawberryDjangoConnectionExtension):
    """Gives a ``ConnectionField`` its arguments and hands it its page."""

    def __init__(self, arguments: Iterable[StrawberryArgument]) -> None:
        super().__init__(max_results=LARGEST_PAGE)
        self.extra_arguments = list(arguments)

    def apply(self, field: StrawberryField) -> None:
        """Add the paging arguments and the list's own."""
        super().apply(field)
        for argument in field.arguments:
            if argument.python_name in PAGING_DESCRIPTIONS:
                argument.description = PAGING_DESCRIPTIONS[argument.python_name]
        field.arguments = [*self.extra_arguments, *field.arguments]

    def resolve(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        """Check the page before anything is read, then read it."""
        page = info._field.page(arguments)
        nodes = next_(source, info, **_without_paging(arguments))
        return self.connection_type.resolve_connection(nodes, info=info, page=page)


PAGING_DESCRIPTIONS = {
    "first": f"Rows from the start, 0 to {LARGEST_PAGE}; {DEFAULT_PAGE} if nothing is said.",
    "after": "Only rows after this cursor: pageInfo.endCursor of the page before.",
    "last": f"Rows from the end, 0 to {LARGEST_PAGE}.",
    "before": "Only rows before this cursor: pageInfo.startCursor of the page after.",
}


def argument(name: str, annotation: Any, description: str) -> StrawberryArgument:
    """An optional argument of a list."""
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(annotation | None),
        description=description,
        default=None,
    )


def connection(
    *,
    default: Ordering,
    description: str,
    narrow: Any = None,
    sort: Any = None,
    arguments: Iterable[StrawberryArgument] = (),
    extensions: Iterable[Any] = (),
) -> Any:
    """A list field, annotated with its type: ``questions: Connection[Question] = connection(…)``.

    Args:
        default: the ordering when the client names none.
        narrow: ``(rows, info, **arguments) -> rows``, which applies the list's own arguments.
        sort: ``(default, **arguments) -> Ordering``, where that depends on more than ``order_by``.
        arguments: the list's own arguments; an ``order_by`` has a method ``ordering()``.
        extensions: guards.
    """
    field = ConnectionField(
        description=description,
        extensions=[PageExtension(arguments), *extensions],
    )
    field.narrow = narrow
    field.sort = sort or _ordered
    field.default_ordering = default
    return field


def _ordered(default: Ordering, *, order_by: Any = None, **_: Any) -> Ordering:
    ordering: Ordering = order_by.ordering() if order_by else default
    return ordering


def _is_counted(info: Any) -> bool:
    pending = [node.selection_set for node in info._raw_info.field_nodes]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                pending.append(info._raw_info.fragments[selection.name.value].selection_set)
            elif not isinstance(selection, FieldNode):
                pending.append(selection.selection_set)
            elif selection.name.value == "totalCount":
                return True
    return False


def _without_paging(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in PAGING_DESCRIPTIONS}


def _decoded(cursor: str, ordering: Ordering, field: Field, uid_field: Field) -> tuple[Any, Any]:
    try:
        decoded = base64.b64decode(cursor.encode(), validate=True).decode()
        prefix, _, text = decoded.partition(":")
        name, value, uid = json.loads(text)
        if prefix != relay.Edge.CURSOR_PREFIX or name != ordering.name:
            raise ValueError("made by another list")
        if not isinstance(value, str | None) or not isinstance(uid, str):
            raise TypeError("not a cursor of ours")
        if value is not None and not is_storable(value):
            raise ValueError("no text of ours")
        return _comparable(field.to_python(value)), uid_field.to_python(uid)
    except (*MALFORMED, ValidationError, binascii.Error) as malformed:
        message = "This cursor does not belong to this list and ordering. Start without a cursor."
        raise BadInput(message) from malformed


def _comparable(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("no moment of ours")
    return value.astimezone(UTC)
