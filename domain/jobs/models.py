"""Work that a person asked for and that goes on in the background."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from domain.base.models import BlockRangeIndex, CharField, Identified, UidIndex
from domain.jobs.querysets import LOST_AFTER, JobQuerySet, longest, patience

ACTIVE = Q(status__in=("PENDING", "RUNNING"))
MOST_ATTEMPTS = 3
# What changes while a job goes on, and is worth telling.
WATCHED = ("status", "progress_done", "progress_total", "attempt", "cancel_requested_at")


class JobKind(models.TextChoices):
    """What a job does."""

    IMPORT = "IMPORT", "Imports a file"
    PREVIEW = "PREVIEW", "Tells what importing a file would do"
    REVERT = "REVERT", "Takes an import back"
    EXPORT = "EXPORT", "Writes an export"
    RESCHEDULE = "RESCHEDULE", "Plans all reviews anew, as new settings have it"


class JobStatus(models.TextChoices):
    """How far a job is."""

    PENDING = "PENDING", "It waits for a worker"
    RUNNING = "RUNNING", "A worker is at it"
    SUCCEEDED = "SUCCEEDED", "Everything it was to do is stored"
    FAILED = "FAILED", "Nothing of it is stored; its error says why"
    CANCELLED = "CANCELLED", "Nothing of it is stored, as its owner wished"


class Job(Identified):
    """Work in the background: done as a whole or not at all, whatever happens to the workers."""

    kind = models.CharField(max_length=10, choices=JobKind.choices, help_text="What it does.")
    status = models.CharField(
        max_length=10,
        choices=JobStatus.choices,
        default=JobStatus.PENDING,
        help_text="How far it is.",
    )
    progress_done = models.PositiveIntegerField(
        default=0, help_text="How many of its steps are done, such as rows of a file."
    )
    progress_total = models.PositiveIntegerField(
        null=True, help_text="How many steps there are; null while that is not known."
    )
    # Whoever runs a job knows the number of its attempt, and writes only while it is the last.
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text="How often a worker has begun it."
    )
    attempts_left = models.PositiveSmallIntegerField(
        default=MOST_ATTEMPTS, help_text="How often a worker may still begin it."
    )
    created_at = models.DateTimeField(help_text="When it was asked for (UTC).")
    queued_at = models.DateTimeField(help_text="When it was last handed to the workers (UTC).")
    handovers = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="How often it was handed to them again since it began to wait, up to five.",
    )
    started_at = models.DateTimeField(
        null=True, help_text="When a worker last began it (UTC); null before."
    )
    heartbeat_at = models.DateTimeField(
        null=True, help_text="When its worker was last heard of (UTC)."
    )
    finished_at = models.DateTimeField(
        null=True, help_text="When it ended, however it did (UTC); null before."
    )
    cancel_requested_at = models.DateTimeField(
        null=True, help_text="When its owner asked to stop it (UTC); null if they did not."
    )
    error_code = CharField(
        max_length=40, blank=True, help_text="Why it failed, for programs; empty unless it did."
    )
    error_message = CharField(
        max_length=1000, blank=True, help_text="Why it failed and what to do; empty unless it did."
    )

    objects = JobQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=(ACTIVE & Q(finished_at=None)) | (~ACTIVE & Q(finished_at__isnull=False)),
                name="job_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="job_created"),
            models.Index(fields=["status", "queued_at"], condition=ACTIVE, name="job_active"),
            BlockRangeIndex(fields=["finished_at"], name="job_finished_at"),
            UidIndex(name="job_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in (JobStatus.PENDING, JobStatus.RUNNING)

    @property
    def state(self) -> tuple[Any, ...]:
        """How far it is: the same as long as there is nothing new to tell."""
        return tuple(getattr(self, name) for name in WATCHED)

    @property
    def progress(self) -> float | None:
        """The part of its steps that is done, 0 to 1; None while there is no telling."""
        if self.status == JobStatus.SUCCEEDED:
            return 1.0
        if not self.progress_total:
            return None
        return min(self.progress_done / self.progress_total, 1.0)

    def is_lost(self, *, at: datetime) -> bool:
        """Whether nobody seems to be at it any more, so that ``reaping`` acts on it."""
        if self.status == JobStatus.PENDING:
            return self.queued_at < at - patience(self.handovers)
        if self.status != JobStatus.RUNNING or not (self.heartbeat_at and self.started_at):
            return False
        overdue = self.started_at < at - longest() - LOST_AFTER
        return overdue or self.heartbeat_at < at - LOST_AFTER
