"""Imports an export of ours: every object as it was."""

from datetime import datetime
from typing import Any

from domain.accounts.models import UserSettings
from domain.archive.entities import EntityName
from domain.archive.restored import Finding, Restored, Told
from domain.archive.restoring import restore
from domain.base.bulk import ErrorPolicy
from domain.transfer.faults import RowsRefused, notes_of
from domain.transfer.formats.base import ImportFormat
from domain.transfer.journal import Journal
from domain.transfer.refusals import Problem
from domain.transfer.reports import Counts, ImportReport, Note, RowOutcome, RowReport

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
    *,
    policy: ErrorPolicy,
    at: datetime,
    tell: int,
) -> ImportReport:
    """Store what the document holds and the person lacks. Needs a transaction.

    Args:
        settings: the owner's, held.
        tell: how many objects the report tells of.

    Raises:
        RowsRefused: with the report; some objects are broken and none is to be left out.
    """
    told: list[RowReport] = []

    def note(one: Told) -> None:
        if len(told) < tell:
            told.append(RowReport(one.position, one.title, RowOutcome(one.outcome)))

    restored = restore(
        document,
        owner=settings.user,
        at=at,
        skip_failed=policy == ErrorPolicy.SKIP_FAILED,
        import_batch=journal.batch.uid,
        tell=note,
    )
    if restored.is_refused:
        raise _refusal(restored, told)
    journal.restored(restored)
    return _report(restored, told)


def _report(restored: Restored, told: list[RowReport]) -> ImportReport:
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
        notes=tuple(Note(it.code, it.position, it.text) for it in restored.notes),
        errors=notes_of(_problems(restored.problems)),
        rows=tuple(told),
    )


def _refusal(restored: Restored, told: list[RowReport]) -> RowsRefused:
    problems = _problems(restored.problems)
    refusal = RowsRefused(problems, failed=restored.failed)
    refusal.report = ImportReport(
        format=ImportFormat.DRILLBOOK,
        total=_total(restored),
        failed=restored.failed,
        is_refused=True,
        errors=notes_of(problems),
        rows=tuple(row for row in told if row.outcome is RowOutcome.FAILED),
    )
    return refusal


def _problems(findings: list[Finding]) -> list[Problem]:
    return [Problem(it.code, it.position, it.text) for it in findings]


def _total(restored: Restored) -> int:
    return sum(
        tally.created + tally.updated + tally.unchanged + tally.failed
        for tally in restored.counts.values()
    )
