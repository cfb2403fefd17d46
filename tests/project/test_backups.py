"""``backup_database`` and ``restore_database``: the same rows again, or a refusal that says why."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from domain.accounts.models import User
from domain.archive.documents import document
from project.backups import engines, renewing
from project.backups.manifest import Manifest, describe_database
from tests.factories import GoalFactory, QuestionLogFactory, StudyListItemFactory, TagFactory

pytestmark = pytest.mark.django_db(transaction=True)

OF_THE_SERVER = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
TIMEOUTS = ("statement_timeout", "idle_in_transaction_session_timeout")


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


def lose_backup(backup: Path) -> None:
    backup.unlink()


def spoil_manifest(backup: Path) -> None:
    backup.with_name(backup.name + ".json").write_text('{"rows": 1}')


@pytest.mark.parametrize(
    ("mischief", "reason"),
    [
        (damage, "its SHA-256 differs"),
        (lose_manifest, r"There is no file .*drillbook\.backup\.json, which was written beside"),
        (lose_backup, r"There is no file .*drillbook\.backup\. Name one"),
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


def test_it_is_on_the_disk_before_it_has_its_name(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file, had_its_name = tmp_path / "some.backup", {}

    def note(number: int) -> None:
        had_its_name[os.fstat(number).st_ino] = file.exists()

    monkeypatch.setattr(os, "fsync", note)

    call_command("backup_database", str(file))

    beside = file.with_name(file.name + ".json")
    assert had_its_name == {file.stat().st_ino: False, beside.stat().st_ino: False}


def test_nobody_else_reads_it(backup: Path):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(backup: Path):
    with pytest.raises(CommandError, match="there already"):
        call_command("backup_database", str(backup))


def test_a_directory_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CommandError, match=f"no directory {tmp_path}/absent. Create it"):
        call_command("backup_database", str(tmp_path / "absent" / "some.backup"))


def test_a_directory_of_somebody_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: Any, **options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)

    with pytest.raises(CommandError, match=f"may not write into {tmp_path}. Have it belong"):
        call_command("backup_database", str(tmp_path / "some.backup"))


@pytest.mark.parametrize("command", ["backup_database", "restore_database", "after_restore"])
def test_a_database_that_is_away_is_told_as_check_database_does(
    command: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse() -> None:
        raise OperationalError("Connection refused")

    monkeypatch.setattr("project.management.commands.check_database.pending_migrations", refuse)
    files = {
        "backup_database": [str(tmp_path / "another.backup")],
        "restore_database": [str(backup)],
        "after_restore": [],
    }

    with pytest.raises(CommandError, match="Nothing answers at .* Is PostgreSQL running") as away:
        call_command(command, *files[command])

    assert away.value.returncode == 3


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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no tools")
def test_its_tools_connect_as_we_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    given = {"sslmode": "verify-full", "sslrootcert": "/ca.pem", "options": "-c search_path=ours"}
    environments = []

    def run(*arguments: Any, env: dict[str, str], **options: Any) -> SimpleNamespace:
        environments.append(env)
        return SimpleNamespace(returncode=0)

    monkeypatch.setitem(connection.settings_dict, "OPTIONS", given)
    monkeypatch.setattr(engines.subprocess, "run", run)

    engines.restore(tmp_path / "some.backup")

    (environment,) = environments
    told = {name: environment[name] for name in environment.keys() - os.environ.keys()}
    assert told.pop("PGDATABASE") == connection.settings_dict["NAME"]
    assert {name: told[name] for name in told if name not in OF_THE_SERVER} == {
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/ca.pem",
        "PGOPTIONS": "-c search_path=ours",
    }


def timeouts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s), current_setting(%s)", TIMEOUTS)
        return list(cursor.fetchone())


@pytest.fixture
def impatient_role(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections have timeouts, as those of the role that docs/operations.md makes."""
    options = connection.settings_dict["OPTIONS"]
    given = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=5min"
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options | {"options": given})
    yield
    connection.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no timeouts of a role")
def test_a_timeout_of_the_role_ends_no_copy_no_comparison_and_no_renewal(
    backup: Path, tmp_path: Path, impatient_role: None, monkeypatch: pytest.MonkeyPatch
):
    held: dict[str, list[str]] = {}
    dump = engines._run

    def look(tool: str, *arguments: str) -> None:
        if tool == "pg_dump":
            held[tool] = timeouts()
        dump(tool, *arguments)

    def compare() -> Manifest:
        held["comparison"] = timeouts()
        return describe_database()

    def renew(**event: Any) -> None:
        held["renewal"] = timeouts()

    monkeypatch.setattr(engines, "_run", look)
    monkeypatch.setattr(renewing.audit, "record", renew)
    monkeypatch.setattr("project.management.commands.restore_database.describe_database", compare)

    before = timeouts()
    call_command("backup_database", str(tmp_path / "another.backup"))
    call_command("after_restore", "--no-input")
    after = timeouts()
    with another_database(tmp_path):
        call_command("restore_database", str(backup))

    assert held == dict.fromkeys(["pg_dump", "renewal", "comparison"], ["0", "0"])
    assert before == after == ["1min", "5min"]


def break_off(*args: Any, **options: Any) -> None:
    raise OperationalError("terminating connection due to administrator command\n")


def test_a_copy_that_the_database_breaks_off_leaves_nothing_and_says_so(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engines, "describe_database", break_off)

    with pytest.raises(CommandError, match="nothing was copied: terminating .* then begin again"):
        call_command("backup_database", str(tmp_path / "some.backup"))

    assert list(tmp_path.iterdir()) == []


def test_what_the_database_breaks_off_after_a_copy_is_told(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    commands = "project.management.commands"
    monkeypatch.setattr(f"{commands}.restore_database.describe_database", break_off)
    monkeypatch.setattr(f"{commands}.after_restore.renew", break_off)

    with another_database(tmp_path), pytest.raises(CommandError, match="into another empty one"):
        call_command("restore_database", str(backup))
    with pytest.raises(CommandError, match="Nothing was changed: .* then run this again"):
        call_command("after_restore", "--no-input")
