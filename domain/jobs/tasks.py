"""What the workers do about jobs."""

from datetime import UTC, datetime

from domain.base.tasks import background, enqueue
from domain.jobs import reaping, running


@background
def run_job(job_id: int) -> None:
    """Do a job, if it still waits."""
    running.run_job(job_id)


@background
def reap() -> None:
    """See to the jobs that nobody is at any more."""
    for job_id in reaping.reap(at=datetime.now(UTC)):
        enqueue(run_job, job_id)
