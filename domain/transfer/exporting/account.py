"""What is known about an account itself: who it is, who uses it, and what happened to it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from domain.accounts.models import ApiToken, AuthSession, TotpDevice, User
from domain.archive.canonical import canonical, plain
from domain.archive.declaring import camel
from domain.audit.models import AuditEvent
from domain.sharing.models import ShareLink
from domain.transfer.exporting.batches import in_batches
from domain.transfer.models import Export, ImportBatch

# No password, no secret and no digest of one.
PROFILE = (
    "uid", "email", "display_name", "role", "date_joined", "last_login", "email_verified_at",
    "deletion_scheduled_for",
)  # fmt: skip
SESSIONS = (
    "uid", "created_at", "last_used_at", "expires_at", "revoked_at", "revoked_reason",
    "user_agent", "address", "second_factor",
)  # fmt: skip
API_TOKENS = ("uid", "name", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")
SHARE_LINKS = ("uid", "kind", "name", "created_at", "revoked_at")
IMPORTS = ("uid", "file_name", "format", "size_bytes", "created_at", "reverted_at")
EXPORTS = ("uid", "file_name", "format", "created_at", "expires_at")
EVENTS = ("at", "verb", "object_type", "object_uid", "fields", "request_id")


def document(owner: User) -> Iterator[str]:
    """All of it as one JSON document, an object a line."""
    device = TotpDevice.objects.filter(user=owner, confirmed=True).first()
    yield f'{{\n"profile":{canonical(_record(owner, PROFILE))}'
    yield f',\n"twoFactor":{canonical(device and _record(device, ("created_at",)))}'
    for key, rows, columns in _lists(owner):
        yield from _list(key, (_record(row, columns) for batch in rows for row in batch))
    # Each by the index that has it in this order.
    yield from _list("auditEvents", _events(AuditEvent.objects.filter(owner=owner), owner))
    yield from _list("doneToOthers", _events(_done_to_others(owner), owner))
    yield "\n}\n"


def count(owner: User) -> int:
    """How many objects there are."""
    rows: list[QuerySet[Any]] = [of(owner) for _, of, _ in _TABLES]
    rows += [AuditEvent.objects.filter(owner=owner), _done_to_others(owner)]
    return sum(each.count() for each in rows)


def _lists(owner: User) -> Iterator[tuple[str, Iterable[list[Any]], tuple[str, ...]]]:
    for key, rows_of, columns in _TABLES:
        yield key, in_batches(rows_of(owner), "uid"), columns


def _done_to_others(owner: User) -> "QuerySet[AuditEvent]":
    """What somebody of the staff did to what is not theirs."""
    return AuditEvent.objects.filter(actor=owner).exclude(owner=owner)


def _events(events: "QuerySet[AuditEvent]", owner: User) -> Iterator[Mapping[str, Any]]:
    for batch in in_batches(events, "at", "uid"):
        for event in batch:
            yield _record(event, EVENTS) | {"by": _by(event, owner)}


def _by(event: AuditEvent, owner: User) -> str:
    # Who of the staff it was is not the person's to know.
    if event.actor_id is None:
        return "system"
    return "you" if event.actor_id == owner.pk else "staff"


def _list(key: str, records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f',\n"{key}":['
    separator = "\n"
    for record in records:
        yield f"{separator}{canonical(record)}"
        separator = ",\n"
    yield "\n]"


def _record(row: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {camel(column): plain(getattr(row, column)) for column in columns}


_TABLES: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("signInSessions", lambda owner: AuthSession.objects.filter(user=owner), SESSIONS),
    ("apiTokens", lambda owner: ApiToken.objects.owned_by(owner), API_TOKENS),
    ("shareLinks", lambda owner: ShareLink.objects.owned_by(owner), SHARE_LINKS),
    ("imports", lambda owner: ImportBatch.objects.owned_by(owner), IMPORTS),
    ("exports", lambda owner: Export.objects.owned_by(owner), EXPORTS),
)
