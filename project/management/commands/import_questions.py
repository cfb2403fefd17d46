"""Imports a file for one person: ``manage.py import_questions FILE --user EMAIL``."""

import sys
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm  # type: ignore[import-untyped]

from domain.accounts.models import User
from domain.base.bulk import ErrorPolicy
from domain.lists.models import StudyList
from domain.questions.models import AskedWithin
from domain.transfer.asking import Asked
from domain.transfer.formats.base import ImportFormat
from domain.transfer.importing import import_asked
from domain.transfer.options import ImportOptions
from domain.transfer.previewing import preview_import
from domain.transfer.refusals import ImportRefused
from domain.transfer.reports import MAX_ERRORS, TABLES, ImportReport
from domain.transfer.steps import Untold
from project.management.people import person_with

STANDARD_INPUT = "-"
ROWS_SHOWN = 20


class Bar(Untold):
    """Shows how far an import is, if somebody is looking."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def expect(self, total: int) -> None:
        """Draw it anew."""
        self.bar.reset(total=total)

    def advance(self, steps: int = 1) -> None:
        """Move it."""
        self.bar.update(steps)


class Command(BaseCommand):
    """Tells what was imported; or, with exit code 1, what is wrong, a line for each problem."""

    help = (
        "Import questions, tags and attempts for one person. The whole file is stored or nothing, "
        "unless broken rows are to be left out; importing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, for whom, and how it is to be read."""
        parser.add_argument("file", help="The file; - reads standard input.")
        parser.add_argument("--user", required=True, help="E-mail address of the person.")
        parser.add_argument(
            "--format",
            type=str.upper,
            choices=ImportFormat.values,
            help="Kind of file; found out from its content unless given.",
        )
        parser.add_argument("--preview", action="store_true", help="Tell, and store nothing.")
        parser.add_argument("--skip-failed", action="store_true", help="Leave out broken rows.")
        parser.add_argument(
            "--day-first",
            action=BooleanOptionalAction,
            default=None,
            help="Whether 03/04/2026 is 3 April.",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADER",
            help="Which column of a spreadsheet holds what, such as title=Name.",
        )
        parser.add_argument("--company", default="", help="Whose file of questions it is.")
        parser.add_argument(
            "--window", choices=AskedWithin.values, help="Over which time a company's file counted."
        )
        parser.add_argument(
            "--accepted-only", action="store_true", help="Leave out attempts that were not solved."
        )
        parser.add_argument(
            "--review-days", type=int, help="Older attempts do not count for review."
        )
        parser.add_argument("--list", help="Name of the study list that takes the questions.")

    def handle(self, *, file: str, user: str, preview: bool, **options: Any) -> None:
        """Import, and report."""
        owner = person_with(user)
        asked = Asked(
            owner=owner,
            content=_content(file),
            at=timezone.now(),
            format=options["format"],
            options=_options(options, owner),
            error_policy=_policy(options),
            file_name="" if file == STANDARD_INPUT else Path(file).name,
            thorough=True,
            tell=ROWS_SHOWN if preview else 0,
        )
        try:
            report = _preview(asked) if preview else _import(asked)
        except ImportRefused as refusal:
            self._show_problems([str(problem) for problem in refusal.problems])
            raise CommandError(f"Nothing of {file} is stored.") from refusal
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self._show(report)
        if report.is_refused:
            raise CommandError(f"Nothing of {file} would be stored.")

    def _show_problems(self, problems: list[str]) -> None:
        for problem in problems:
            self.stderr.write(problem)
        if len(problems) == MAX_ERRORS:
            self.stderr.write(f"These are the first {MAX_ERRORS:,}; there may be more.")

    def _show(self, report: ImportReport) -> None:
        self.stdout.write(f"{report.format.label}")
        for name in TABLES:
            counts = getattr(report, name)
            # A file of attempts has nothing to say of goals.
            if counts.created or counts.updated or counts.unchanged:
                self.stdout.write(
                    f"{name.replace('_', ' '):<11}{counts.created:>7} created"
                    f"{counts.updated:>7} updated{counts.unchanged:>7} unchanged"
                )
        self.stdout.write(f"{'rows':<11}{report.skipped:>7} skipped{report.failed:>7} failed")
        for row in report.rows:
            changes = f" ({', '.join(row.changes)})" if row.changes else ""
            self.stdout.write(f"{row.position}: {row.outcome.value} {row.title}{changes}")
        for note in report.notes:
            self.stdout.write(str(note))
        self._show_problems([str(error) for error in report.errors])


def _import(asked: Asked) -> ImportReport:
    with tqdm(desc="importing", unit="steps", disable=None) as bar:
        return import_asked(asked, Bar(bar))


def _preview(asked: Asked) -> ImportReport:
    with tqdm(desc="looking", unit="steps", disable=None) as bar:
        return preview_import(asked, Bar(bar))


def _policy(options: dict[str, Any]) -> ErrorPolicy:
    return ErrorPolicy.SKIP_FAILED if options["skip_failed"] else ErrorPolicy.REJECT_ALL


def _options(options: dict[str, Any], owner: User) -> ImportOptions:
    days = options["review_days"]
    if days is not None and not 0 <= days <= 36_500:
        raise CommandError("--review-days takes 0 to 36500.")
    columns = dict(column.partition("=")[::2] for column in options["column"])
    if not all(columns.values()):
        raise CommandError("Write --column FIELD=HEADER, such as --column title=Name.")
    window = options["window"]
    return ImportOptions(
        day_first=options["day_first"],
        columns=columns,
        company=options["company"],
        window=window and AskedWithin(window),
        accepted_only=options["accepted_only"],
        review_days=days,
        study_list=_list(options["list"], owner).uid if options["list"] else None,
    )


def _list(name: str, owner: User) -> StudyList:
    found = StudyList.objects.owned_by(owner).live().filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no study list named {name}.")
    return found


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
