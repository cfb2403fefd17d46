"""What a backup holds, told beside it: a restored database is compared with it."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

FORM = 1
PIECE = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """A backup as it was made.

    Attributes:
        vendor: postgresql or sqlite.
        rows: how many there are, by table.
        migrations: the last one of each app.
        sha256: of the backup itself.
    """

    created_at: str
    vendor: str
    rows: dict[str, int]
    migrations: dict[str, str]
    sha256: str = ""
    form: int = FORM

    def write(self, backup: Path) -> None:
        """Leave it beside the backup."""
        with beside(backup).open("w") as file:
            file.write(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, backup: Path) -> "Manifest":
        """The one beside a backup.

        Raises:
            FileNotFoundError: there is none.
            ValueError: it is no manifest of ours.
        """
        told = json.loads(beside(backup).read_text())
        try:
            manifest = cls(**told)
        except TypeError as error:
            raise ValueError(f"{beside(backup)} is no manifest of a backup.") from error
        if manifest.form != FORM:
            raise ValueError(f"{beside(backup)} was written by another version.")
        return manifest


def beside(backup: Path) -> Path:
    """Where the manifest of a backup is."""
    return backup.with_name(backup.name + ".json")


def describe_database() -> Manifest:
    """The database as it is, or as the transaction that is open sees it."""
    return Manifest(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        vendor=connection.vendor,
        rows=dict(_rows()),
        migrations=_migrations(),
    )


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def tables() -> list[str]:
    """The tables of the database, in order."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def _rows() -> Iterator[tuple[str, int]]:
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, cursor.fetchone()[0]


def _migrations() -> dict[str, str]:
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return dict(applied)
