"""Imports what a person practised elsewhere: the whole file or nothing, and twice is once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.errors import DomainError, NotFound
from domain.transfer import formats
from domain.transfer.drafting import draft
from domain.transfer.drafts import Counts, Drafts, Note
from domain.transfer.formats.base import Format, ImportFormat
from domain.transfer.reading import read_document
from domain.transfer.refusals import FIELD
from domain.transfer.storing import logs, questions, reviews, tags

logger = logging.getLogger(__name__)

TRIES = 3
TABLES = ("questions", "tags", "logs", "reviews")


class ImportDisturbed(DomainError):
    """Another device went on changing the same questions or tags while the file was stored."""

    code = "import_disturbed"
    message = "Your questions were changed at the same moment. Nothing is stored; import again."


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        format: of the file, as named or detected.
        reviews: questions of which another program told what it remembered, or that it paused.
        skipped: how many rows of the file were left out; ``notes`` says why.
        failed: always 0: a file with a broken row is refused as a whole.
        notes: what was left out; at most 200.
    """

    format: ImportFormat
    questions: Counts
    tags: Counts
    logs: Counts
    reviews: Counts
    skipped: int
    notes: tuple[Note, ...]
    failed: int = 0

    @property
    def created(self) -> int:
        """Questions, tags, logs and review states together."""
        return sum(counts.created for counts in self._counts())

    @property
    def updated(self) -> int:
        """Questions and logs together; tags and review states are never changed."""
        return sum(counts.updated for counts in self._counts())

    @property
    def unchanged(self) -> int:
        """Questions, tags, logs and review states together."""
        return sum(counts.unchanged for counts in self._counts())

    def _counts(self) -> tuple[Counts, ...]:
        return self.questions, self.tags, self.logs, self.reviews


def import_questions(
    *, owner: User, content: str | bytes, at: datetime, format: str | None = None
) -> ImportReport:
    """Import a file: what is missing is created, what the person has is only completed.

    Importing a file again changes nothing. Imports of one person wait for each other.

    Args:
        content: the file; bytes are UTF-8.
        at: now, timezone-aware; attempts may not lie after it.
        format: a value of ``ImportFormat``; None detects it from the content.

    Raises:
        ImportRefused: with a message and a place for everything that is wrong; nothing is stored.
        ImportDisturbed: nothing is stored.
    """
    document = read_document(content)
    chosen = formats.named(format) if format else formats.detected(document)
    tries = 0
    while True:
        tries += 1
        drafts = draft(document, chosen, owner=owner, at=at)
        try:
            report = _store(drafts, chosen)
        except (IntegrityError, NotFound) as error:
            # Another device added one of these questions or tags after we had looked for it, or
            # deleted one of the tags.
            if tries == TRIES:
                raise ImportDisturbed(field=FIELD) from error
        else:
            logger.info("import finished", extra={"format": report.format, "rows": report.created})
            return report


@transaction.atomic
def _store(drafts: Drafts, format: Format) -> ImportReport:
    settings = UserSettings.objects.select_for_update().get(user=drafts.owner)
    questions.match(drafts)
    chosen = logs.choose(drafts, settings)
    kept = reviews.choose(drafts)
    reviews.derive_new(drafts.questions.values(), settings)
    questions.create(drafts)
    tag_counts = tags.tag_questions(drafts)
    report = ImportReport(
        format=format.name,
        questions=questions.save_changes(drafts),
        tags=tag_counts,
        logs=logs.store(chosen, drafts),
        reviews=reviews.store(drafts, settings, unchanged=kept),
        skipped=drafts.skipped,
        notes=tuple(drafts.notes),
    )
    changed = [name for name in TABLES if _is_change(getattr(report, name))]
    if changed:
        audit.record(verb="question.imported", at=drafts.at, actor=drafts.owner, fields=changed)
    return report


def _is_change(counts: Counts) -> bool:
    return bool(counts.created or counts.updated)
