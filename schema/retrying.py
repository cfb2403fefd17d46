"""Mutations that the database undid are made again.

Two devices that write the same things in another order may wait for each other. PostgreSQL then
undoes what one of them did, which only has to begin anew.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import OperationalError, connection
from graphql import GraphQLSchema

from domain.base.trouble import DEADLOCK, sqlstate_of

logger = logging.getLogger(__name__)

TRIES = 5


def retry_deadlocks(schema: GraphQLSchema) -> None:
    """Make every mutation of a schema again that was undone, ``TRIES`` times in all."""
    assert schema.mutation_type is not None  # noqa: S101
    for name, field in schema.mutation_type.fields.items():
        assert field.resolve is not None  # noqa: S101
        field.resolve = _retried(name, field.resolve)


def _retried(name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def resolved(*args: Any, **kwargs: Any) -> Any:
        for _ in range(TRIES - 1):
            try:
                return resolve(*args, **kwargs)
            except OperationalError as error:
                # Within a transaction of somebody else, that one is undone as well.
                if sqlstate_of(error) != DEADLOCK or connection.in_atomic_block:
                    raise
                logger.warning("mutation undone by a deadlock", extra={"mutation": name})
        return resolve(*args, **kwargs)

    return resolved
