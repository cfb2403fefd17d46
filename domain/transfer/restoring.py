"""Imports an export of ours: every object as it was."""

from typing import Any

from domain.accounts.models import UserSettings
from domain.archive.declaring import EntityName
from domain.archive.opening import size_of
from domain.archive.restored import Restored, Told
from domain.archive.restoring import restore
from domain.base.bulk import ErrorPolicy
from domain.base.findings import Finding
from domain.transfer.asking import Asked
from domain.transfer.faults import RowsRefused
from domain.transfer.formats.base import Format, ImportFormat
from domain.transfer.journal import Journal
from domain.transfer.reports import MAX_NOTES, Counts, ImportReport, RowOutcome, RowReport
from domain.transfer.steps import Progress

_TABLES = {
    "questions": EntityName.QUESTION,
    "tags": EntityName.TAG,
    "logs": EntityName.LOG,
    "study_lists": EntityName.STUDY_LIST,
    "goals": EntityName.GOAL,
    "sessions": EntityName.SESSION,
    "settings": EntityName.SETTINGS,
}


def restore_document(
    document: object,
    settings: UserSettings,
    journal: Journal,
    progress: Progress,
    *,
    format: Format,
    asked: Asked,
) -> ImportReport:
    """Store what the document holds and the person lacks. Needs a transaction.

    Args:
        settings: the owner's, held.

    Raises:
        RowsRefused: with the report; some objects are broken and none is to be left out.
    """
    # Each is read, and then stored.
    progress.expect(2 * size_of(document))
    told: list[RowReport] = []
    notes = asked.options.unused(format.uses, format=format.name)

    def note(one: Told) -> None:
        if len(told) < asked.tell:
            told.append(RowReport(one.position, one.title, RowOutcome(one.outcome)))

    restored = restore(
        document,
        settings,
        at=asked.at,
        skip_failed=asked.error_policy == ErrorPolicy.SKIP_FAILED,
        import_batch=journal.batch.uid,
        tell=note,
        advance=progress.advance,
    )
    if restored.is_refused:
        raise _refusal(restored, told, notes)
    journal.restored(restored)
    return _report(restored, told, notes)


def _report(restored: Restored, told: list[RowReport], notes: list[Finding]) -> ImportReport:
    tallies = {table: restored.counts[name] for table, name in _TABLES.items()}
    counts: dict[str, Any] = {
        table: Counts(tally.created, tally.updated, tally.unchanged)
        for table, tally in tallies.items()
    }
    return ImportReport(
        format=ImportFormat.DRILLBOOK,
        **counts,
        total=_total(restored),
        failed=restored.failed,
        notes=(*notes, *restored.notes)[:MAX_NOTES],
        errors=tuple(restored.problems),
        rows=tuple(told),
    )


def _refusal(restored: Restored, told: list[RowReport], notes: list[Finding]) -> RowsRefused:
    refusal = RowsRefused(restored.problems, failed=restored.failed)
    refusal.report = ImportReport(
        format=ImportFormat.DRILLBOOK,
        total=_total(restored),
        failed=restored.failed,
        is_refused=True,
        notes=tuple(notes),
        errors=tuple(restored.problems),
        rows=tuple(row for row in told if row.outcome is RowOutcome.FAILED),
    )
    return refusal


def _total(restored: Restored) -> int:
    return sum(
        tally.created + tally.updated + tally.unchanged + tally.failed
        for tally in restored.counts.values()
    )
