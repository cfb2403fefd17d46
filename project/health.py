"""Probes for whoever starts, stops and balances the servers. They say nothing but yes or no.

Why a server is not ready is in its log, one line a change.
"""

import logging
from functools import cache
from http import HTTPStatus
from threading import Lock
from time import monotonic

from django.conf import settings
from django.core.cache import cache as store
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from project import processes

logger = logging.getLogger(__name__)

PROBE_KEY = "health"
# However many ask, the database is looked at no more often than this.
REMEMBERED_SECONDS = 1
STOPPING = "stopping"


class Probe:
    """What was found the last time that somebody looked; one thread looks at a time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = float("-inf")
        self.problem = "starting"
        self.cache_is_away = False

    def problem_now(self) -> str:
        """Why requests cannot be served; "" if they can."""
        if processes.is_stopping():
            self._found(STOPPING)
        elif monotonic() - self.looked_at >= REMEMBERED_SECONDS and self.lock.acquire(False):
            try:
                self._found(problem_of_database())
                self._note_cache()
                self.looked_at = monotonic()
            finally:
                self.lock.release()
        return self.problem

    def _found(self, problem: str) -> None:
        if problem == self.problem:
            return
        if problem and problem != STOPPING:
            logger.warning("not ready", extra={"reason": problem})
        else:
            logger.info(problem or "ready")
        self.problem = problem

    def _note_cache(self) -> None:
        is_away = bool(settings.REDIS_URL) and not cache_answers()
        if is_away != self.cache_is_away:
            logger.warning("the cache is away" if is_away else "the cache is back")
        self.cache_is_away = is_away


probe = Probe()


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process can answer at all; restart it when it does not."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served; 503 while stopping, and without a migrated database.

    A cache that is away makes us slower, not unable: it is logged, and the answer stays 200.
    """
    if probe.problem_now():
        return JsonResponse({"status": "not ready"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ready"})


def problem_of_database() -> str:
    """Why the database cannot be used; "" if it can."""
    try:
        pending = pending_migrations()
    except Error as away:
        return f"the database is away: {type(away).__name__}"
    return f"{len(pending)} migrations are pending" if pending else ""


def pending_migrations() -> list[str]:
    """Migrations of this code that the database does not have.

    Raises:
        django.db.Error: the database is away.
    """
    applied = set(MigrationRecorder(connection).applied_migrations())
    return [
        ".".join(migration)
        for migration, replaced in _needed()
        if migration not in applied and not (replaced and replaced <= applied)
    ]


@cache
def _needed() -> list[tuple[tuple[str, str], frozenset[tuple[str, str]]]]:
    """Each migration of this code, with those that it stands for."""
    # From the files alone: they do not change while the process lives.
    loader = MigrationLoader(None)
    nodes = sorted(loader.graph.nodes)
    return [(node, frozenset(loader.get_migration(*node).replaces)) for node in nodes]


def cache_answers() -> bool:
    """Whether Redis takes something and gives it back."""
    # The cache itself hides failures, and reads nothing where it has just failed to write.
    store.set(PROBE_KEY, "ok", timeout=60)
    return bool(store.get(PROBE_KEY) == "ok")
