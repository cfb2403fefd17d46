"""Imports a file for one person: ``manage.py import_questions FILE --user EMAIL``."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.accounts.models import User
from domain.transfer.formats.base import ImportFormat
from domain.transfer.importing import ImportDisturbed, ImportReport, import_questions
from domain.transfer.refusals import MAX_PROBLEMS, ImportRefused

STANDARD_INPUT = "-"


class Command(BaseCommand):
    """Tells what was imported; or, with exit code 1, what is wrong, a line for each problem."""

    help = (
        "Import questions, tags and attempts for one person. The whole file is stored or nothing; "
        "importing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, for whom, in which format."""
        parser.add_argument("file", help="The file; - reads standard input.")
        parser.add_argument("--user", required=True, help="E-mail address of the person.")
        parser.add_argument(
            "--format",
            type=str.upper,
            choices=ImportFormat.values,
            help="Kind of file; found out from its content unless given.",
        )

    def handle(self, *, file: str, user: str, format: str | None, **options: Any) -> None:
        """Import, and report."""
        try:
            owner = User.objects.get_by_natural_key(user)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account with the address {user}.") from error
        content = _content(file)
        try:
            report = import_questions(
                owner=owner, content=content, format=format, at=timezone.now()
            )
        except ImportRefused as refusal:
            self._show_problems(refusal)
            raise CommandError(f"Nothing of {file} is stored.") from refusal
        except ImportDisturbed as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self._show(report)

    def _show_problems(self, refusal: ImportRefused) -> None:
        for problem in refusal.problems:
            self.stderr.write(str(problem))
        if len(refusal.problems) == MAX_PROBLEMS:
            self.stderr.write(f"These are the first {MAX_PROBLEMS}; there may be more.")

    def _show(self, report: ImportReport) -> None:
        self.stdout.write(f"{report.format.label}")
        for name in ("questions", "tags", "logs"):
            counts = getattr(report, name)
            self.stdout.write(
                f"{name:<10}{counts.created:>7} created{counts.updated:>7} updated"
                f"{counts.unchanged:>7} unchanged"
            )
        self.stdout.write(f"{'rows':<10}{report.skipped:>7} skipped")
        for note in report.notes:
            self.stdout.write(f"{note.position}: {note.text}")


def _content(file: str) -> bytes:
    # One byte more than allowed is enough to be told that the file is too large.
    size = settings.IMPORT_MAX_BYTES + 1
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(size)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
