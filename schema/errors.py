"""A stable ``extensions.code`` for every error; what is our fault is hidden and logged."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from graphql import GraphQLError, GraphQLSyntaxError, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.utils.str_converters import to_camel_case

from domain.audit.services import current_request_id
from domain.base.errors import DomainError
from domain.base.trouble import Trouble, trouble_of

logger = logging.getLogger(__name__)

# The parser quotes what it does not understand, however long that is.
LONGEST_MESSAGE = 500
MASKED = "Something went wrong on our side. Try again; if it stays, report the requestId."
AWAY = "The service is not available for a moment. Try again shortly."
# An import takes seconds, and a client that waits as long has not waited in vain.
RETRY_SECONDS = 5
BUSY = (
    "What this needs is being changed just now, as by an import or another device. This step is "
    "undone, what the operation did before it may be stored. Try again in "
    f"{RETRY_SECONDS} seconds, what creates with the same idempotencyKey."
)
TIMED_OUT = (
    "This took too long and was stopped. This step is undone, what the operation did before it may "
    "be stored. Ask for less at once, or try again later."
)
UNREADABLE = "A value in the operation cannot be read. Check its numbers."
NO_ID = "This is no id. Send an id as an answer gave it."
NO_DATE = "This is no date. Send one such as 2026-11-21."
NO_UUID = "This is no UUID. Send one such as 019aa5c8-7b3e-7f0a-9c4d-2b6e8f1a3c5d."

# The library repeats what it cannot read, and that may be a password in the wrong place.
_REPEATING = (
    (re.compile(r"\bValue '.*' does not exist", re.DOTALL), "This value does not exist"),
    (re.compile(r"\bValue cannot represent a GlobalID: .*", re.DOTALL), NO_ID),
    (re.compile(r"\bValue cannot represent a Date: .*", re.DOTALL), NO_DATE),
    (re.compile(r"\bValue cannot represent a UUID: .*", re.DOTALL), NO_UUID),
    (re.compile(r"( cannot represent [^:]*): .*", re.DOTALL), r"\1."),
    (
        re.compile(r"Expected variable '(\$\w+)' provided to non-null type '.*' not to be None\."),
        r"\1 is null. Leave it out to have the default, or send a value.",
    ),
    (re.compile(r", found: .*", re.DOTALL), "."),
    (re.compile(r" Found: .*", re.DOTALL), ""),
    (re.compile(r"\b((?:Block)?String) ['\"].*", re.DOTALL), r"\1."),
)


class Refusal(GraphQLError):
    """A planned error in ``errors``, with its code."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": code, **extensions})


class BadInput(Refusal):
    """An argument that the type system lets through and we do not."""

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message, "BAD_USER_INPUT", **extensions)


class ValidationCodes(SchemaExtension):
    """Tells errors of the document from errors of its variables, which look the same later."""

    def on_validate(self) -> Iterator[None]:
        """Mark what validation found."""
        yield
        for error in self.execution_context.pre_execution_errors or ():
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
            error.message = _without_values(error.message)
            if not isinstance(error.original_error, GraphQLError | None):
                error.message = UNREADABLE


def with_codes(result: ExecutionResult) -> ExecutionResult:
    """Give every error of a result its code, request id and time."""
    if result.errors:
        result.errors = [coded(error) for error in result.errors]
    return result


def note_codes(result: ExecutionResult, context: Any) -> None:
    """Leave the codes of a result's errors on the request, for whoever counts them."""
    if result.errors and context is not None:
        codes = {str((error.extensions or {}).get("code")) for error in result.errors}
        context.request.error_codes = sorted(codes)


def coded(error: GraphQLError) -> GraphQLError:
    """The same error with a code, or a masked one if it was not planned."""
    code, message = _code_and_message(error)
    message = message[:LONGEST_MESSAGE]
    if code == "INTERNAL":
        logger.error(
            "unplanned error in a resolver",
            exc_info=error.original_error or error,
            extra={"path": ".".join(map(str, error.path or []))},
        )
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**_blamed(error), **(error.extensions or {}), **marks(code)},
    )


def code_of_trouble(trouble: Trouble) -> tuple[str, str]:
    """The code and the message of what the database did not do."""
    if trouble is Trouble.BUSY:
        return "BUSY", BUSY
    if trouble is Trouble.SLOW:
        return "TIMED_OUT", TIMED_OUT
    return "UNAVAILABLE", AWAY


def marks(code: str) -> dict[str, Any]:
    """What every error carries in ``extensions``; of one that is over soon, also when."""
    when = {"retryAfterSeconds": RETRY_SECONDS} if code == "BUSY" else {}
    return when | {
        "code": code,
        "requestId": current_request_id.get(),
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _noted(error: Exception) -> Trouble:
    trouble = trouble_of(error)
    if trouble is Trouble.BUSY:
        logger.warning(trouble.value)
    else:
        logger.error(trouble.value, exc_info=error)
    return trouble


def _without_values(message: str) -> str:
    """A message of the library about an operation, without the value that it repeats."""
    for repeating, replacement in _REPEATING:
        message = repeating.sub(replacement, message)
    return message


def _origin_of(error: GraphQLError) -> Exception | None:
    """What was raised first; None if it was the error itself."""
    origin = error.original_error
    while isinstance(origin, GraphQLError) and origin.original_error is not None:
        origin = origin.original_error
    return origin


def _blamed(error: GraphQLError) -> dict[str, str]:
    """The argument that a refusal of the domain is about, if it is about one."""
    field = next(iter(getattr(_origin_of(error), "error_dict", ())), None)
    return {} if field is None else {"field": to_camel_case(field)}


def _is_about_a_value(error: Exception | None) -> bool:
    """Whether it blames a value in the document, such as a variable that is null."""
    while isinstance(error, GraphQLError):
        if any(isinstance(node, ValueNode) for node in error.nodes or ()):
            return True
        error = error.original_error
    return False


def _code_and_message(error: GraphQLError) -> tuple[str, str]:
    if code := (error.extensions or {}).get("code"):
        return str(code), error.message
    original = _origin_of(error)
    if isinstance(original, DomainError):
        return original.code.upper(), original.messages[0]
    if isinstance(original, ValidationError):
        return "BAD_USER_INPUT", original.messages[0]
    if isinstance(original, OperationalError | InterfaceError):
        return code_of_trouble(_noted(original))
    if isinstance(original, StrawberryInputCoercionError) or _is_about_a_value(error):
        return "BAD_USER_INPUT", _without_values(error.message)
    # Values on their way out: a column holds what the schema does not know.
    if error.path and isinstance(original, GraphQLError) and not original.extensions:
        return "INTERNAL", MASKED
    planned = error if original is None else original
    if not isinstance(planned, GraphQLError):
        return "INTERNAL", MASKED
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED", _without_values(error.message)
    return "BAD_USER_INPUT", _without_values(error.message)
