"""Many rows in one call: judged one by one, stored together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from domain.base import writing
from domain.base.errors import DomainError, VersionConflict

MOST_ROWS = 1000
BATCH = 500


class ErrorPolicy(models.TextChoices):
    """What happens if some rows of a call cannot be stored."""

    REJECT_ALL = "REJECT_ALL", "Nothing is stored"
    SKIP_FAILED = "SKIP_FAILED", "All other rows are stored"


class BulkRowStatus(models.TextChoices):
    """What became of one row of a call."""

    CREATED = "CREATED", "It was created"
    UPDATED = "UPDATED", "It was changed"
    UNCHANGED = "UNCHANGED", "It was as the row says already"
    DELETED = "DELETED", "It was put in the trash"
    FAILED = "FAILED", "It was refused; its messages say why"
    NOT_DONE = "NOT_DONE", "Nothing is wrong with it, but other rows were refused"


class RowCount(DomainError):
    """A call takes a bounded number of rows."""

    code = "row_count"
    message = "Send 1 to %(limit)d rows in a call."


class SentTwice(DomainError):
    """Of two rows about one object, it would be left open which is the last."""

    code = "sent_twice"
    message = "An earlier row of the call is about the same object. Send one row for each."


class Disturbed(DomainError):
    """Another device went on changing the same things while the rows were stored."""

    code = "disturbed"
    message = "Your data were changed at the same moment. Nothing is stored; send it again."


@dataclass
class Entry[Item, Row: models.Model]:
    """One row of a call.

    Attributes:
        item: what was asked for; None if it was refused before.
        row: the stored row, or the one to be stored; of a conflict the row as it is.
        fields: the columns that were given or changed.
    """

    item: Item | None
    row: Row | None = None
    status: BulkRowStatus = BulkRowStatus.NOT_DONE
    refusal: ValidationError | None = None
    fields: Sequence[str] = field(default_factory=list)

    @property
    def wanted(self) -> Item:
        """What was asked for, in a row that is not refused."""
        assert self.item is not None  # noqa: S101
        return self.item

    @property
    def standing(self) -> Row:
        """The row, once it is found or made."""
        assert self.row is not None  # noqa: S101
        return self.row

    def refuse(self, refusal: ValidationError) -> None:
        """Note what is wrong with it."""
        self.refusal, self.status = refusal, BulkRowStatus.FAILED
        self.row = refusal.row if isinstance(refusal, VersionConflict) else None  # type: ignore[assignment]


@dataclass(frozen=True)
class Ref[Row: models.Model]:
    """A row that a call names, and the version that it is expected to have; None takes any."""

    row: Row
    expected_version: int | None = None


def entries_of[Item, Row: models.Model](
    items: Sequence[Item | ValidationError], row_type: type[Row]
) -> list[Entry[Item, Row]]:
    """An entry for each row of a call, in order.

    Args:
        items: what is asked for; refusals of rows whose ids lead nowhere, in their place.

    Raises:
        RowCount: none, or more than ``MOST_ROWS``.
    """
    if not 1 <= len(items) <= MOST_ROWS:
        raise RowCount(field="items", limit=MOST_ROWS)
    entries: list[Entry[Item, Row]] = []
    for item in items:
        if isinstance(item, ValidationError):
            entries.append(Entry(None))
            entries[-1].refuse(item)
        else:
            entries.append(Entry(item))
    return entries


def judge[AnyEntry: Entry[Any, Any]](
    entries: Iterable[AnyEntry], look: Callable[[AnyEntry], None]
) -> list[AnyEntry]:
    """Look at each entry that is not refused so far; give those that still are not."""
    good = []
    for entry in entries:
        if entry.refusal is None:
            try:
                look(entry)
            except ValidationError as refusal:
                entry.refuse(refusal)
            else:
                good.append(entry)
    return good


def to_store[AnyEntry: Entry[Any, Any]](
    entries: Sequence[AnyEntry], policy: ErrorPolicy
) -> list[AnyEntry]:
    """The entries that are to be stored, once all are judged."""
    good = [entry for entry in entries if entry.refusal is None]
    if policy == ErrorPolicy.REJECT_ALL and len(good) < len(entries):
        for entry in good:
            entry.row = None
        return []
    return good


def undisturbed[Result](store: Callable[[], Result]) -> Result:
    """Store all in one transaction, looked at anew if another device was faster.

    Args:
        store: judges and stores; begins anew each time.

    Raises:
        Disturbed: others were faster again and again; nothing is stored.
    """
    atomic = transaction.atomic(store)
    return writing.undisturbed(atomic, refusal=Disturbed(field="items"))
