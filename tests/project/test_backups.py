"""``backup_database`` and ``restore_database``: the same rows again, or a refusal that says why."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from domain.accounts.models import User
from domain.archive.documents import document
from project.backups import engines
from tests.factories import GoalFactory, QuestionLogFactory, StudyListItemFactory, TagFactory

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_database(path: Path) -> Iterator[None]:
    """The connection leads to an empty database meanwhile."""
    own = connection.settings_dict["NAME"]
    other = str(path / "restored.sqlite3") if connection.vendor == "sqlite" else f"{own}_restored"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')
            cursor.execute(f'CREATE DATABASE "{other}"')
    connection.close()
    connection.settings_dict["NAME"] = other
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{other}"')


@pytest.fixture
def backup(user: User, tmp_path: Path) -> Path:
    """A copy of a database in which somebody practised."""
    log = QuestionLogFactory(question__owner=user, solution_code="print('käse 🧀')")
    StudyListItemFactory(study_list__owner=user, question=log.question)
    GoalFactory(owner=user)
    TagFactory(owner=user)
    call_command("backup_database", str(tmp_path / "drillbook.backup"))
    return tmp_path / "drillbook.backup"


def test_a_restored_database_exports_the_same_bytes(backup: Path, user: User, tmp_path: Path):
    exported = "".join(document(user.pk))

    with another_database(tmp_path):
        call_command("restore_database", str(backup))
        restored = "".join(document(User.objects.get(email=user.email).pk))

    assert restored == exported
    assert "käse 🧀" in restored


def test_a_database_with_anything_in_it_is_left_alone(backup: Path, user: User):
    with pytest.raises(CommandError, match="Create an empty one"):
        call_command("restore_database", str(backup))

    assert User.objects.filter(pk=user.pk).exists()


def damage(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-10])


def lose_manifest(backup: Path) -> None:
    backup.with_name(backup.name + ".json").unlink()


def spoil_manifest(backup: Path) -> None:
    backup.with_name(backup.name + ".json").write_text('{"rows": 1}')


@pytest.mark.parametrize(
    ("mischief", "reason"),
    [
        (damage, "its SHA-256 differs"),
        (lose_manifest, "cannot be used: .*No such file"),
        (spoil_manifest, "is no manifest of a backup"),
    ],
)
def test_a_damaged_backup_is_refused(
    mischief: Callable[[Path], None], reason: str, backup: Path, tmp_path: Path
):
    mischief(backup)

    with another_database(tmp_path), pytest.raises(CommandError, match=reason):
        call_command("restore_database", str(backup))


def test_missing_rows_are_told(backup: Path, tmp_path: Path):
    beside = backup.with_name(backup.name + ".json")
    told = json.loads(beside.read_text())
    told["rows"]["questions_question"] += 1
    beside.write_text(json.dumps(told))

    with another_database(tmp_path), pytest.raises(CommandError, match="1 rows instead of 2"):
        call_command("restore_database", str(backup))


def test_nobody_else_reads_it(backup: Path):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(backup: Path):
    with pytest.raises(CommandError, match="there already"):
        call_command("backup_database", str(backup))


def test_a_copy_that_fails_leaves_nothing(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*args: Any) -> None:
        raise engines.ToolFailed("pg_dump is missing.")

    monkeypatch.setattr("project.management.commands.backup_database.copy", fail)

    with pytest.raises(CommandError, match="pg_dump is missing"):
        call_command("backup_database", str(tmp_path / "some.backup"))

    assert list(tmp_path.iterdir()) == []


def test_a_missing_tool_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines.shutil, "which", lambda tool: None)

    with pytest.raises(engines.ToolFailed, match="apt install postgresql-client"):
        engines._run("pg_dump")
