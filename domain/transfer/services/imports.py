"""Imports: asked for, taken back, and their files forgotten after some days."""

import zlib
from datetime import datetime, timedelta
from typing import Unpack

from django.conf import settings
from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.jobs.models import Job, JobKind, JobStatus
from domain.jobs.services import start_job
from domain.transfer.asking import Asked
from domain.transfer.batching import new_batch
from domain.transfer.importing import How
from domain.transfer.models import ImportBatch, ImportFile
from domain.transfer.refusals import refusal
from domain.transfer.reverting import AlreadyReverted
from domain.transfer.storing.study_lists import find_list

KEPT_DAYS = 7
KEPT_FAILURES = 10
ROWS_AT_ONCE = 50  # files of up to 10 MiB each
FASTEST = 1


class NotImported(DomainError):
    """Only what is stored can be taken back."""

    code = "not_imported"
    message = "Nothing of this import is stored. There is nothing to revert."


class RevertUnderWay(DomainError):
    """One job takes an import back."""

    code = "revert_under_way"
    message = "This import is being reverted. Wait for that job to end."


@transaction.atomic
def start_import(
    *, owner: User, content: str | bytes, at: datetime, **how: Unpack[How]
) -> ImportBatch:
    """Have a file imported in the background.

    The file is kept until that is done, or ``KEPT_DAYS`` after it failed; of imports that failed,
    the latest ``KEPT_FAILURES``.

    Args:
        content: the file; bytes are UTF-8.

    Raises:
        ImportRefused: too_large; what else is wrong is found by the job.
        NotFound: of the study list that the options name.
        TooManyJobs: some must end first.
    """
    asked = Asked(owner=owner, content=content, at=at, **how)
    raw, limit = asked.raw, settings.IMPORT_MAX_BYTES
    if len(raw) > limit:
        raise refusal("too_large", f"The file has more than {limit:,} bytes. Import it in parts.")
    find_list(asked.options.study_list, owner=owner)
    batch = new_batch(asked, start_job(owner=owner, kind=JobKind.IMPORT, at=at))
    # The person is held by now, so that none of these is tried again at this moment.
    _forget_failures(owner)
    batch.save(force_insert=True)
    ImportFile(owner=owner, batch=batch, content=zlib.compress(raw, FASTEST)).save()
    audit.record(verb="import.started", at=at, actor=owner, row=batch)
    return batch


@transaction.atomic
def revert_import(*, batch: ImportBatch, actor: User, at: datetime) -> ImportBatch:
    """Have an import taken back in the background.

    Raises:
        NotImported, AlreadyReverted, RevertUnderWay: see there.
        TooManyJobs: some must end first.
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.job.status != JobStatus.SUCCEEDED:
        raise NotImported(field="id")
    if batch.reverted_at is not None:
        raise AlreadyReverted(field="id")
    if batch.revert_job is not None and batch.revert_job.is_active:
        raise RevertUnderWay(field="id")
    batch.revert_job = start_job(owner=actor, kind=JobKind.REVERT, at=at)
    batch.save(update_fields=["revert_job"])
    audit.record(verb="import.revert_started", at=at, actor=actor, row=batch)
    return batch


def _forget_failures(owner: User) -> None:
    """Nobody fills the disk with files that cannot be imported."""
    failed = Job.objects.owned_by(owner).filter(
        kind=JobKind.IMPORT, status__in=(JobStatus.FAILED, JobStatus.CANCELLED)
    )
    older = failed.order_by("-pk").values_list("pk", flat=True)[KEPT_FAILURES:]
    # Most people have none, and then that is one statement.
    if jobs := list(older):
        failed.filter(pk__in=jobs).delete()


def purge_files(*, at: datetime) -> int:
    """Forget the files of imports that ended ``KEPT_DAYS`` ago; give their number."""
    purged = 0
    over = ImportFile.objects.filter(batch__job__finished_at__lte=at - timedelta(days=KEPT_DAYS))
    while batch := list(over.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        # Asked again: one of them may be tried once more by now.
        purged += over.filter(pk__in=batch).delete()[0]
    return purged
