"""Answers as events: GraphQL over SSE in "distinct connections" mode."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse

EVENTS = "text/event-stream"
KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


def is_named(request: HttpRequest) -> bool:
    """Whether a client says that it reads streams; who accepts anything may not."""
    accepted = request.accepted_type(EVENTS)
    return accepted is not None and f"{accepted.main_type}/{accepted.sub_type}" == EVENTS


def is_preferred(request: HttpRequest, others: Iterable[str]) -> bool:
    """Whether a client would rather have a stream than any of the other media types."""
    is_subscription = getattr(request, "operation_kind", "") == "subscription"
    return is_named(request) and (
        is_subscription or request.get_preferred_type([*others, EVENTS]) == EVENTS
    )


def next_event(answer: Any) -> bytes:
    """One result."""
    text = json.dumps(answer, cls=DjangoJSONEncoder, separators=(",", ":"))
    return f"event: next\ndata: {text}\n\n".encode()


def answered_at_once(response: HttpResponse) -> HttpResponse:
    """A response of JSON as a stream that is over: a query, or what was refused."""
    response.content = b"event: next\ndata: " + response.content + b"\n\n" + COMPLETE
    describe(response)
    return response


def describe(response: Any) -> None:
    """Set the headers of a stream."""
    response["Content-Type"] = f"{EVENTS}; charset=utf-8"
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept, Authorization"
    response["X-Accel-Buffering"] = "no"  # nginx would wait until there is more
