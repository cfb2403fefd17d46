"""Writes what one person has to a file: ``manage.py export_user EMAIL``."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm  # type: ignore[import-untyped]

from domain.accounts.models import User
from domain.archive.declaring import EntityName
from domain.transfer.exporting.kinds import Kind, kind_of
from domain.transfer.exporting.snapshots import snapshot
from domain.transfer.models import ExportFormat
from domain.transfer.services import exports
from project.management.people import person_with

STANDARD_OUTPUT = "-"


class Command(BaseCommand):
    """A file is there as a whole or not at all, and no file is ever overwritten."""

    help = (
        "Write what one person has to a file, as it is at one moment, of any size. The file holds "
        "what is private to them: it can be read by you alone, and their audit log says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, as what, and where to."""
        parser.add_argument("email", help="E-mail address of the person.")
        parser.add_argument(
            "--format",
            type=str.upper,
            choices=ExportFormat.values,
            default=ExportFormat.TAKEOUT.value,
            help="Kind of file; a zip of everything unless given.",
        )
        parser.add_argument(
            "--entity",
            type=str.upper,
            choices=EntityName.values,
            help="For CSV: which objects.",
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            help="Where to write; - is standard output. A name with the day, here, unless given.",
        )

    def handle(
        self, *, email: str, format: str, entity: str | None, output: str | None, **options: Any
    ) -> None:
        """Write, and say where to."""
        owner, at = person_with(email), timezone.now()
        try:
            kind = kind_of(format, entity)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        if output == STANDARD_OUTPUT:
            _write(kind, owner, at, sys.stdout.buffer)
        else:
            path = Path(output or kind.file_name(at))
            with _new_file(path) as file:
                _write(kind, owner, at, file)
            self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")


def _write(kind: Kind, owner: User, at: datetime, file: IO[bytes]) -> None:
    # Before the first byte: who reads standard output may go before the last one.
    exports.note_export_by_operator(owner=owner, at=at)
    # Silent unless somebody is looking.
    bar = tqdm(desc="writing", unit="rows", disable=None)
    with snapshot(), bar:
        bar.reset(total=kind.rows(owner))
        for piece in kind.pieces(owner, at):
            file.write(piece.encode() if isinstance(piece, str) else piece)
            bar.update()
    file.flush()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that has its name once it is whole.

    Raises:
        CommandError: there is one of that name, or none can be written.
    """
    try:
        if path.exists():
            raise FileExistsError
        # Deleted at the end, under this name.
        with NamedTemporaryFile(dir=path.parent, prefix=".export-") as file:
            yield file
            os.fsync(file.fileno())
            # Unlike renaming, this never replaces another file.
            os.link(file.name, path)
    except FileExistsError as error:
        raise CommandError(f"{path} is there already. Name another file.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
