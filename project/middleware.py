"""Around every request: its id in and out, one access line, and an answer when we break down."""

import json
import logging
import re
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

from domain.audit.services import current_request_id
from domain.base.trouble import trouble_of
from project.patience import Patience
from project.tally import Tally, on_every_database
from schema.errors import MASKED, RETRY_SECONDS, code_of_trouble, marks

logger = logging.getLogger("drillbook.access")

API = "/graphql"
PROBES = ("/health/", "/metrics")
LONGEST_LOGGED = 200
LONGEST_STATEMENT = 2000
# By the name in the line: where it is noted on the request.
OF_OPERATIONS = {"operation": "operation_name", "fields": "root_fields", "cost": "cost"}

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """The outermost middleware, but for those that measure.

    It sets ``request.request_id`` and ``request.tally``, and reads what schema/documents.py and
    schema/pricing.py note on the request of an operation.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Django turns exceptions into responses before any middleware sees them.
        got_request_exception.connect(note_failure, dispatch_uid="project.middleware")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        request_id = request.request_id = request_id_for(request)  # type: ignore[attr-defined]
        previous = current_request_id.set(request_id)
        tally = request.tally = Tally()  # type: ignore[attr-defined]
        status = 500
        patience = Patience(settings.LOCK_MILLISECONDS)
        try:
            with on_every_database(tally), on_every_database(patience):
                response = explained(request, self.get_response(request))
            if isinstance(request, ASGIRequest):
                close_connections()
            response["X-Request-ID"] = request_id
            status = response.status_code
            return response
        finally:
            write_line(request, status, perf_counter() - started, tally)
            current_request_id.reset(previous)


def close_connections() -> None:
    """Close those of this thread, which under ASGI is there for one request.

    What is left of the request may be a stream of many minutes, which opens none here.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def request_id_for(request: HttpRequest) -> str:
    """The client's ``X-Request-ID`` if it is safe to repeat, or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def write_line(request: HttpRequest, status: int, seconds: float, tally: Tally) -> None:
    """Write the access line; never the query string, in which secrets travel."""
    slow = seconds * 1000 > settings.SLOW_REQUEST_MILLISECONDS
    # Somebody asks every second.
    is_probe = status == 200 and request.path_info.startswith(PROBES)
    level = logging.WARNING if slow else logging.DEBUG if is_probe else logging.INFO
    if not logger.isEnabledFor(level):
        return
    values = {
        "method": request.method,
        "path": request.path[:LONGEST_LOGGED],
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "statements": tally.statements,
        "sql_milliseconds": round(tally.seconds * 1000, 1),
    }
    if slow:
        values |= {"slow": True, "slowest_statement": tally.slowest[:LONGEST_STATEMENT]}
    for name, attribute in OF_OPERATIONS.items():
        if (value := getattr(request, attribute, None)) is not None:
            values[name] = value[:LONGEST_LOGGED] if isinstance(value, str) else value
    logger.log(level, "request", extra=values)


def note_failure(request: HttpRequest, **_: Any) -> None:
    """Remember on the request what ended it: "" unless it was the database."""
    error = sys.exc_info()[1]
    failure = trouble_of(error) if isinstance(error, OperationalError | InterfaceError) else ""
    request.failure = failure  # type: ignore[attr-defined]


def explained(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or a plain one in its place when the database failed or the API crashed.

    Django has logged the exception by then, with its traceback.
    """
    failure = getattr(request, "failure", None)
    if failure is None:
        return response
    is_api = request.path_info == API or request.path_info.startswith(f"{API}/")
    if failure:
        response.status_code = 503
        response["Retry-After"] = str(RETRY_SECONDS)
        code, message = code_of_trouble(failure)
    elif is_api:
        response.status_code = 500
        message, code = MASKED, "INTERNAL"
    else:
        return response
    error = {"message": message, "extensions": marks(code)}
    response["Content-Type"] = "application/json" if is_api else "text/plain; charset=utf-8"
    response["Cache-Control"] = "no-store"
    response.content = json.dumps({"errors": [error]}).encode() if is_api else message.encode()
    response["Content-Length"] = str(len(response.content))
    return response
