"""Imports what a person practised elsewhere: completed, never overwritten, and twice is once."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import IntegrityError

from domain.accounts.models import User, UserSettings
from domain.archive.opening import size_of
from domain.audit import services as audit
from domain.base.bulk import ErrorPolicy
from domain.base.errors import DomainError, NotFound
from domain.transfer import batching, formats, inline
from domain.transfer.asking import Asked
from domain.transfer.drafting import draft
from domain.transfer.drafts import Drafts
from domain.transfer.faults import Faults, RowsRefused
from domain.transfer.formats.base import Format, ImportFormat
from domain.transfer.journal import Journal
from domain.transfer.models import ImportBatch
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from domain.transfer.refusals import FIELD
from domain.transfer.reports import ImportReport
from domain.transfer.restoring import restore_document
from domain.transfer.steps import UNTOLD, Again, Progress
from domain.transfer.storing.everything import refused, store
from domain.transfer.storing.study_lists import find_list

logger = logging.getLogger(__name__)

TRIES = 3

# What is left to do once a file is read; whoever asked is told of it.
type Storing = Callable[[UserSettings, Journal, Progress], ImportReport]


class ImportDisturbed(DomainError):
    """Another device went on changing the same questions or tags while the file was stored."""

    code = "import_disturbed"
    message = "Your questions were changed at the same moment. Nothing is stored; import again."


class How(TypedDict, total=False):
    """How a file is imported; ``Asked`` explains each."""

    format: str | None
    options: ImportOptions
    error_policy: ErrorPolicy
    file_name: str
    is_inline: bool


def import_questions(
    *, owner: User, content: str | bytes, at: datetime, **how: Unpack[How]
) -> ImportReport:
    """Import a file: what is missing is created, what the person has is only completed.

    Importing a file again changes nothing. Imports of one person wait for each other. One that
    changes something can be taken back.

    Args:
        content: the file; bytes are UTF-8.
        at: now, timezone-aware; attempts may not lie after it.

    Raises:
        ImportRefused: with a message and a place for everything that is wrong; nothing is stored.
        TooLargeInline: a request is to wait for more than it takes; nothing is stored.
        ListIsFull, NotFound: of the study list that the options name; nothing is stored.
        ImportDisturbed: nothing is stored.
    """
    return import_asked(Asked(owner=owner, content=content, at=at, **how))


def import_asked(
    asked: Asked, progress: Progress = UNTOLD, batch: ImportBatch | None = None
) -> ImportReport:
    """Do what ``import_questions`` does.

    Args:
        batch: the stored one that this is about; None makes one, if anything changes.

    Raises:
        RowsRefused: as far as rows are what is wrong; it has a report.
    """
    tries = 0
    while True:
        tries += 1
        told = progress if tries == 1 else Again(progress)
        # Read anew each time: then the document need not stay in memory while it is stored.
        storing = _read(asked, told)
        try:
            with progress.finishing():
                return _keep(storing, asked, batch, told)
        except (IntegrityError, NotFound) as error:
            # Another device added one of these questions or tags after we had looked for it, or
            # deleted one of the tags.
            if tries == TRIES:
                raise ImportDisturbed(field=FIELD) from error


def _keep(
    storing: Storing, asked: Asked, batch: ImportBatch | None, progress: Progress
) -> ImportReport:
    """Needs a transaction."""
    settings = UserSettings.objects.select_for_update().get(user=asked.owner)
    kept = batch or batching.done_at_once(asked)
    journal = Journal(kept)
    report = storing(settings, journal, progress)
    changed = report.changed_tables
    if changed:
        audit.record(verb="question.imported", at=asked.at, actor=asked.owner, fields=changed)
        report = replace(report, batch=kept.uid)
    if batch is not None:
        batching.keep(batch, report)
    elif changed:
        batching.keep_done_at_once(kept, report)
    if batch is not None or changed:
        journal.write()
    logger.info("import finished", extra={"format": report.format, "rows": report.created})
    return report


def _read(asked: Asked, progress: Progress) -> Storing:
    if asked.is_inline:
        inline.refuse_bytes(len(asked.raw))
    document = read_document(asked.content)
    if asked.format:
        format = formats.named(asked.format)
    else:
        format = formats.detected(document, asked.options)
    if format.name != ImportFormat.DRILLBOOK:
        return _draft(document, format, asked, progress)
    if asked.is_inline:
        inline.refuse_rows(size_of(document))
    return lambda settings, journal, progress: restore_document(
        document, settings, journal, progress, format=format, asked=asked
    )


def _draft(document: object, format: Format, asked: Asked, progress: Progress) -> Storing:
    timezone = UserSettings.objects.get(user=asked.owner).timezone
    study_list = find_list(asked.options.study_list, owner=asked.owner)
    notes = asked.options.unused(format.uses, format=format.name)
    drafts = Drafts(asked.owner, asked.at, format.is_review_log, notes=list(notes))
    faults = Faults(asked.error_policy, thorough=asked.thorough)
    try:
        in_zone = replace(asked, options=replace(asked.options, timezone=timezone))
        draft(document, format, drafts, faults, asked=in_zone, progress=progress)
    except RowsRefused as refusal:
        refusal.report = refused(drafts, format=format.name, faults=faults, notes=notes)
        raise
    return lambda settings, journal, progress: store(
        drafts,
        settings,
        journal,
        progress,
        format=format.name,
        study_list=study_list,
        faults=faults,
    )
