"""JSON of which there is one spelling: sorted keys, no spaces, times in UTC with a Z."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def canonical(value: object) -> str:
    """A value as canonical JSON, on one line."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def plain(value: Any) -> Any:
    """A column's value in terms of JSON."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def moment(value: datetime) -> str:
    """A moment in UTC, such as 2026-03-02T09:30:00Z; with six digits of a second if need be."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
