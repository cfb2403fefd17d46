"""Callers see and name only their own rows.

Which rows those are is *declared* on each type as a ``Scope``, so that the optimizer, ``node(id)``,
``get_owned`` and the tests all read the same two facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.optimizer import optimizer
from strawberry_django.utils.typing import get_django_definition

from domain.base.errors import NotFound, NotInTrash
from schema.context import Info


@dataclass(frozen=True)
class Scope:
    """Which rows of a table a caller may see.

    Args:
        owner: the path from the row to the person it belongs to.
        live: the columns that are null while the row, and what it hangs on, is not in the trash.
        also: further paths: rows that lead to the caller by one of them are shown as well.
        session: rows that say who may use the account; nothing for callers with an API token.
    """

    owner: str = "owner"
    live: tuple[str, ...] = ("deleted_at",)
    also: tuple[str, ...] = ()
    session: bool = False

    def narrow(self, rows: QuerySet[Any], caller: Any) -> QuerySet[Any]:
        """The caller's live rows; none for somebody who is not signed in."""
        if not caller.is_authenticated or (self.session and caller.api_token is not None):
            return rows.none()
        trashed = {f"{column}__isnull": True for column in self.live}
        if not self.also:
            return rows.filter(**{self.owner: caller.pk}, **trashed)
        of_caller = Q(**{self.owner: caller.pk})
        for path in self.also:
            of_caller |= Q(**{path: caller.pk})
        return rows.filter(of_caller, **trashed)


@dataclass(frozen=True)
class StaffScope(Scope):
    """Everybody's rows for people with one of some roles, their own for others.

    Only for types that show nothing of what people practise, and from which no relation leads on.
    An API token sees its owner, whatever their role.

    Args:
        roles: to whom nobody is hidden.
    """

    roles: tuple[str, ...] = ()

    def narrow(self, rows: QuerySet[Any], caller: Any) -> QuerySet[Any]:
        """The rows that the caller may see; none for somebody who is not signed in."""
        if caller.is_authenticated and caller.api_token is None and caller.role in self.roles:
            return rows
        return super().narrow(rows, caller)


class Parent(StrawberryDjangoField):
    """A relation to what a row hangs on. Whenever the row is shown, so is that, be it in the trash.

    The row itself is hidden with it. But it may go there after the row was read, and a call that is
    sent again shows what it made.
    """


class Owned:
    """Base of every GraphQL type whose rows belong to people."""

    scope: ClassVar[Scope] = Scope()

    @classmethod
    def get_queryset(cls, queryset: QuerySet[Any], info: Info, **_: Any) -> QuerySet[Any]:
        """What the library calls for every list, connection, relation and node of the type."""
        scope = replace(cls.scope, live=()) if isinstance(info._field, Parent) else cls.scope
        return scope.narrow(queryset, info.context.request.user)


def get_owned[Row: Model](node: type, id: relay.GlobalID, info: Info, *, field: str = "id") -> Any:
    """The caller's row that an id names.

    Args:
        node: the GraphQL type that the id must be of.
        field: the input field to blame.

    Raises:
        NotFound: no such row, a stranger's row, or another type's id: all alike.
    """
    rows = get_all_owned(node, [id], info, field=field)
    return rows[0]


def get_all_owned(
    node: type, ids: Iterable[relay.GlobalID], info: Info, *, field: str
) -> list[Any]:
    """The caller's rows that some ids name, in their order, in one statement.

    Raises:
        NotFound: as soon as one id names no row of the caller's.
    """
    found = find_all_owned(node, ids, info, field=field)
    for row in found:
        if isinstance(row, NotFound):
            raise row
    return found


def find_all_owned(
    node: type, ids: Iterable[relay.GlobalID], info: Info, *, field: str
) -> list[Any]:
    """The same, with a ``NotFound`` in the place of each row that is none of the caller's."""
    uids = [_uid_or_none(node, id) for id in ids]
    asked = {uid for uid in uids if uid is not None}
    if not asked:
        return [NotFound(field=field) for _ in uids]
    model = get_django_definition(node, strict=True).model
    rows = node.get_queryset(model._default_manager.all(), info)  # type: ignore[attr-defined]
    found = {row.uid: row for row in rows.filter(uid__in=asked)}
    return [found.get(uid) or NotFound(field=field) for uid in uids]


def get_trashed(node: type, id: relay.GlobalID, info: Info) -> Any:
    """The caller's row that an id names, if it is in the trash.

    Raises:
        NotInTrash: no such row, a live one, a stranger's, another type's id: all alike.
    """
    model = get_django_definition(node, strict=True).model
    owner = node.scope.owner  # type: ignore[attr-defined]
    trashed = {owner: info.context.user.pk, "deleted_at__isnull": False}
    uid = _uid_or_none(node, id)
    row = uid and next(iter(model._default_manager.filter(uid=uid, **trashed)), None)
    if row is None:
        raise NotInTrash(field="id")
    return row


def fetch(node: type, id: relay.GlobalID, info: Info) -> Any:
    """The caller's row that an id names, read together with everything that is selected of it.

    Raises:
        NotFound: as ``get_owned``.
    """
    model = get_django_definition(node, strict=True).model
    rows = node.get_queryset(model._default_manager.all(), info)  # type: ignore[attr-defined]
    # There is one at most; `first()` would sort.
    row = next(iter(_optimized(rows.filter(uid=_uid(node, id, "id")), info)), None)
    if row is None:
        raise NotFound(field="id")
    return row


def shown(row: Model, info: Info) -> Any:
    """A row that a mutation changed, read again if the client asks for more than its columns.

    Without this, every nested row would be read by a statement of its own.
    """
    if not _selects_more(info, str(row._meta.object_name)):
        return row
    rows = type(row)._default_manager.filter(pk=row.pk)
    return next(iter(_optimized(rows, info)), row)


def _optimized(rows: QuerySet[Any], info: Info) -> QuerySet[Any]:
    extension = optimizer.get()
    return extension.optimize(rows, info=info) if extension else rows


def _selects_more(info: Info, type_name: str) -> bool:
    """Whether rows, or what the database has to compute, are selected of a type."""
    fields = info._raw_info.schema.type_map[type_name].fields  # type: ignore[attr-defined]
    selections = [field for selected in info.selected_fields for field in selected.selections]
    while selections:
        selection = selections.pop()
        condition = getattr(selection, "type_condition", None)
        # What is selected of an `OperationInfo` is no concern of the row's.
        if condition in (type_name, "Node"):
            selections.extend(selection.selections)
        elif condition is None and (selection.selections or _is_computed(fields, selection)):
            return True
    return False


def _is_computed(fields: dict[str, Any], selection: Any) -> bool:
    field = fields.get(selection.name)
    definition = field and field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    store = getattr(definition, "store", None)
    return store is not None and bool(store.annotate)


def _uid(node: type, id: relay.GlobalID, field: str) -> UUID:
    uid = _uid_or_none(node, id)
    if uid is None:
        raise NotFound(field=field)
    return uid


def _uid_or_none(node: type, id: relay.GlobalID) -> UUID | None:
    # The type is compared by name before anything is looked up: an id made for a laxer type that
    # reads the same table would otherwise open the row.
    if id.type_name != node.__strawberry_definition__.name:  # type: ignore[attr-defined]
        return None
    try:
        return UUID(id.node_id)
    except ValueError:
        return None
