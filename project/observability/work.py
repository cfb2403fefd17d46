"""Tasks that are watched: Celery's, with metrics and traces around them where those are on.

Imported, by project/celery.py, only where one of them is. A task is watched wherever it runs: in a
worker, and in a thread of the web process.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from celery import current_app
from celery.contrib.django.task import DjangoTask
from celery.exceptions import Retry
from django.conf import settings

from project.tally import Tally, on_every_database

SUCCEEDED = "succeeded"
RETRIED = "retried"
FAILED = "failed"
# The process that did it was ended; nobody but its parent can say so.
KILLED = "killed"


@dataclass
class Ran:
    """One attempt at a task, and how it ended once it has.

    Attributes:
        queue: where it waited; "" if it was begun in the process that asked for it.
        headers: what came with its message.
    """

    name: str
    queue: str
    retries: int
    headers: dict[str, str]
    tally: Tally = field(default_factory=Tally)
    outcome: str = KILLED
    error: BaseException | None = None


type Watch = Callable[[Ran], AbstractContextManager[None]]


class WatchedTask(DjangoTask):
    """What ``@background`` makes of a function here."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        ran = _ran(self)
        with ExitStack() as stack:
            for watch in watches():
                stack.enter_context(watch(ran))
            stack.enter_context(on_every_database(ran.tally))
            try:
                result = super().__call__(*args, **kwargs)
            except Retry as again:
                ran.outcome, ran.error = RETRIED, again.exc
                raise
            except Exception as error:
                ran.outcome, ran.error = FAILED, error
                raise
            ran.outcome = SUCCEEDED
            return result

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """As Celery does; the message says which trace it belongs to."""
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from project.observability import work_traces

            options["headers"] = {**(options.get("headers") or {}), **work_traces.headers()}
        return super().apply_async(*args, **options)


def own_tasks() -> list[str]:
    """The names of all our tasks."""
    return sorted(name for name in current_app.tasks if not name.startswith("celery."))


@cache
def watches() -> tuple[Watch, ...]:
    """What stands around each task."""
    found: list[Watch] = []
    if settings.METRICS_TOKEN:
        from project.observability import work_metrics

        found.append(work_metrics.measured)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from project.observability import work_traces

        found.append(work_traces.traced)
    return tuple(found)


def _ran(task: Any) -> Ran:
    # Celery gives a call in the same process a request as well, which has nothing in it.
    request = task.request
    if request.called_directly:
        return Ran(task.name, "", 0, {})
    queue = (request.delivery_info or {}).get("routing_key") or ""
    return Ran(task.name, queue, request.retries or 0, dict(request.headers or {}))
