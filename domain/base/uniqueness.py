"""What must be unique among a person's rows, asked for many rows at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, UniqueConstraint

from domain.base.bulk import BATCH, ErrorPolicy
from domain.base.writing import violation


class Holder(NamedTuple):
    """Who has some values.

    Attributes:
        who: the primary key of the stored row, or the new row itself.
        uid: what a refusal may name it by; None if it will not have them once the call is over.
    """

    who: Any
    uid: UUID | None


# By the values.
type Holders = dict[tuple[Any, ...], Holder]


class Uniqueness:
    """Which values are taken: by stored rows, and by rows of the call that were let through.

    What a row gives up in the call stays taken until it is over.

    Args:
        rows: new or changed, unsaved, of one table.
        owner: whose they are.
        policy: whether rows that were let through are stored although others are refused.
        fields: look only at the constraints about one of these columns; None looks at all.
    """

    def __init__(
        self,
        rows: Sequence[Any],
        *,
        owner: Any,
        policy: ErrorPolicy,
        fields: Iterable[str] | None = None,
    ) -> None:
        self.policy = policy
        self.holders: list[tuple[UniqueConstraint, Holders]] = []
        asked = None if fields is None else set(fields)
        for constraint in _unique(rows):
            if asked is None or asked & set(constraint.fields):
                stored = self._stored(constraint, rows, owner)
                self.holders.append((constraint, stored))

    def refuse(self, row: Any) -> None:
        """Refuse a row whose values are taken.

        Raises:
            ValidationError: another row has one of them; the code is the constraint's.
        """
        who = _who(row)
        for constraint, holders in self.holders:
            key = _key(constraint, row)
            holder = None if key is None else holders.get(key)
            if holder is not None and holder.who != who:
                raise violation(constraint, type(row), uid=holder.uid)

    def take(self, row: Any) -> None:
        """Give a row its values, which ``refuse`` let through."""
        uid = row.uid if self.policy == ErrorPolicy.SKIP_FAILED else None
        for constraint, holders in self.holders:
            if (key := _key(constraint, row)) is not None:
                holders.setdefault(key, Holder(_who(row), uid))

    def _stored(self, constraint: UniqueConstraint, rows: Sequence[Any], owner: Any) -> Holders:
        columns = _columns(constraint)
        keys = {key for row in rows if (key := _key(constraint, row)) is not None}
        live = type(rows[0])._default_manager.filter(constraint.condition or Q(), owner=owner)
        holders: Holders = {}
        for batch in batched(sorted({key[-1] for key in keys}), BATCH):
            held = live.filter(**{f"{columns[-1]}__in": batch})
            for *key, pk, uid in held.values_list(*columns, "pk", "uid"):
                holders[tuple(key)] = Holder(pk, uid)
        return holders


def _who(row: Any) -> Any:
    return row if row.pk is None else row.pk


def _unique(rows: Sequence[Any]) -> Iterator[UniqueConstraint]:
    for constraint in rows[0]._meta.constraints if rows else ():
        if isinstance(constraint, UniqueConstraint):
            yield constraint


def _columns(constraint: UniqueConstraint) -> list[str]:
    return [name for name in constraint.fields if name != "owner"]


def _key(constraint: UniqueConstraint, row: Any) -> tuple[Any, ...] | None:
    """The values of a row that must be unique together; None if one is null, or not chosen yet."""
    values = [getattr(row, row._meta.get_field(name).attname) for name in _columns(constraint)]
    return None if None in values or "" in values else tuple(values)
