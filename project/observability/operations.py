"""What an operation is called where names must be few: our own words, whatever a client sends."""

from functools import cache

from django.http import HttpRequest

from schema.root import schema

# Names that no field has.
SEVERAL = "(several)"
UNKNOWN = "(unknown)"
KINDS = ("query", "mutation", "subscription")
METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
PLACES = frozenset({"graphql", "admin", "health", "share", "exports", "static", "metrics"})


def operation_of(request: HttpRequest) -> tuple[str, str] | None:
    """The kind of a request's operation and its root field; None if there was no operation.

    Of several root fields each has its own cost, and their combinations have no end: together they
    are ``(several)``. The access log has the client's own name for the operation.
    """
    kind = getattr(request, "operation_kind", None)
    if kind not in KINDS:
        return None
    fields = getattr(request, "root_fields", "")
    if "," in fields:
        return kind, SEVERAL
    return kind, fields if fields in _root_fields(kind) else UNKNOWN


def method_of(request: HttpRequest) -> str:
    """The method of a request; a client may call it anything."""
    method = request.method or ""
    return method if method in METHODS else "other"


def place_of(request: HttpRequest) -> str:
    """Which part of the server a path belongs to."""
    first = request.path_info.lstrip("/").partition("/")[0]
    return first if first in PLACES else "other"


@cache
def _root_fields(kind: str) -> frozenset[str]:
    root = getattr(schema._schema, f"{kind}_type")
    return frozenset(root.fields if root else ()) | {"__typename", "__schema", "__type"}
