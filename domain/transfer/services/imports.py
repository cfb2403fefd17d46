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
from domain.transfer.models import ImportBatch, ImportedChange, ImportFile
from domain.transfer.refusals import refusal
from domain.transfer.reverting import AlreadyReverted, RevertExpired
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
    *,
    owner: User,
    content: str | bytes,
    at: datetime,
    preview: bool = False,
    **how: Unpack[How],
) -> ImportBatch:
    """Have a file imported in the background.

    The file is kept until that is done, or ``KEPT_DAYS`` after it failed; of imports that failed,
    the latest ``KEPT_FAILURES``.

    Args:
        content: the file; bytes are UTF-8.
        preview: only tell what importing it would do.

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
    kind = JobKind.PREVIEW if preview else JobKind.IMPORT
    batch = new_batch(asked, start_job(owner=owner, kind=kind, at=at))
    # The person is held by now, so that none of these is tried again at this moment.
    _forget_failures(owner)
    batch.save(force_insert=True)
    ImportFile(owner=owner, batch=batch, content=zlib.compress(raw, FASTEST)).save()
    verb = "import.preview_started" if preview else "import.started"
    audit.record(verb=verb, at=at, actor=owner, row=batch)
    return batch


@transaction.atomic
def revert_import(*, batch: ImportBatch, actor: User, at: datetime) -> ImportBatch:
    """Have an import taken back in the background.

    Raises:
        NotImported, AlreadyReverted, RevertExpired, RevertUnderWay: see there.
        TooManyJobs: some must end first.
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if not batch.is_stored:
        raise NotImported(field="id")
    if batch.reverted_at is not None:
        raise AlreadyReverted(field="id")
    if batch.revertable_until(at=at) is None:
        raise RevertExpired
    if batch.revert_job is not None and batch.revert_job.is_active:
        raise RevertUnderWay(field="id")
    batch.revert_job = start_job(owner=actor, kind=JobKind.REVERT, at=at)
    batch.save(update_fields=["revert_job"])
    audit.record(verb="import.revert_started", at=at, actor=actor, row=batch)
    return batch


def _forget_failures(owner: User) -> None:
    """Nobody fills the disk with files that cannot be imported."""
    failed = Job.objects.owned_by(owner).filter(
        kind__in=(JobKind.IMPORT, JobKind.PREVIEW),
        status__in=(JobStatus.FAILED, JobStatus.CANCELLED),
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


def forget_changes(*, at: datetime) -> int:
    """Forget what imports of ``IMPORT_UNDO_DAYS`` ago did to each row; give their number.

    They cannot be taken back from then on. One that is just being taken back is left alone.
    """
    forgotten, ended_by = 0, at - timedelta(days=settings.IMPORT_UNDO_DAYS)
    over = ImportBatch.objects.forgettable(ended_by=ended_by)
    while batches := list(over.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        forgotten += sum(_forget(pk, ended_by=ended_by, at=at) for pk in batches)
    return forgotten


@transaction.atomic
def _forget(pk: int, *, ended_by: datetime, at: datetime) -> bool:
    # Held first: somebody may ask at this moment to have it taken back.
    held = ImportBatch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None or not ImportBatch.objects.forgettable(ended_by=ended_by).filter(pk=pk):
        return False
    ImportedChange.objects.filter(batch=held).delete()
    held.forgotten_at = at
    held.save(update_fields=["forgotten_at"])
    return True
