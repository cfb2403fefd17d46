"""What the jobs of imports do."""

import zlib

from domain.base.bulk import ErrorPolicy
from domain.base.errors import DomainError
from domain.jobs.models import JobStatus
from domain.jobs.work import Run
from domain.transfer import batching
from domain.transfer.asking import Asked
from domain.transfer.faults import RowsRefused
from domain.transfer.importing import import_asked
from domain.transfer.models import ImportBatch, ImportFile
from domain.transfer.options import ImportOptions
from domain.transfer.previewing import preview_import
from domain.transfer.reports import ImportReport
from domain.transfer.reverting import revert
from domain.transfer.steps import Inner

ROWS_KEPT = 100


class FileForgotten(DomainError):
    """The file of an import that failed is kept for some days only."""

    code = "file_forgotten"
    message = "The file of this import is not kept any more. Send it again."


class RevertReplaced(DomainError):
    """An import is taken back by one job: the last that was asked for."""

    code = "revert_replaced"
    message = "This import was asked to be reverted once more. Look at that job."


def run_import(run: Run) -> None:
    """Import the file of a job, as a whole or, where the person wants that, its good rows.

    Raises:
        ValidationError: as ``importing.import_questions``, or FileForgotten.
    """
    batch = ImportBatch.objects.select_related("job").get(job=run.job)
    try:
        import_asked(_asked(batch, run), run, batch)
    except RowsRefused as refusal:
        if refusal.report is not None:
            _tell(batch, refusal.report, run)
        raise


def run_preview(run: Run) -> None:
    """Find out what importing the file of a job would do, and store that alone.

    Raises:
        ValidationError: as ``previewing.preview_import``, or FileForgotten.
    """
    batch = ImportBatch.objects.select_related("job").get(job=run.job)
    report = preview_import(_asked(batch, run), Inner(run))
    with run.finishing():
        batching.keep(batch, report)


def run_revert(run: Run) -> None:
    """Take an import back.

    Raises:
        AlreadyReverted, RevertExpired, RevertReplaced: see there.
    """
    batch = ImportBatch.objects.filter(revert_job=run.job).first()
    if batch is None:
        raise RevertReplaced
    with run.finishing():
        revert(batch, actor=run.job.owner, at=run.at, progress=run)


def _asked(batch: ImportBatch, run: Run) -> Asked:
    file = ImportFile.objects.filter(batch=batch).first()
    if file is None:
        raise FileForgotten
    return Asked(
        owner=run.job.owner,
        content=zlib.decompress(file.content),
        at=run.at,
        format=batch.format,
        options=ImportOptions.from_json(batch.options),
        error_policy=ErrorPolicy(batch.error_policy),
        file_name=batch.file_name,
        thorough=True,
        tell=ROWS_KEPT,
    )


def _tell(batch: ImportBatch, report: ImportReport, run: Run) -> None:
    """Say which rows are broken, unless another attempt at the job has begun."""
    mine = ImportBatch.objects.filter(
        pk=batch.pk, job__status=JobStatus.RUNNING, job__attempt=run.job.attempt
    )
    mine.update(report=batching.as_json(report), format=report.format)
