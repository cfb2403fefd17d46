"""Drillbook JSON v1 as text: one document, or a line for each object."""

from collections.abc import Iterator

from domain.archive.canonical import canonical
from domain.archive.entities import ENTITIES, VERSION
from domain.archive.records import records

FORMAT = "drillbook"


def document(owner_id: int) -> Iterator[str]:
    """Everything that a person has as one JSON document, in pieces.

    Its keys are sorted, each object stands on a line of its own, and nothing in it depends on when
    it is written: the same rows are the same bytes.
    """
    entities = sorted(ENTITIES, key=lambda entity: entity.key)
    lists = [entity for entity in entities if entity.uid is not None]
    ones = {entity.key: entity for entity in entities if entity.uid is None}
    separator = "{"
    for key in sorted([entity.key for entity in lists] + [*ones, "format", "version"]):
        yield f'{separator}\n"{key}":'
        separator = ","
        if key == "format":
            yield canonical(FORMAT)
        elif key == "version":
            yield canonical(VERSION)
        elif key in ones:
            yield canonical(next(records(ones[key], owner_id), None))
        else:
            entity = next(entity for entity in lists if entity.key == key)
            comma = "["
            for record in records(entity, owner_id):
                yield f"{comma}\n{canonical(record)}"
                comma = ","
            yield "[]" if comma == "[" else "\n]"
    yield "\n}\n"


def lines(owner_id: int) -> Iterator[str]:
    """The same as JSON lines: a header, then an object a line, each after those it refers to."""
    yield canonical({"format": FORMAT, "version": VERSION}) + "\n"
    for entity in ENTITIES:
        for record in records(entity, owner_id):
            yield canonical({"entity": entity.name.value, "record": record}) + "\n"
