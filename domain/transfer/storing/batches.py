"""Long lists in pieces, so that a statement never has too many parameters."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import batched
from typing import Any

from django.db.models import QuerySet

from domain.transfer.drafts import Key

BATCH = 1000


def in_batches[Item](items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most ``BATCH``, in order."""
    for batch in batched(items, BATCH):
        yield list(batch)


def by_platform(keys: Iterable[Key]) -> dict[str, set[str]]:
    """External ids, grouped by their platform."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for platform, external_id in keys:
        grouped[platform].add(external_id)
    return grouped


def numbered(rows: QuerySet[Any], external_ids: Collection[str]) -> Iterator[tuple[int, str]]:
    """Primary key and external id of those among some rows of a platform that have one of these.

    Beyond one batch all of the rows are read, once: a database whose statistics are older than the
    last import would look through all of them for every batch.
    """
    if len(external_ids) <= BATCH:
        rows = rows.filter(external_id__in=external_ids)
    for pk, external_id in rows.values_list("pk", "external_id").iterator():
        if external_id in external_ids:
            yield pk, external_id
