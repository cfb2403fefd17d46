"""Reads many rows with little memory: batch by batch, each beginning where the last one ended."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

BATCH = 500


def in_batches(rows: "QuerySet[Any]", *order: str, size: int = BATCH) -> Iterator[list[Any]]:
    """The rows, sorted by these columns, which have no nulls and of which the last one is unique.

    Unlike a cursor of the database this needs nothing of a connection, so poolers do not mind. The
    rows are of one table: joined to others, each batch might be sorted out of all of them anew.
    """
    rows = rows.order_by(*order)
    further = rows
    while batch := list(further[:size]):
        yield batch
        if len(batch) < size:
            return
        further = rows.filter(_beyond(batch[-1], order))


def _beyond(row: Any, order: tuple[str, ...]) -> Q:
    column, *rest = order
    value = attrgetter(column)(row)
    further = Q(**{f"{column}__gt": value})
    if not rest:
        return further
    same = Q(**{column: value}) & _beyond(row, tuple(rest))
    # The redundant first condition lets the database start inside an index.
    return Q(**{f"{column}__gte": value}) & (further | same)
