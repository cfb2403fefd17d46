"""One attempt at a job: begun, heard of while it lasts, and ended in one way only.

Every write to the job names the number of the attempt. Whoever was taken for dead and is not finds
that another number is there, and undoes what it stored.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from domain.base.text import storable_part
from domain.jobs import reaping, watching
from domain.jobs.heartbeats import heartbeats
from domain.jobs.models import Job, JobStatus
from domain.jobs.querysets import JobQuerySet, longest
from domain.jobs.watching import Outcome
from domain.jobs.work import Stopped, known_kinds, work_of

logger = logging.getLogger(__name__)

FAILED = "Something went wrong on our side. Try the job again; nothing of it is stored."

_turns = threading.RLock()


class _Run:
    """The attempt, as its work sees it (``domain.jobs.work.Run``)."""

    def __init__(self, job: Job, at: datetime) -> None:
        self.job = job
        self.at = at
        self.done = 0
        self.total: int | None = None
        self.stopped = threading.Event()
        self.ends_by = monotonic() + longest().total_seconds()

    def expect(self, total: int) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.done += steps
        self.check()

    def check(self) -> None:
        if self.stopped.is_set():
            raise Stopped
        if monotonic() > self.ends_by:
            raise reaping.TookTooLong

    @contextmanager
    def finishing(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            self.check()
            self._succeed()

    def beat(self) -> None:
        """Tell that somebody is at it and how far, and learn whether to go on."""
        held = self.held()
        told = held.update(heartbeat_at=_now(), progress_done=self.done, progress_total=self.total)
        if not told or held.filter(cancel_requested_at__isnull=False).exists():
            self.stopped.set()

    def end(self, status: JobStatus, *, code: str = "", message: str = "") -> bool:
        """Note how it ended, unless another attempt has begun."""
        ended = self.held().update(
            status=status,
            finished_at=_now(),
            progress_done=self.done,
            progress_total=self.total,
            error_code=code[:40],
            error_message=storable_part(message)[:1000],
        )
        return bool(ended)

    def held(self) -> JobQuerySet:
        """The job, unless it ended or another attempt has begun."""
        running = Job.objects.filter(pk=self.job.pk, status=JobStatus.RUNNING)
        return running.filter(attempt=self.job.attempt)

    def _succeed(self) -> None:
        # Asked in the same statement: a wish to stop that was granted is kept.
        unstopped = self.held().filter(cancel_requested_at=None)
        total = self.done if self.total is None else self.total
        ended = unstopped.update(
            status=JobStatus.SUCCEEDED,
            finished_at=_now(),
            progress_done=total,
            progress_total=total,
        )
        if not ended:
            raise Stopped


def run_job(job_id: int) -> None:
    """Do a job, if it waits; a job that is done or that somebody is at is left alone.

    Args:
        job_id: its primary key.

    Raises:
        OperationalError: the database went away. The job waits again, or will once it is reaped.
    """
    # SQLite has one writer: those that come meanwhile would wait, and then fail, one by one.
    with _turns if connection.vendor == "sqlite" else nullcontext():
        job = _begin(job_id)
        if job is None:
            return
        run = _Run(job, job.started_at or _now())
        try:
            with watching.attempted(job) as attempt, heartbeats(run.beat):
                attempt.outcome = _attempt(run)
        except (OperationalError, InterfaceError) as away:
            logger.warning("job interrupted", extra={**_about(run), "reason": str(away)})
            _release(run)
            raise OperationalError(str(away)) from away


def _begin(job_id: int) -> Job | None:
    """Take a waiting job, as the only one who does. One of a kind that is new, and that this
    version does not know, waits for a worker that does: the reaper hands it over again.
    """
    at = _now()
    waiting = Job.objects.filter(pk=job_id, status=JobStatus.PENDING, attempts_left__gt=0)
    begun = waiting.filter(kind__in=known_kinds()).update(
        status=JobStatus.RUNNING,
        attempt=F("attempt") + 1,
        attempts_left=F("attempts_left") - 1,
        started_at=at,
        heartbeat_at=at,
        progress_done=0,
        progress_total=None,
    )
    return Job.objects.select_related("owner").filter(pk=job_id).first() if begun else None


def _attempt(run: _Run) -> Outcome:
    try:
        run.beat()
        run.check()
        work_of(run.job.kind)(run)
        if run.held().exists():
            raise RuntimeError("The work ended without finishing.")
    except Stopped:
        if run.end(JobStatus.CANCELLED):
            logger.info("job cancelled", extra=_about(run))
            return Outcome.CANCELLED
        logger.warning("attempt overtaken", extra=_about(run))
        return Outcome.OVERTAKEN
    except ValidationError as refusal:
        code, message = _reason(refusal)
        run.end(JobStatus.FAILED, code=code, message=message)
        logger.info("job failed", extra={**_about(run), "refusal": code})
        return Outcome.REFUSED
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("job failed", extra=_about(run))
        run.end(JobStatus.FAILED, code="internal", message=FAILED)
        return Outcome.FAILED
    logger.info("job done", extra=_about(run))
    return Outcome.SUCCEEDED


def _release(run: _Run) -> None:
    """Have the job wait for another attempt; if the database does not answer, the reaper will."""
    if not connection.in_atomic_block:
        # A connection that broke would not come back by itself.
        connection.close()
    try:
        reaping.give_back(run.held(), at=_now())
    except Error:
        logger.warning("job left to the reaper", extra=_about(run))


def _about(run: _Run) -> dict[str, str]:
    return {"job": str(run.job.uid), "kind": run.job.kind}


def _reason(refusal: ValidationError) -> tuple[str, str]:
    """Code and words of a refusal."""
    errors = refusal.error_dict.values() if hasattr(refusal, "error_dict") else [[refusal]]
    first = next(iter(next(iter(errors))))
    return str(first.code or "invalid"), " ".join(first.messages)


def _now() -> datetime:
    return datetime.now(UTC)
