"""What a record of a kind has to have, as declarations and models say together."""

from dataclasses import dataclass
from functools import cache

from domain.archive.columns import Read, is_checked, reader_of
from domain.archive.declaring import Entity, Part, camel


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record of a kind has to have.

    Attributes:
        columns: name, key, and how the value is read.
        references: column, key, and whether it may be null.
        unchecked: columns of the row that a record says nothing of, or that were read and are
            thereby checked.
    """

    columns: tuple[tuple[str, str, Read], ...]
    references: tuple[tuple[str, str, bool], ...]
    keys: frozenset[str]
    unchecked: tuple[str, ...]


@cache
def shape_of(of: Entity | Part) -> Shape:
    """What declarations and models say together."""
    names = of.columns
    if isinstance(of, Entity) and of.uid is not None:
        names = (of.uid, *names)
    columns = tuple((name, camel(name), reader_of(of.model, name)) for name in names)
    references = tuple(
        (it.column, it.key, bool(of.model._meta.get_field(it.column).null)) for it in of.references
    )
    parts = of.parts if isinstance(of, Entity) else ()
    keys = {key for _, key, _ in (*columns, *references)} | {part.key for part in parts}
    fields = {each.name for each in of.model._meta.concrete_fields}
    checked = {name for name in names if not is_checked(of.model, name)}
    return Shape(columns, references, frozenset(keys), tuple(fields - checked))
