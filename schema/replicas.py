"""Queries of people who did not write just now may be answered from the replica.

Who the caller is has been decided on the primary by then, so a revoked token is refused at once.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from graphql import GraphQLError, OperationType, get_operation_ast
from strawberry.types import ExecutionResult

from domain.accounts.models import User
from domain.base import replica
from schema import tokens
from schema.context import Context
from schema.documents import parsed


def answered(
    execute: Callable[[], ExecutionResult],
    *,
    document: str | None,
    operation_name: str | None,
    context: Context | None,
) -> ExecutionResult:
    """What ``execute`` gives, with its queries sent where they may go.

    A replica that fails meanwhile is left out, and the operation done again on the primary.
    """
    caller = None if context is None else tokens.caller_of(context.request)
    if context is None or caller is None or not replica.is_configured():
        return execute()
    person = str(caller.uid)
    kind = _kind_of(document, operation_name)
    if kind == OperationType.MUTATION:
        try:
            return execute()
        finally:
            replica.note_write(person, at=datetime.now(UTC))
    if kind != OperationType.QUERY:  # a stream looks for what is new
        return execute()
    if _just_signed_in(caller, at=context.now) or not replica.serves(person, at=context.now):
        return execute()
    with replica.may_be_old():
        result = execute()
    if any(_is_of_database(error) for error in result.errors or ()):
        replica.copy.leave_out()
        context.known.clear()
        return execute()
    return result


def _just_signed_in(caller: User, *, at: datetime) -> bool:
    """Whether the session is so new, or was renewed so shortly ago, that a copy may not have it."""
    session = getattr(caller, "auth_session", None)  # absent with an API token
    if session is None:
        return False
    return at - session.last_used_at < timedelta(seconds=settings.OWN_WRITES_SECONDS)


def _kind_of(document: str | None, operation_name: str | None) -> OperationType | None:
    """What an operation is; None of what cannot be read."""
    try:
        operation = get_operation_ast(parsed(document or ""), operation_name)
    except GraphQLError:
        return None
    return None if operation is None else operation.operation


def _is_of_database(error: GraphQLError) -> bool:
    return isinstance(error.original_error, DatabaseError | InterfaceError)
