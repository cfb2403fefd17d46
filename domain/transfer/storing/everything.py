"""Stores the drafts of a file, and tells what came of it."""

from collections.abc import Iterable

from domain.accounts.models import UserSettings
from domain.base.findings import Finding
from domain.lists.models import StudyList
from domain.transfer.drafts import DraftedRow, Drafts
from domain.transfer.faults import Faults
from domain.transfer.formats.base import ImportFormat
from domain.transfer.journal import Journal
from domain.transfer.reports import ImportReport, RowOutcome, RowReport
from domain.transfer.steps import Progress
from domain.transfer.storing import logs, questions, reviews, study_lists, tags


def store(
    drafts: Drafts,
    settings: UserSettings,
    journal: Journal,
    progress: Progress,
    *,
    format: ImportFormat,
    study_list: StudyList | None,
    faults: Faults,
) -> ImportReport:
    """Store all of it. Needs a transaction.

    Args:
        settings: the owner's, held.
        study_list: takes the questions.

    Raises:
        NotFound: another device deleted something of it after it was looked for.
        ListIsFull: the list would have more questions than it takes.
    """
    questions.match(drafts)
    chosen = logs.choose(drafts, settings)
    known_reviews = reviews.choose(drafts)
    reviews.derive_new(drafts.questions.values(), settings)
    questions.create(drafts, journal)
    tag_counts = tags.tag_questions(drafts, journal)
    return ImportReport(
        format=format,
        questions=questions.save_changes(drafts, journal),
        tags=tag_counts,
        logs=logs.store(chosen, drafts, journal, progress),
        reviews=reviews.store(drafts, settings, journal, progress, unchanged=known_reviews),
        study_lists=study_lists.add_questions(study_list, drafts, journal),
        total=drafts.rows,
        skipped=drafts.skipped,
        failed=faults.failed,
        notes=tuple(drafts.notes),
        errors=faults.problems,
        rows=_told(drafts),
    )


def refused(
    drafts: Drafts, *, format: ImportFormat, faults: Faults, notes: Iterable[Finding]
) -> ImportReport:
    """What to tell of a file of which nothing is stored, since some rows are broken."""
    broken = [row for row in drafts.told if row.outcome is RowOutcome.FAILED]
    return ImportReport(
        format=format,
        total=drafts.rows,
        failed=faults.failed,
        is_refused=True,
        notes=tuple(notes),
        errors=faults.problems,
        rows=tuple(_report(row, drafts) for row in broken),
    )


def _told(drafts: Drafts) -> tuple[RowReport, ...]:
    return tuple(_report(row, drafts) for row in drafts.told)


def _report(row: DraftedRow, drafts: Drafts) -> RowReport:
    if row.outcome is not None or row.key is None:
        return RowReport(row.position, row.title, row.outcome or RowOutcome.UNCHANGED)
    draft = drafts.questions[drafts.aliases.get(row.key, row.key)]
    is_first = row.number == draft.number
    changes = draft.changes if is_first else ()
    is_added = row.log is not None and row.log.pk is not None
    if is_added or (is_first and draft.is_new):
        return RowReport(row.position, row.title, RowOutcome.CREATED, changes)
    outcome = RowOutcome.UPDATED if changes else RowOutcome.UNCHANGED
    return RowReport(row.position, row.title, outcome, changes)
