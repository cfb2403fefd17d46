"""Many rows in one call: what a client says about the call, and what became of each row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import strawberry
from django.core.exceptions import ValidationError
from django.db.models import Model
from strawberry_django.fields.types import OperationMessage

from domain.base.bulk import BulkRowStatus, Entry, ErrorPolicy, Ref
from domain.base.errors import DomainError
from schema.columns import expose
from schema.context import Info
from schema.inputs import sent
from schema.messages import existing_of, messages_of, say_existing
from schema.scoping import find_all_owned
from schema.selecting import selects, with_selected

expose(ErrorPolicy)
expose(BulkRowStatus)
WITHOUT_SUCCESS = (BulkRowStatus.FAILED, BulkRowStatus.NOT_DONE)


class KeyOfTheCall(DomainError):
    """All rows of a call are made by it, or none again."""

    code = "key_of_the_call"
    message = "Send one idempotencyKey beside the items, and none with an item."


def policy() -> Any:
    """The field ``error_policy`` of an input."""
    return strawberry.field(
        default=ErrorPolicy.REJECT_ALL,
        description="What happens if some of the items are refused.",
    )


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    Attributes:
        uid: of the row that is stored, or that a conflict is about.
    """

    status: BulkRowStatus
    uid: UUID | None
    messages: list[OperationMessage]

    @classmethod
    def of(cls, entry: Entry[Any, Any]) -> Self:
        """What the service tells."""
        messages = messages_of(entry.refusal) if entry.refusal else []
        return cls(entry.status, entry.row.uid if entry.row else None, messages)

    @classmethod
    def stored(cls, kept: dict[str, Any]) -> Self:
        """What was made of it by ``kept``."""
        messages = [_message(**said) for said in kept["messages"]]
        uid = kept["uid"] and UUID(kept["uid"])
        return cls(BulkRowStatus(kept["status"]), uid, messages)

    def kept(self) -> dict[str, Any]:
        """The same in terms of JSON."""
        return {
            "status": self.status.value,
            "uid": self.uid and str(self.uid),
            "messages": [_kept(said) for said in self.messages],
        }


def _kept(said: OperationMessage) -> dict[str, Any]:
    plain = {
        "kind": said.kind.value,
        "message": str(said.message),
        "field": said.field,
        "code": said.code,
    }
    existing_id = existing_of(said)
    # Left out if there is none: the version before knows no such key.
    return plain if existing_id is None else plain | {"existing_id": existing_id}


def _message(*, kind: str, existing_id: str | None = None, **said: Any) -> OperationMessage:
    message = OperationMessage(kind=OperationMessage.Kind(kind), **said)
    say_existing(message, existing_id)
    return message


@strawberry.type
class Bulk:
    outcomes: strawberry.Private[list[Outcome]]

    @strawberry.field(
        description="Number of items that are stored, or need not be: CREATED, UPDATED, UNCHANGED "
        "or DELETED."
    )
    def succeeded(self) -> int:
        return sum(outcome.status not in WITHOUT_SUCCESS for outcome in self.outcomes)

    @strawberry.field(description="Number of items that were refused: FAILED.")
    def failed(self) -> int:
        return sum(outcome.status == BulkRowStatus.FAILED for outcome in self.outcomes)

    @classmethod
    def of(cls, entries: Iterable[Entry[Any, Any]]) -> Self:
        """What the service tells."""
        return cls(outcomes=[Outcome.of(entry) for entry in entries])

    @classmethod
    def stored(cls, kept: list[dict[str, Any]]) -> Self:
        """What was made of it by ``kept``."""
        return cls(outcomes=[Outcome.stored(each) for each in kept])

    def kept(self) -> list[dict[str, Any]] | None:
        """The same in terms of JSON; None if nothing was done, so that it can be tried again."""
        if all(outcome.status in WITHOUT_SUCCESS for outcome in self.outcomes):
            return None
        return [outcome.kept() for outcome in self.outcomes]

    def rows(self, model: type[Model], info: Info, field: str) -> list[Any]:
        """The row of each outcome with all that is selected of it, or None; also in the trash.

        Args:
            info: of the list of results.
            field: under which name a result has its row.
        """
        uids = {outcome.uid for outcome in self.outcomes if outcome.uid}
        if not uids or not selects(info, field):
            return [None] * len(self.outcomes)
        own = model._default_manager.filter(owner=info.context.user, uid__in=uids)
        found = {row.uid: row for row in with_selected(own, info, field)}  # type: ignore[attr-defined]
        return [found.get(outcome.uid) for outcome in self.outcomes]


def index() -> Any:
    """The field ``index`` of a result."""
    return strawberry.field(description="Which of the items it is about, counted from 0.")


def status() -> Any:
    """The field ``status`` of a result."""
    return strawberry.field(description="What became of it.")


def messages() -> Any:
    """The field ``messages`` of a result."""
    return strawberry.field(
        description="What is wrong with it, as the mutation for one would say; none if nothing is."
    )


def without_keys[Wanted](
    items: Sequence[Any], wanted: Iterable[Wanted]
) -> list[Wanted | ValidationError]:
    """What is wanted, with a refusal in the place of items with keys of their own."""
    return [
        each if sent(item.idempotency_key) is None else KeyOfTheCall(field="idempotency_key")
        for item, each in zip(items, wanted, strict=True)
    ]


def refs(node: type, items: Sequence[Any], info: Info) -> list[Ref[Any] | ValidationError]:
    """The caller's rows that items name, and their expected versions; refusals in their places."""
    found = find_all_owned(node, [item.id for item in items], info, field="id")
    return [
        row if isinstance(row, ValidationError) else Ref(row, sent(item.expected_version))
        for item, row in zip(items, found, strict=True)
    ]
