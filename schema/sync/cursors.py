"""Cursors of the feed: which feed it is, the place, and where the feed ended at the beginning."""

import base64
import binascii
import json
from uuid import UUID

from strawberry import relay

from domain.sync.reading import Place, UnknownCursor
from schema.paging import MALFORMED

PREFIX = "changes"


def cursor_of(place: Place) -> str:
    """What a client sends back to go on from a place."""
    values = [place.feed.hex, place.seq, place.began]
    return relay.to_base64(PREFIX, json.dumps(values, separators=(",", ":")))


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        UnknownCursor: it is none of a feed.
    """
    try:
        prefix, _, text = base64.b64decode(cursor.encode(), validate=True).decode().partition(":")
        feed, seq, began = json.loads(text)
        if prefix != PREFIX or (type(seq), type(began)) != (int, int):
            raise ValueError("made by another list")
        return Place(UUID(feed), seq, began)
    except (*MALFORMED, AttributeError, binascii.Error) as malformed:
        raise UnknownCursor(field="after") from malformed
