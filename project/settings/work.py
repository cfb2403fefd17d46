"""Where background work waits, how long it may take, and what is begun by the clock."""

from typing import Any

from celery.schedules import crontab
from kombu import Queue

from project.settings.environment import Environment, is_whole, refuse

# Mails and other short work do not wait behind imports: jobs have a queue of their own. A worker
# takes from both unless it is told which (``--queues``).
MAILS, JOBS = "drillbook", "drillbook-jobs"
QUEUES = [Queue(MAILS), Queue(JOBS)]
ROUTES = {"domain.jobs.tasks.run_job": {"queue": JOBS}}

# What beat has the workers do. It is dropped where no worker took it before it is due again.
REAPED_EVERY_SECONDS = 30
SCHEDULE: dict[str, dict[str, Any]] = {
    "jobs that lost their worker": {
        "task": "domain.jobs.tasks.reap",
        "schedule": REAPED_EVERY_SECONDS,
        "options": {"expires": REAPED_EVERY_SECONDS},
    },
    "what is over": {
        "task": "project.tasks.purge_expired",
        "schedule": crontab(hour="3", minute="17"),
        "options": {"expires": 12 * 3600},
    },
    "what was thrown away long ago": {
        "task": "project.tasks.purge_deleted",
        "schedule": crontab(hour="3", minute="47"),
        "options": {"expires": 12 * 3600},
    },
}


def broker_url(redis_url: str) -> str:
    """REDIS_URL as Celery wants it: ``unix:///path?db=1`` has another name there."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    parameters = [pair.replace("db=", "virtual_host=", 1) for pair in query.split("&") if pair]
    return f"redis+socket://{path}" + ("?" + "&".join(parameters) if parameters else "")


def retention_days(env: Environment, *kept: int) -> int:
    """Days after which a job is deleted: not before what it did is over.

    Args:
        kept: for how many days exports, and what imports can be taken back by, are kept.
    """
    expected = "a whole number from 1 to 3650, no less than EXPORT_KEEP_DAYS and IMPORT_UNDO_DAYS"
    value = env.text("JOB_RETENTION_DAYS", "90", expected=expected)
    if not is_whole(value, minimum=max(kept), maximum=3650):
        refuse("JOB_RETENTION_DAYS", expected, repr(value))
    return int(value)


def killed_after(job_minutes: int) -> int:
    """Seconds after which a worker's process is killed that does not end its task.

    A job that takes too long fails by itself first.
    """
    return (job_minutes + 5) * 60


def redelivered_after(job_minutes: int) -> int:
    """Seconds after which Redis gives a task to another worker, if nobody said it is done.

    Longer than a task that waits for another one in its worker and then takes as long as it may, so
    that none is done twice. Jobs that lost their worker do not wait for this: they are reaped.
    """
    return 2 * killed_after(job_minutes) + 60
