"""One attempt at a job: begun, heard of while it lasts, and ended in one way only.

Every write to the job names the number of the attempt. Whoever was taken for dead and is not finds
that another number is there, and undoes what it stored.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F

from domain.jobs.models import Job, JobStatus
from domain.jobs.querysets import JobQuerySet
from domain.jobs.work import Stopped, work_of

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5


class _Run:
    """The attempt, as its work sees it (``domain.jobs.work.Run``)."""

    def __init__(self, job: Job, at: datetime) -> None:
        self.job = job
        self.at = at
        self.done = 0
        self.total: int | None = None
        self.stopped = threading.Event()

    def expect(self, total: int) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.done += steps
        self.check()

    def check(self) -> None:
        if self.stopped.is_set():
            raise Stopped

    @contextmanager
    def finishing(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            self.check()
            self._succeed()

    def beat(self) -> None:
        """Tell that somebody is at it and how far, and learn whether to go on."""
        mine = self._mine()
        told = mine.update(heartbeat_at=_now(), progress_done=self.done, progress_total=self.total)
        if not told or mine.filter(cancel_requested_at__isnull=False).exists():
            self.stopped.set()

    def end(self, status: JobStatus, *, code: str = "", message: str = "") -> bool:
        """Note how it ended, unless another attempt has begun."""
        ended = self._mine().update(
            status=status,
            finished_at=_now(),
            progress_done=self.done,
            progress_total=self.total,
            error_code=code,
            error_message=message[:1000],
        )
        return bool(ended)

    def _succeed(self) -> None:
        # Asked in the same statement: a wish to stop that was granted is kept.
        mine = self._mine().filter(cancel_requested_at=None)
        total = self.done if self.total is None else self.total
        ended = mine.update(
            status=JobStatus.SUCCEEDED,
            finished_at=_now(),
            progress_done=total,
            progress_total=total,
        )
        if not ended:
            raise Stopped

    def _mine(self) -> JobQuerySet:
        running = Job.objects.filter(pk=self.job.pk, status=JobStatus.RUNNING)
        return running.filter(attempt=self.job.attempt)


def run_job(job_id: int) -> None:
    """Do a job, if it waits; a job that is done or that somebody is at is left alone.

    Args:
        job_id: its primary key.

    Raises:
        OperationalError: the database is away; the job waits until it is given to workers again.
    """
    job = _begin(job_id)
    if job is None:
        return
    run = _Run(job, job.started_at or _now())
    with _heartbeats(run):
        _attempt(run)


def _begin(job_id: int) -> Job | None:
    """Take a waiting job, as the only one who does."""
    at = _now()
    begun = Job.objects.filter(pk=job_id, status=JobStatus.PENDING).update(
        status=JobStatus.RUNNING,
        attempt=F("attempt") + 1,
        started_at=at,
        heartbeat_at=at,
        progress_done=0,
        progress_total=None,
    )
    return Job.objects.select_related("owner").get(pk=job_id) if begun else None


def _attempt(run: _Run) -> None:
    job = run.job
    try:
        run.beat()
        run.check()
        work_of(job.kind)(run)
    except Stopped:
        if run.end(JobStatus.CANCELLED):
            logger.info("job cancelled", extra={"job": str(job.uid), "kind": job.kind})
        else:
            logger.warning("attempt overtaken", extra={"job": str(job.uid), "kind": job.kind})
    except ValidationError as refusal:
        code, message = _reason(refusal)
        run.end(JobStatus.FAILED, code=code, message=message)
    except OperationalError:
        raise
    except Exception:
        logger.exception("job failed", extra={"job": str(job.uid), "kind": job.kind})
        message = "Something went wrong on our side. Try the job again; nothing of it is stored."
        run.end(JobStatus.FAILED, code="internal", message=message)
    else:
        logger.info("job done", extra={"job": str(job.uid), "kind": job.kind})


def _reason(refusal: ValidationError) -> tuple[str, str]:
    """Code and words of a refusal."""
    errors = refusal.error_dict.values() if hasattr(refusal, "error_dict") else [[refusal]]
    first = next(iter(next(iter(errors))))
    return str(first.code or "invalid"), " ".join(first.messages)


@contextmanager
def _heartbeats(run: _Run) -> Iterator[None]:
    """Be heard of, from a thread with a connection of its own, while the work goes on."""
    # In a transaction (only tests are) no other connection sees the job.
    if connection.in_atomic_block:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(run, over), daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat_until(run: _Run, over: threading.Event) -> None:
    try:
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                run.beat()
            except DatabaseError:
                # SQLite lets nobody write while the work does; a database that is away comes back.
                connection.close()
    finally:
        connection.close()


def _now() -> datetime:
    return datetime.now(UTC)
