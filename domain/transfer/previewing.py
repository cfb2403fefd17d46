"""Imports a file and undoes it: what an import would do, found by doing it."""

from dataclasses import replace

from django.db import transaction

from domain.transfer.asking import Asked
from domain.transfer.faults import RowsRefused
from domain.transfer.importing import import_asked
from domain.transfer.reports import ImportReport
from domain.transfer.steps import UNTOLD, Progress


def preview_import(asked: Asked, progress: Progress = UNTOLD) -> ImportReport:
    """What importing the file would do; nothing is stored.

    Broken rows are told and not raised, whatever the policy.

    Raises:
        ImportRefused: the file as a whole cannot be read.
        ListIsFull, NotFound, ImportDisturbed: as ``importing.import_questions``.
    """
    try:
        with transaction.atomic():
            report = import_asked(asked, progress)
            transaction.set_rollback(True)
    except RowsRefused as refusal:
        if refusal.report is None:
            raise
        return refusal.report
    return replace(report, batch=None)
