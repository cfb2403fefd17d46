import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NOBODY_LISTENS = "postgres://drillbook:hunter2@127.0.0.1:1/drillbook"
IS_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]


def run(url, *arguments):
    """Run the command in a process of its own, for this database."""
    return subprocess.run(
        [sys.executable, "manage.py", "check_database", *arguments],
        cwd=settings.ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "project.settings.testing",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def pending_migration(db):
    """The newest migration of one concept has not been applied."""
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("practice")
    MigrationRecorder(connection).record_unapplied(*newest)


@pytest.mark.django_db
def test_a_migrated_database_is_ready(capsys):
    call_command("check_database")

    assert "is ready." in capsys.readouterr().out


@pytest.mark.django_db
def test_json_is_one_object(capsys):
    call_command("check_database", "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["exit_code"]) == ("ready", 0)


def test_a_pending_migration_has_exit_code_7(pending_migration, capsys):
    with pytest.raises(CommandError, match=r"not migrated, 1 to go. Run `make migrate`") as refused:
        call_command("check_database", "--json")

    assert refused.value.returncode == 7
    assert json.loads(capsys.readouterr().out)["status"] == "pending_migrations"


def test_an_empty_database_lacks_migrations(tmp_path):
    found = run(f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    assert found.returncode == 7
    assert "Run `make migrate`." in found.stderr


def test_a_database_that_cannot_be_opened_has_exit_code_1(tmp_path):
    found = run(f"sqlite:///{tmp_path / 'absent' / 'x.sqlite3'}")

    assert found.returncode == 1
    assert "unable to open database file" in found.stderr


def test_a_refused_connection_has_exit_code_3():
    found = run(NOBODY_LISTENS)

    assert found.returncode == 3
    assert "Nothing answers at 127.0.0.1:1." in found.stderr
    assert "Traceback" not in found.stderr
    assert "hunter2" not in found.stdout + found.stderr


def test_json_tells_programs_the_same():
    found = run(NOBODY_LISTENS, "--json")

    assert found.returncode == 3
    assert json.loads(found.stdout)["status"] == "refused"
    assert json.loads(found.stdout)["exit_code"] == 3


def test_an_unknown_host_has_exit_code_4():
    found = run("postgres://drillbook@no-such-machine.invalid/drillbook")

    assert found.returncode == 4
    assert "No machine is called no-such-machine.invalid." in found.stderr


@pytest.mark.skipif(not IS_POSTGRESQL, reason="needs a PostgreSQL to be refused by")
def test_an_absent_database_has_exit_code_6():
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")

    found = run(f"{server}/no_such_database")

    assert found.returncode == 6
    assert "There is no database no_such_database" in found.stderr


@pytest.mark.skipif(not IS_POSTGRESQL, reason="needs a PostgreSQL to be refused by")
def test_an_unknown_user_has_exit_code_5():
    server, _, name = os.environ["DATABASE_URL"].rpartition("/")
    address = server.rpartition("@")[2].rpartition("/")[2]

    found = run(f"postgres://no_such_role:hunter2@{address}/{name}")

    assert found.returncode == 5
    assert "does not let no_such_role in" in found.stderr


def test_a_wrong_password_has_exit_code_5(monkeypatch):
    def refuse(*args):
        raise OperationalError(
            'connection failed: connection to server at "127.0.0.1", port 5432 failed: '
            'FATAL:  password authentication failed for user "drillbook"'
        )

    monkeypatch.setattr("project.management.commands.check_database.pending_migrations", refuse)

    with pytest.raises(CommandError, match=r"wrong user or password") as refused:
        call_command("check_database")

    assert refused.value.returncode == 5


@pytest.mark.parametrize(("user", "owner"), [("drillbook", "--owner drillbook "), ("", "")])
def test_an_absent_database_is_created_for_who_uses_it(user, owner, monkeypatch):
    def refuse(*args):
        raise OperationalError('FATAL:  database "wanted" does not exist')

    monkeypatch.setattr("project.management.commands.check_database.pending_migrations", refuse)
    monkeypatch.setitem(connection.settings_dict, "USER", user)
    monkeypatch.setitem(connection.settings_dict, "NAME", "wanted")

    with pytest.raises(CommandError, match=f"Create it with `createdb {owner}wanted`"):
        call_command("check_database")


def test_waiting_ends_as_soon_as_the_database_is_ready(monkeypatch, capsys):
    answers = [OperationalError("Connection refused"), ["practice.0001_initial"], []]

    def pending_migrations():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    command = "project.management.commands.check_database"
    monkeypatch.setattr(f"{command}.pending_migrations", pending_migrations)
    monkeypatch.setattr(f"{command}.PAUSE_SECONDS", 0)
    call_command("check_database", "--wait", "60")

    assert "is ready." in capsys.readouterr().out


def test_waiting_ends_when_the_time_is_up():
    started = time.monotonic()

    found = run(NOBODY_LISTENS, "--wait", "1")

    assert found.returncode == 3
    assert time.monotonic() - started >= 1
