"""Exports: asked for, downloaded, deleted, and forgotten after some days."""

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from domain.accounts.models import ApiToken, AuthSession, User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.jobs.models import JobKind, JobStatus
from domain.jobs.services import TooManyJobs, start_job
from domain.transfer.exporting.kinds import kind_of
from domain.transfer.links import named_by
from domain.transfer.models import Export, ExportChunk, ExportFormat

MOST_KEPT = 10
ROWS_AT_ONCE = 50  # exports, which may have many chunks each


class ExportUnderWay(DomainError):
    """Its job would write what is not there any more."""

    code = "export_under_way"
    message = "It is still being written. Cancel its job, or wait for it to end."


@transaction.atomic
def start_export(*, owner: User, format: str, entity: str | None = None, at: datetime) -> Export:
    """Have what a person has written to a file in the background.

    The file is kept for ``EXPORT_KEEP_DAYS`` once it is written, but no longer than until the
    person has ``MOST_KEPT`` newer ones.

    Args:
        format: a value of ``ExportFormat``.
        entity: for CSV, a value of ``EntityName``.

    Raises:
        EntityRequired, EntityNotTaken: as ``kind_of``.
        TooManyJobs: some must end first.
    """
    kind = kind_of(format, entity)
    export = Export(
        owner=owner,
        job=start_job(owner=owner, kind=JobKind.EXPORT, at=at),
        created_at=at,
        format=format,
        entity=entity or "",
        file_name=kind.file_name(at),
        expires_at=at + timedelta(days=settings.EXPORT_KEEP_DAYS),
    )
    export.save(force_insert=True)
    audit.record(verb="export.created", at=at, actor=owner, row=export, fields=["format", "entity"])
    _forget_oldest(owner)
    return export


def start_takeout(*, owner: User, at: datetime) -> Export | None:
    """The takeout of a person who is about to leave: one that will do, or a new one.

    None if too many jobs of theirs are under way: they can ask for it later.
    """
    takeouts = Export.objects.owned_by(owner).filter(format=ExportFormat.TAKEOUT)
    promising = takeouts.exclude(job__status__in=(JobStatus.FAILED, JobStatus.CANCELLED))
    kept = promising.filter(expires_at__gt=at).order_by("-created_at").first()
    try:
        return kept or start_export(owner=owner, format=ExportFormat.TAKEOUT, at=at)
    except TooManyJobs:
        return None


@transaction.atomic
def delete_export(*, export: Export, actor: User, at: datetime) -> Export:
    """Delete an export with its file. Its job stays.

    Raises:
        ExportUnderWay: it is being written.
    """
    if not Export.objects.ended().filter(pk=export.pk).delete()[0]:
        raise ExportUnderWay(field="id")
    audit.record(verb="export.deleted", at=at, actor=actor, row=export)
    return export


def find_download(*, token: str, at: datetime) -> Export | None:
    """The export that an address names, with its owner, in one statement.

    None for all that opens nothing: unknown, tampered with, run out, not written, deleted, or of a
    person who was deactivated, or has ended the session or revoked the API token it was made for.
    """
    named = named_by(token, at=at)
    if named is None:
        return None
    sessions = AuthSession.objects.open(at=at).filter(user=OuterRef("owner"))
    keys = ApiToken.objects.usable(at=at).filter(owner=OuterRef("owner"))
    found = (
        Export.objects.written()
        .filter(uid=named.export, expires_at__gt=at)
        .filter(
            owner__uid=named.owner, owner__token_version=named.token_version, owner__is_active=True
        )
        .filter(Exists(sessions.filter(uid=named.access)) | Exists(keys.filter(uid=named.access)))
    )
    # There is one at most; `first()` would sort.
    return next(iter(found.select_related("owner")), None)


def download(export: Export) -> Iterator[bytes]:
    """The file of an export, chunk by chunk, each read when it is asked for.

    Raises:
        ExportChunk.DoesNotExist: the export was deleted meanwhile.
    """
    chunks, sent, number = ExportChunk.objects.filter(export=export), 0, 0
    while sent < (export.size_bytes or 0):
        chunk = zlib.decompress(chunks.get(number=number).data)
        sent, number = sent + len(chunk), number + 1
        yield chunk


def note_download(export: Export, *, at: datetime) -> None:
    """Write down that an export was downloaded, by somebody who had its address."""
    audit.record(verb="export.downloaded", at=at, actor=None, row=export)


def note_export_by_operator(*, owner: User, at: datetime) -> None:
    """Write down that whoever runs this server took out what a person has."""
    audit.record(verb="export.taken_by_operator", at=at, actor=None, row=owner)


def purge_exports(*, at: datetime) -> int:
    """Delete the exports that can no longer be downloaded; give their number."""
    purged, over = 0, Export.objects.ended().expired(at=at)
    while batch := list(over.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        Export.objects.filter(pk__in=batch).delete()
        purged += len(batch)
    return purged


def _forget_oldest(owner: User) -> None:
    exports = Export.objects.owned_by(owner).order_by("-created_at", "-uid")
    beyond = list(exports.values_list("pk", flat=True)[MOST_KEPT:])
    Export.objects.ended().filter(pk__in=beyond).delete()
