"""Whether an object of a file says the same as the one that the person has."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.archive.canonical import canonical
from domain.archive.declaring import Entity, Part
from domain.archive.drafting import Draft
from domain.archive.entities import values_of
from domain.archive.records import Record


def says_the_same(
    entity: Entity, draft: Draft, stored: Record, own_uids: Mapping[UUID, UUID]
) -> bool:
    """Compare an object of a file with the stored one of the same id.

    Args:
        own_uids: the person's own ids of objects that the file knows by others.
    """
    if draft.record == stored:
        return True
    written = {"id": str(draft.row.uid), **_written(entity, draft, own_uids)}
    for part in entity.parts:
        pieces = [_written(part, piece, own_uids) for piece in draft.parts[part.key]]
        if part.bare:
            written[part.key] = [next(iter(piece.values())) for piece in pieces]
        else:
            written[part.key] = pieces if part.order else next(iter(pieces), None)
    return _in_one_order(written) == _in_one_order(stored)


def _written(of: Entity | Part, draft: Draft, own_uids: Mapping[UUID, UUID]) -> Record:
    """The values as an export writes them, references by the person's own ids."""
    record: Record = {}
    for path, key, write in values_of(of):
        column = path.removesuffix("__uid")
        if column in draft.named:
            uid = draft.named[column]
            record[key] = None if uid is None else str(own_uids.get(uid, uid))
        else:
            record[key] = write(getattr(draft.row, column))
    return record


def _in_one_order(record: Record) -> dict[str, Any]:
    """The same with its lists of parts sorted: who sorts them by ids is not to matter."""
    return {
        key: sorted(map(canonical, value)) if isinstance(value, list) else value
        for key, value in record.items()
    }
