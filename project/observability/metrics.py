"""Counts and durations of requests and operations, and the address where all numbers are.

Imported only where METRICS_TOKEN is set.
"""

import re
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import Counter, Histogram

from project.observability import exposition, work_metrics
from project.observability.operations import method_of, operation_of, place_of
from project.observability.waiting import Waiting
from project.observability.work import own_tasks

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STATEMENTS = (1, 2, 5, 10, 20, 50, 100, 200)
# As all codes are: anything else is not ours, and there is no end to it.
_CODE = re.compile(r"[A-Z][A-Z_]{1,39}")

REQUESTS = Counter("drillbook_requests", "Requests answered.", ["place", "method", "status"])
REQUEST_SECONDS = Histogram(
    "drillbook_request_seconds", "How long answers took.", ["place"], buckets=SECONDS
)
_OF_OPERATIONS = ["kind", "field"]
OPERATIONS = Counter("drillbook_operations", "GraphQL operations run.", _OF_OPERATIONS)
ERRORS = Counter(
    "drillbook_operation_errors",
    "Operations with errors of a code.",
    [*_OF_OPERATIONS, "code"],
)
OPERATION_SECONDS = Histogram(
    "drillbook_operation_seconds", "How long operations took.", _OF_OPERATIONS, buckets=SECONDS
)
OPERATION_STATEMENTS = Histogram(
    "drillbook_operation_statements",
    "SQL statements that operations ran.",
    _OF_OPERATIONS,
    buckets=STATEMENTS,
)


class MeasureRequests:
    """Counts what comes out of ``project.middleware.RequestLog``, which stands right within it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        exposition.add_up_processes()
        if not settings.CELERY_BROKER_URL:
            work_metrics.expect(own_tasks())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        response = self.get_response(request)
        seconds = perf_counter() - started
        place = place_of(request)
        REQUESTS.labels(place, method_of(request), str(response.status_code)).inc()
        REQUEST_SECONDS.labels(place).observe(seconds)
        if operation := operation_of(request):
            _measure(operation, request, seconds)
        return response


# The same on every server: what waits, waits for all of them.
waiting = Waiting()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers of all processes of this server, for who has the token; 404 for others."""
    if not exposition.may_see(request.headers.get("Authorization", "")):
        raise Http404
    text, content_type = exposition.everything(waiting)
    return HttpResponse(text, content_type=content_type)


def _measure(operation: tuple[str, str], request: HttpRequest, seconds: float) -> None:
    OPERATIONS.labels(*operation).inc()
    OPERATION_SECONDS.labels(*operation).observe(seconds)
    OPERATION_STATEMENTS.labels(*operation).observe(request.tally.statements)  # type: ignore[attr-defined]
    for code in getattr(request, "error_codes", ()):
        known = code if _CODE.fullmatch(code) else "other"
        ERRORS.labels(*operation, known).inc()
