"""Creates that a client may send again without fear: it gets the first answer."""

import dataclasses
import enum
import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import strawberry
from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from strawberry import relay
from strawberry.types.maybe import Some

from domain.base.errors import NotFound
from domain.idempotency import services
from schema.context import Info
from schema.inputs import sent


class MadeIsGone(NotFound):
    """The answer to a call that is sent again would be an object that is not there."""

    message = "What this call made was deleted since. Send a new key to make another."


def key() -> Any:
    """The field ``idempotency_key`` of an input."""
    return strawberry.field(
        description="A name of your own for this call, such as a new UUID: 1 to 128 printable "
        "characters. Send the call again with it within 24 hours, and you get the first answer "
        "and nothing is made twice; other arguments are refused (idempotency_mismatch)."
    )


def once[Result](
    info: Info,
    input: Any,
    create: Callable[[], Result],
    *,
    encode: Callable[[Result], Any] | None = None,
    decode: Callable[[Any], Result] | None = None,
) -> Result:
    """What ``create`` gives; if the input's key names a call that was made, what that one gave.

    Args:
        create: resolves the ids of the input and calls the service, which refuses by raising. A
            call that is sent again does neither: what it named may be in the trash by now.
        encode: makes JSON of a result that is no row; of a row its table and uid are kept. None
            of a result that tells of a refusal: then the key can be used again.
        decode: makes the result of that again.

    Raises:
        MadeIsGone: what the first call made was deleted for good meanwhile.
        InvalidKey, IdempotencyMismatch: as the service of the same name.
    """
    key = sent(input.idempotency_key)
    if key is None:
        return create()
    call = services.Call(
        owner=info.context.user,
        mutation=info.field_name,
        key=key,
        fingerprint=fingerprint(input),
        at=info.context.now,
    )
    return services.once(
        call=call,
        make=create,
        encode=encode or _named,
        decode=decode or (lambda named: _row(named, owner=info.context.user)),
    )


def fingerprint(input: Any) -> str:
    """SHA-256, in hexadecimal, of what an input says; its key aside."""
    said = _plain(input)
    said.pop("idempotency_key", None)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _named(row: Any) -> dict[str, str]:
    return {"model": row._meta.label, "uid": str(row.uid)}


def _row(named: dict[str, str], *, owner: Any) -> Any:
    """The row as it is now, also in the trash."""
    rows: Any = apps.get_model(named["model"])._default_manager
    row = rows.filter(owner=owner, uid=named["uid"]).first()
    if row is None:
        raise MadeIsGone(field="idempotency_key")
    return row


def _plain(value: Any) -> Any:
    """A value of an input in terms of JSON; fields that were left out are left out here too."""
    if isinstance(value, Some):
        return _plain(value.value)
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | relay.GlobalID):
        return str(value)
    if isinstance(value, UploadedFile):
        return _digest(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: _plain(said) for name, said in fields.items() if said is not None}
    return value


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    # Whoever reads it next begins at its beginning.
    upload.seek(0)
    return digest.hexdigest()
