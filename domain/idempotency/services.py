"""Calls with a key: made once, and answered alike however often they are sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from domain.base.errors import DomainError
from domain.idempotency.models import MAX_KEY, IdempotencyRecord

VALID = timedelta(hours=24)
ROWS_AT_ONCE = 1000


class InvalidKey(DomainError):
    """A key is short and can be read aloud."""

    code = "invalid_key"
    message = "Send a key of 1 to %(limit)d printable characters, such as a UUID."


class IdempotencyMismatch(DomainError):
    """A key names one call."""

    code = "idempotency_mismatch"
    message = "You used this key for a call with other arguments. Send a new key with a new call."


@dataclass(frozen=True)
class Call:
    """What one person asks for.

    Args:
        owner: who asks.
        key: the same whenever the same call is sent again.
        fingerprint: SHA-256 of the arguments, in hexadecimal.
        at: when this sending came.
    """

    owner: Any
    mutation: str
    key: str
    fingerprint: str
    at: datetime


def once[Result](
    *,
    call: Call,
    make: Callable[[], Result],
    encode: Callable[[Result], Any],
    decode: Callable[[Any], Result],
) -> Result:
    """Make a call, unless it was made within ``VALID``; then give its result again.

    All is one transaction: a call that is refused leaves no record, so that its key can be used
    again, and of several at the same moment one is made while the others wait for it.

    Args:
        make: makes the call.
        encode: turns the result into what JSON can say; into None, if it tells that nothing was
            done. Then too the key can be used again.
        decode: turns that into the same result.

    Raises:
        InvalidKey: the key is empty, too long, or cannot be printed.
        IdempotencyMismatch: the key was used with other arguments.
    """
    if not call.key.isprintable() or not 1 <= len(call.key) <= MAX_KEY:
        raise InvalidKey(field="idempotency_key", limit=MAX_KEY)
    with transaction.atomic():
        record, is_new = _claim(call)
        if not is_new:
            return decode(record.response)
        result = make()
        record.response = encode(result)
        if record.response is None:
            record.delete()
        else:
            record.save(update_fields=["fingerprint", "response", "created_at"])
    return result


def purge_records(*, at: datetime) -> int:
    """Forget the calls that were made ``VALID`` ago or longer; give their number."""
    over = IdempotencyRecord.objects.filter(created_at__lte=at - VALID)
    purged = 0
    while batch := list(over.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        # Asked again: one of them may have begun anew since.
        purged += over.filter(pk__in=batch).delete()[0]
    return purged


def _claim(call: Call) -> tuple[IdempotencyRecord, bool]:
    """The record of a call, held, and whether the call is still to be made."""
    ours = IdempotencyRecord(
        owner=call.owner,
        mutation=call.mutation,
        key=call.key,
        fingerprint=call.fingerprint,
        created_at=call.at,
    )
    same = IdempotencyRecord.objects.owned_by(call.owner).select_for_update()
    record = None
    # An old record may be purged between the two statements.
    while record is None:
        # Where the same call is being made just now, PostgreSQL waits here for its end.
        IdempotencyRecord.objects.bulk_create([ours], ignore_conflicts=True)
        record = same.filter(mutation=call.mutation, key=call.key).first()
    is_over = record.created_at <= call.at - VALID
    if is_over:
        record.fingerprint, record.created_at = call.fingerprint, call.at
    if record.fingerprint != call.fingerprint:
        raise IdempotencyMismatch(field="idempotency_key")
    return record, is_over or record.pk == ours.pk
