"""``manage.py backup_database FILE``: the whole database in one file, and what is in it beside."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from project.backups.engines import ToolFailed, copy
from project.backups.manifest import beside, digest
from project.management.commands.check_database import require_database


class Command(BaseCommand):
    """Writes FILE and FILE.json; neither is there before it is whole."""

    help = (
        "Copy the whole database into FILE (pg_dump's custom format, or a SQLite file), as it is "
        "at one moment. FILE.json tells how many rows each table has: restore_database compares."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, help="The file to write; it may not exist yet.")

    def handle(self, *, file: Path, **options: Any) -> None:
        """Copy, then put the copy in its place.

        Raises:
            CommandError: the file is there already or cannot be written, the database is away, or
                the copying failed.
        """
        if file.exists():
            raise CommandError(f"{file} is there already. Name another file, or move it away.")
        if not file.parent.is_dir():
            raise CommandError(
                f"There is no directory {file.parent}. Create it, or name another file."
            )
        require_database()
        part = file.with_name(file.name + ".part")
        try:
            # It holds everything that people wrote: nobody else on this machine reads it.
            part.touch(mode=0o600)
            manifest = replace(copy(part), sha256=digest(part))
            manifest.write(file)
            _keep(part)
            part.rename(file)
        except PermissionError as error:
            raise CommandError(
                f"You may not write into {file.parent}. Have it belong to who runs this, or name "
                "another file."
            ) from error
        except (ToolFailed, OSError, Error) as error:
            part.unlink(missing_ok=True)
            beside(file).unlink(missing_ok=True)
            raise CommandError(_reason(error)) from error
        rows = sum(manifest.rows.values())
        self.stdout.write(f"{file}: {rows:,} rows in {len(manifest.rows)} tables.")


def _keep(file: Path) -> None:
    """Have all of it on the disk, before a name says so that outlives a power cut."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _reason(error: Exception) -> str:
    if not isinstance(error, Error):
        return str(error)
    return (
        f"The database broke off, and nothing was copied: {str(error).strip()} "
        "Look at it with `make check-db` and in its log, then begin again."
    )
