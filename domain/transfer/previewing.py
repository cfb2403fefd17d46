"""Imports a file and undoes it: what an import would do, found by doing it."""

from dataclasses import replace

from django.db import transaction

from domain.base.bulk import ErrorPolicy
from domain.transfer.asking import Asked
from domain.transfer.faults import RowsRefused
from domain.transfer.importing import import_asked
from domain.transfer.reports import ImportReport
from domain.transfer.steps import UNTOLD, Progress


def preview_import(asked: Asked, progress: Progress = UNTOLD) -> ImportReport:
    """What importing the file would do; nothing is stored.

    Broken rows are told and not raised, whatever the policy; so is what the good ones would become,
    also of a file that is refused for the broken ones.

    Raises:
        ImportRefused: the file as a whole cannot be read.
        ListIsFull, NotFound, ImportDisturbed: as ``importing.import_questions``.
    """
    good_rows = replace(asked, error_policy=ErrorPolicy.SKIP_FAILED)
    try:
        with transaction.atomic():
            report = import_asked(good_rows, progress)
            transaction.set_rollback(True)
    except RowsRefused as refusal:
        # Something is wrong with the file itself, and no row of it was looked at.
        if refusal.report is None:
            raise
        return refusal.report
    is_refused = asked.error_policy == ErrorPolicy.REJECT_ALL and report.failed > 0
    return replace(report, is_refused=is_refused, batch=None)
