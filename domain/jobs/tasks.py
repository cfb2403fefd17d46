"""What the workers do about jobs."""

from domain.base.tasks import background
from domain.jobs import running


@background
def run_job(job_id: int) -> None:
    """Do a job, if it still waits."""
    running.run_job(job_id)
