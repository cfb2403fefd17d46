"""Cursors of the trash: when a row was deleted, its uid, and its kind, which tells equals apart."""

import base64
import binascii
import json
from datetime import UTC, datetime
from uuid import UUID

from strawberry import relay

from domain.trash.kinds import TrashKind
from domain.trash.listing import Place
from schema.errors import BadInput
from schema.paging import MALFORMED

NAME = "-deleted_at"


def cursor_of(place: Place) -> str:
    """What a client sends back to go on from a place."""
    values = [NAME, place.deleted_at.isoformat(), str(place.uid), place.kind]
    return relay.to_base64(relay.Edge.CURSOR_PREFIX, json.dumps(values, separators=(",", ":")))


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        BadInput: it was not made by this list.
    """
    try:
        prefix, _, text = base64.b64decode(cursor.encode(), validate=True).decode().partition(":")
        name, moment, uid, kind = json.loads(text)
        if (prefix, name) != (relay.Edge.CURSOR_PREFIX, NAME):
            raise ValueError("made by another list")
        deleted_at = datetime.fromisoformat(moment)
        if deleted_at.tzinfo is None or not isinstance(uid, str):
            raise ValueError("not a cursor of ours")
        return Place(deleted_at.astimezone(UTC), UUID(uid), TrashKind(kind))
    except (*MALFORMED, binascii.Error) as malformed:
        message = "This cursor does not belong to this list. Start without a cursor."
        raise BadInput(message) from malformed
