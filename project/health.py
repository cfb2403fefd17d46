"""Probes for whoever starts, stops and balances the servers. They say nothing secret."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

PROBE_KEY = "health"


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process can answer at all; restart it when it does not."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served; 503 while the database is away or not migrated.

    A cache that is away makes us slower, not unable: it is reported, and the answer stays 200.
    """
    state = {"database": "ok", "migrations": "applied", "cache": cache_state()}
    try:
        if pending_migrations():
            state["migrations"] = "pending"
    except Error as away:
        logger.warning("the database is away", extra={"reason": type(away).__name__})
        state |= {"database": "unavailable", "migrations": "unknown"}
    is_ready = state["migrations"] == "applied"
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", **state},
        status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def pending_migrations() -> list[str]:
    """Migrations of this code that the database does not have.

    Raises:
        django.db.Error: the database is away.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def cache_state() -> str:
    """Whether Redis answers; "in-process" when none is configured."""
    if not settings.REDIS_URL:
        return "in-process"
    # The cache itself hides failures, and reads nothing where it has just failed to write.
    cache.set(PROBE_KEY, "ok", timeout=60)
    return "ok" if cache.get(PROBE_KEY) == "ok" else "unavailable"
