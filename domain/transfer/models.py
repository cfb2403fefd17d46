"""Files that people bring in and take out."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from domain.base.bulk import ErrorPolicy
from domain.base.models import CharField, Identified, Owned, UidIndex
from domain.base.querysets import OwnedQuerySet
from domain.jobs.models import Job, JobKind, JobStatus
from domain.transfer.formats.base import ImportFormat
from domain.transfer.querysets import ExportQuerySet, ImportBatchQuerySet


class ImportBatch(Identified):
    """An import: what was asked for and, once it is done, what came of it."""

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, related_name="import_batch", help_text="The work itself."
    )
    revert_job = models.OneToOneField(
        Job,
        null=True,
        on_delete=models.SET_NULL,
        related_name="reverted_batch",
        help_text="The work that takes it back; null if nobody asked for that.",
    )
    created_at = models.DateTimeField(help_text="When it was asked for (UTC).")
    file_name = CharField(
        max_length=255, blank=True, help_text="What the file was called; empty for pasted text."
    )
    size_bytes = models.PositiveIntegerField(help_text="Size of the file in bytes.")
    format = models.CharField(
        max_length=24,
        choices=ImportFormat.choices,
        null=True,  # noqa: DJ001
        help_text="What the file is read as; null until that is recognised.",
    )
    error_policy = models.CharField(
        max_length=11,
        choices=ErrorPolicy.choices,
        default=ErrorPolicy.REJECT_ALL,
        help_text="What happens if some rows are broken.",
    )
    options = models.JSONField(default=dict, help_text="How the file is to be read.")
    # As ``domain.transfer.reports`` tell it: counts by table, notes, broken rows; and what is kept.
    report = models.JSONField(null=True, help_text="What came of it; null until it is done.")
    revert_report = models.JSONField(
        null=True, help_text="What came of taking it back; null unless that was done."
    )
    reverted_at = models.DateTimeField(
        null=True, help_text="When it was taken back (UTC); null if it was not."
    )

    forgotten_at = models.DateTimeField(
        null=True,
        help_text="When what it did to each row was forgotten (UTC), so that it cannot be taken "
        "back any more; null before.",
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = "import"
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="importbatch_created"),
            UidIndex(name="importbatch_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.format or 'import'} of {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_preview(self) -> bool:
        """Whether it only tells what importing the file would do; its job says so."""
        return self.job.kind == JobKind.PREVIEW

    @property
    def is_stored(self) -> bool:
        """Whether the file was imported; its job says so."""
        return not self.is_preview and self.job.status == JobStatus.SUCCEEDED

    def revertable_until(self, *, at: datetime) -> datetime | None:
        """Until when it can be taken back; None if it cannot, or was."""
        ended = self.job.finished_at
        if not self.is_stored or self.reverted_at or self.forgotten_at or ended is None:
            return None
        until = ended + timedelta(days=settings.IMPORT_UNDO_DAYS)
        return until if until > at else None


class ImportFile(Owned):
    """The file of an import that is still to be done, or might be tried again."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField(help_text="The file, compressed by zlib.")

    objects = OwnedQuerySet["ImportFile"].as_manager()

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["owner"], name="importfile_owner")]

    def __str__(self) -> str:
        return f"file of import {self.batch_id}"


class ImportedChange(Owned):
    """What an import did to one row, so that it can be taken back.

    Attempts that it created are not here: they say themselves where they came from.
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    table = models.CharField(max_length=40, help_text="The label of its model.")
    row_id = models.BigIntegerField(help_text="Its primary key.")
    before = models.JSONField(
        null=True, help_text="The changed columns as they were; null for a row that was created."
    )
    after = models.JSONField(
        help_text="The same columns as the import left them; of a row that was created those that "
        "show whether it was changed since."
    )

    objects = OwnedQuerySet["ImportedChange"].as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["batch", "table", "row_id"], name="importedchange_row")
        ]
        indexes = [models.Index(fields=["owner"], name="importedchange_owner")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class ExportFormat(models.TextChoices):
    """What an export is written as."""

    DRILLBOOK_JSON = "DRILLBOOK_JSON", "Drillbook JSON v1: everything, to be imported again"
    DRILLBOOK_JSONL = "DRILLBOOK_JSONL", "The same, a line for each object"
    CSV = "CSV", "A spreadsheet of one kind of object"
    ANKI = "ANKI", "Text that Anki imports: a note for each question"
    FSRS_CSV = "FSRS_CSV", "The review log that FSRS optimizers read"
    MARKDOWN = "MARKDOWN", "The person's notes as a document"
    TAKEOUT = "TAKEOUT", "A zip file of all that and everything about the account"


class Export(Identified):
    """A file with what a person has, kept for some days."""

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, related_name="export", help_text="The work itself."
    )
    created_at = models.DateTimeField(help_text="When it was asked for (UTC).")
    format = models.CharField(
        max_length=16, choices=ExportFormat.choices, help_text="What it is written as."
    )
    entity = models.CharField(
        max_length=16,
        blank=True,
        help_text="Of a CSV file, which objects it holds; empty for other formats.",
    )
    file_name = CharField(max_length=100, help_text="What the file is called.")
    size_bytes = models.PositiveBigIntegerField(
        null=True, help_text="Size of the file in bytes; null until it is written."
    )
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the file; empty until it is written."
    )
    expires_at = models.DateTimeField(help_text="When it is deleted (UTC).")

    objects = ExportQuerySet.as_manager()

    class Meta(Identified.Meta):
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="export_created"),
            models.Index(fields=["expires_at"], name="export_expires"),
            UidIndex(name="export_found_by"),
        ]

    def __str__(self) -> str:
        return str(self.file_name)

    def is_ready(self, *, at: datetime) -> bool:
        """Whether there is a file that can be downloaded; its job says so."""
        return self.job.status == JobStatus.SUCCEEDED and self.expires_at > at


class ExportChunk(Owned):
    """A piece of an exported file: any web server can send it, and none has to hold it whole."""

    export = models.ForeignKey(
        Export, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    number = models.PositiveIntegerField(help_text="Its place, from 0.")
    data = models.BinaryField(help_text="The piece, compressed by zlib.")

    objects = OwnedQuerySet["ExportChunk"].as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="exportchunk_number")
        ]
        indexes = [models.Index(fields=["owner"], name="exportchunk_owner")]

    def __str__(self) -> str:
        return f"{self.number} of export {self.export_id}"
