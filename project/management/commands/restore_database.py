"""``manage.py restore_database FILE``: an empty database becomes what a backup holds."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, transaction

from domain.base import timeouts
from project.backups.engines import ToolFailed, restore
from project.backups.manifest import Manifest, beside, describe_database, digest, tables
from project.health import pending_migrations
from project.management.commands.check_database import require_database


class Command(BaseCommand):
    """Never writes into a database that has anything in it."""

    help = (
        "Fill the database that the settings name from FILE, which backup_database wrote. It has "
        "to be empty. Afterwards it is compared with FILE.json."
    )
    # The database is empty: nothing can be asked of it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from."""
        parser.add_argument("file", type=Path, help="The backup; FILE.json lies beside it.")

    def handle(self, *, file: Path, **options: Any) -> None:
        """Check, restore, compare.

        Raises:
            CommandError: the backup is damaged, the database is away, not empty, or not the same
                after.
        """
        manifest = self._manifest(file)
        require_database()
        if found := tables():
            message = f"The database has {len(found)} tables. Create an empty one, and name that."
            raise CommandError(message)
        try:
            restore(file)
        except ToolFailed as error:
            raise CommandError(str(error)) from error
        self._compare(manifest)
        self.stdout.write(
            f"Restored {sum(manifest.rows.values()):,} rows as of {manifest.created_at}."
        )
        if pending_migrations():
            self.stdout.write("The backup is of an older version: run `manage.py migrate`.")

    def _manifest(self, file: Path) -> Manifest:
        if not file.is_file():
            raise CommandError(f"There is no file {file}. Name one that backup_database wrote.")
        if not beside(file).is_file():
            raise CommandError(
                f"There is no file {beside(file)}, which was written beside the backup and tells "
                "what is in it. Copy it there."
            )
        try:
            manifest = Manifest.read(file)
            if digest(file) != manifest.sha256:
                raise CommandError(f"{file} is not the file that was written: its SHA-256 differs.")
        except (OSError, ValueError) as error:
            raise CommandError(f"This backup cannot be used: {error}") from error
        return manifest

    def _compare(self, manifest: Manifest) -> None:
        try:
            with transaction.atomic():
                timeouts.lift()
                restored = describe_database()
        except Error as error:
            raise CommandError(
                f"It was restored, but could not be compared: {str(error).strip()} Look at the "
                "database with `make check-db` and in its log, and restore into another empty one."
            ) from error
        differing = [
            f"{table}: {restored.rows.get(table, 0)} rows instead of {count}"
            for table, count in manifest.rows.items()
            if restored.rows.get(table) != count
        ]
        if restored.migrations != manifest.migrations:
            differing.append("the applied migrations differ")
        if differing:
            raise CommandError("What was restored is not what was copied: " + "; ".join(differing))
