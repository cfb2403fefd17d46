"""Which tables are watched: those of the objects that an export writes, and of their parts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from domain.accounts.models import User
from domain.archive.declaring import Entity, EntityName
from domain.archive.entities import ENTITIES
from domain.sync.models import Change, ChangeOp

PEOPLE = User._meta.db_table
# What no client ever sees: an update of nothing else is no change.
UNSEEN = frozenset(
    {
        "search_words", "name_key", "title_key",
        "created_by_id", "updated_by_id", "deleted_by_id",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where the objects of a kind are stored, and what is noted of each: expressions in SQL.

    Attributes:
        owner: the column that says whose a row is.
        columns: all that the table has by now.
    """

    name: EntityName
    table: str
    owner: str
    has_uid: bool
    columns: Collection[str]

    def uid(self, row: str) -> str:
        """The id of a row; of settings, which have none, that of their person."""
        if self.has_uid:
            return f"{row}.uid"
        return f"(SELECT person.uid FROM {PEOPLE} AS person WHERE person.id = {row}.{self.owner})"  # noqa: S608

    def op(self, row: str) -> str:
        """What a stored row is."""
        if "deleted_at" not in self.columns:
            return f"'{ChangeOp.UPSERT}'"
        is_live = f"{row}.deleted_at IS NULL"
        return f"CASE WHEN {is_live} THEN '{ChangeOp.UPSERT}' ELSE '{ChangeOp.TRASH}' END"

    def version(self, row: str) -> str:
        """The version of a row; null where there is none."""
        return f"{row}.version" if "version" in self.columns else "NULL"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose changes are noted.

    Attributes:
        source: the kind of object that changes.
        parent: the column that names the object; None if the rows are the objects themselves.
        seen: the columns whose change is one.
    """

    source: Source
    table: str
    parent: str | None
    seen: tuple[str, ...]


def watched(connection: Any) -> Iterator[Watched]:
    """The tables that are there, with the columns that they have by now."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    if not {Change._meta.db_table, PEOPLE} <= present:
        return
    for entity in ENTITIES:
        if _table(entity.model) in present:
            source = _source(entity, connection)
            yield Watched(source, source.table, None, _seen(source.columns))
            for part in entity.parts:
                if _table(part.model) in present:
                    columns = _columns(part.model, connection)
                    parent = _column(part.model, part.parent)
                    yield Watched(source, _table(part.model), parent, _seen(columns))


def _source(entity: Entity, connection: Any) -> Source:
    return Source(
        name=entity.name,
        table=_table(entity.model),
        owner=_column(entity.model, entity.owner),
        has_uid=entity.uid is not None,
        columns=_columns(entity.model, connection),
    )


def _seen(columns: Collection[str]) -> tuple[str, ...]:
    return tuple(column for column in columns if column not in UNSEEN)


def _columns(model: type[Model], connection: Any) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, _table(model))
    return tuple(column.name for column in described)


def _table(model: type[Model]) -> str:
    return str(model._meta.db_table)


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]
