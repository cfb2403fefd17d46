"""Write down what was done. Called inside the transaction that does it."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from domain.audit.models import MAX_REQUEST_ID, AuditEvent

# Set by the outermost layer for the time of one request, so that an event names its request.
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")

ROWS_AT_ONCE = 500


def record(
    *,
    verb: str,
    at: datetime,
    actor: Any,
    row: models.Model | None = None,
    fields: Iterable[str] = (),
) -> AuditEvent:
    """Add one event.

    Args:
        verb: ``<concept>.<past participle>``, such as ``question.deleted``.
        at: when it happened, timezone-aware.
        actor: the person who did it, or None for the system.
        row: what it was done to; its ``owner``, or itself if it is a person, is noted.
        fields: names of changed fields; never their values.
    """
    event = _event(verb=verb, at=at, actor=actor, row=row, fields=fields)
    event.save(force_insert=True)
    return event


def record_all(
    *, verb: str, at: datetime, actor: Any, rows: Iterable[models.Model], fields: Iterable[str] = ()
) -> None:
    """Add an event for each of several rows to which the same was done, in one statement.

    Args:
        verb, at, actor, fields: as ``record``.
    """
    names = list(fields)
    record_each(verb=verb, at=at, actor=actor, changes=[(row, names) for row in rows])


def record_each(
    *, verb: str, at: datetime, actor: Any, changes: Iterable[tuple[models.Model, Iterable[str]]]
) -> None:
    """Add an event for each of several rows, whose fields differ, in one statement.

    Args:
        verb, at, actor: as ``record``.
        changes: rows, each with the names of its fields.
    """
    AuditEvent.objects.bulk_create(
        [_event(verb=verb, at=at, actor=actor, row=row, fields=fields) for row, fields in changes],
        batch_size=ROWS_AT_ONCE,
    )


def forget(people: Iterable[int]) -> None:
    """Take people out of the events: what happened and when remains, not to whom or by whom.

    The one exception to append-only, which the database lets through (``guard.py``).

    Args:
        people: their primary keys.
    """
    # Not by the table's own manager, which refuses to change anything.
    events: models.QuerySet[AuditEvent] = models.QuerySet(AuditEvent)
    chosen = list(people)
    events.filter(owner__in=chosen).update(owner=None, object_uid=None)
    events.filter(actor__in=chosen).update(actor=None)


def _event(
    *, verb: str, at: datetime, actor: Any, row: models.Model | None, fields: Iterable[str]
) -> AuditEvent:
    return AuditEvent(
        verb=verb,
        at=at,
        actor=actor,
        owner_id=_owner_id(row, actor),
        object_type=(row._meta.object_name or "") if row is not None else "",
        object_uid=getattr(row, "uid", None),
        fields=sorted(fields),
        request_id=current_request_id.get()[:MAX_REQUEST_ID],
    )


def _owner_id(row: models.Model | None, actor: Any) -> Any:
    if row is None:
        return actor.pk if actor is not None else None
    if row._meta.label == settings.AUTH_USER_MODEL:
        return row.pk
    return getattr(row, "owner_id", None) or getattr(row, "user_id", None)
