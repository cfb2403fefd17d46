"""The batch that an import belongs to."""

from dataclasses import asdict
from typing import Any

from domain.jobs.models import Job, JobKind, JobStatus
from domain.transfer.asking import Asked
from domain.transfer.models import ImportBatch, ImportFile
from domain.transfer.reports import ImportReport


def new_batch(asked: Asked, job: Job) -> ImportBatch:
    """The batch of what is asked for, unsaved."""
    return ImportBatch(
        owner=asked.owner,
        job=job,
        created_at=asked.at,
        file_name=asked.file_name,
        size_bytes=len(asked.raw),
        format=asked.format,
        error_policy=asked.error_policy,
        options=asked.options.as_json(),
    )


def done_at_once(asked: Asked) -> ImportBatch:
    """The same for an import that nobody has to wait for: its job, unsaved too, is done."""
    job = Job(owner=asked.owner, kind=JobKind.IMPORT, status=JobStatus.SUCCEEDED, attempt=1)
    job.created_at = job.queued_at = job.started_at = job.finished_at = asked.at
    return new_batch(asked, job)


def keep(batch: ImportBatch, report: ImportReport) -> None:
    """Store what came of one that was waited for, and forget the file."""
    batch.format, batch.report = report.format, as_json(report)
    batch.save(update_fields=["format", "report"])
    ImportFile.objects.filter(batch=batch).delete()


def keep_done_at_once(batch: ImportBatch, report: ImportReport) -> None:
    """Store what ``done_at_once`` gave, with its job and what came of it."""
    batch.format, batch.report = report.format, as_json(report)
    batch.job.progress_done = batch.job.progress_total = report.total
    batch.job.save(force_insert=True)
    batch.save(force_insert=True)


def as_json(report: ImportReport) -> dict[str, Any]:
    """A report in terms of JSON."""
    return asdict(report) | {"batch": None if report.batch is None else str(report.batch)}
