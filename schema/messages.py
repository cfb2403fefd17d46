"""What a refusal says in an ``OperationInfo``, and which object of the caller's is in the way."""

from typing import Any

import strawberry
from django.core.exceptions import ValidationError
from strawberry import relay
from strawberry_django.fields.types import OperationMessage
from strawberry_django.mutations import fields as library

from domain.base.errors import Taken

_messages_of = library._get_validation_errors


def messages_of(error: Exception) -> list[OperationMessage]:
    """The messages of a refusal, each with the object that is in the way, if it is one."""
    messages = list(_messages_of(error))
    for message, reason in zip(messages, _reasons(error), strict=False):
        if isinstance(reason, Taken) and reason.holder is not None:
            model, uid = reason.holder
            say_existing(message, relay.to_base64(str(model._meta.object_name), uid))
    return messages


def existing_of(message: OperationMessage) -> str | None:
    """The id of the object that a message is about."""
    found: str | None = getattr(message, "existing_id", None)
    return found


def say_existing(message: OperationMessage, id: str | None) -> None:
    """Note that id on a message."""
    message.existing_id = id  # type: ignore[attr-defined]


def _reasons(error: Exception) -> list[ValidationError]:
    if not isinstance(error, ValidationError):
        return []
    if hasattr(error, "error_dict"):
        return [reason for reasons in error.error_dict.values() for reason in reasons]
    return list(error.error_list)


def _existing_id(self: Any) -> strawberry.ID | None:
    found = existing_of(self)
    return None if found is None else strawberry.ID(found)


def install() -> None:
    """Have the library's messages carry it: it has no place for more than a field and a code."""
    field: Any = strawberry.field(
        resolver=_existing_id,
        description="With codes that end in _taken, and with session_open: the id of your object "
        "that is in the way, which may be in the trash with id_taken; null where there is none to "
        "name.",
    )
    field.python_name = "existing_id"
    OperationMessage.__strawberry_definition__.fields.append(field)  # type: ignore[attr-defined]
    library._get_validation_errors = messages_of
