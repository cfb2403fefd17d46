"""Refusals: what a caller did that the product does not allow."""

from typing import Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model


class DomainError(ValidationError):
    """A refusal with a stable ``code`` for programs and a ``message`` for people.

    It is a ``ValidationError``, so the API, the admin's forms and the commands all understand it.

    Args:
        field: the input field to blame, in snake_case; None for the whole input.
        params: values for the placeholders of ``message``.
    """

    code: str = "invalid"
    message: str = "This is not allowed."

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        refusal = ValidationError(self.message, code=self.code, params=params)
        super().__init__({field: [refusal]} if field else [refusal])


class Taken(ValidationError):
    """A value that must be unique among a person's rows, and that another one of theirs has.

    Attributes:
        holder: table and ``uid`` of that row; None if it is not stored, or has no ``uid``.
    """

    holder: tuple[type[Model], UUID] | None = None

    def restated(self, message: str, **params: Any) -> Self:
        """The same in other words, with the values for their placeholders."""
        other = type(self)(message, code=self.code, params=params)
        other.holder = self.holder
        return other


class NotFound(DomainError):
    """No such row among the caller's own: absent and foreign rows are told apart by nobody."""

    code = "not_found"
    message = "There is no such object among yours. It may have been deleted; reload and try again."


class NotInTrash(NotFound):
    """No such row in the caller's trash: live, purged and foreign rows are told apart by nobody."""

    message = (
        "There is no such object in your trash. It may have been restored or purged; reload the "
        "trash."
    )


class VersionConflict(DomainError):
    """The row has another version than the one expected.

    Args:
        row: as it is now.
    """

    code = "conflict"
    message = "It was changed since you read it. Look at it as it is now, and change it again."

    def __init__(self, *, row: Model) -> None:
        super().__init__(field="expected_version")
        self.row = row


class IdTaken(DomainError):
    """The client supplied an id that one of their own rows has."""

    code = "id_taken"
    message = "You already have an object with this id. Send a new UUID, or none."
