"""Long lists in pieces, so that a statement never has too many parameters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import batched

from domain.transfer.drafts import Key

BATCH = 1000


def in_batches[Item](items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most ``BATCH``, in order."""
    for batch in batched(items, BATCH):
        yield list(batch)


def by_platform(keys: Iterable[Key]) -> dict[str, list[str]]:
    """External ids, grouped by their platform."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for platform, external_id in keys:
        grouped[platform].append(external_id)
    return grouped
