"""The command that writes what one person has to a file."""

import io
import json
import os
import stat
import zipfile
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command

from domain.archive.documents import document
from domain.audit.models import AuditEvent
from tests.factories import NOW, QuestionFactory


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty directory, at a fixed time."""
    monkeypatch.chdir(tmp_path)
    with time_machine.travel(NOW, tick=False):
        yield tmp_path


@pytest.fixture
def run(user):
    """Run the command; give what it prints."""

    def call(*options, email=user.email):
        out = io.StringIO()
        call_command("export_user", email, *options, stdout=out)
        return out.getvalue()

    return call


def test_writes_a_zip_file_of_everything(run, user, here):
    QuestionFactory(owner=user, title="Two Sum")

    said = run(email=user.email.upper())

    (path,) = here.iterdir()
    assert said == f"drillbook-takeout-2026-03-02.zip: {path.stat().st_size:,} bytes\n"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("drillbook.json").decode() == "".join(document(user.pk))
    # It is private to the person.
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_tells_the_person(run, user):
    run()

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner, event.actor) == ("export.taken_by_operator", user, None)


def test_has_no_limits_of_size(run, user, here, monkeypatch):
    monkeypatch.setattr("domain.transfer.exporting.inline.MOST_OBJECTS", 0)
    QuestionFactory.create_batch(3, owner=user)

    run("--format", "drillbook_json", "--output", "all.json")

    assert len(json.loads((here / "all.json").read_text())["questions"]) == 3


def test_writes_a_table(run, user, here):
    QuestionFactory(owner=user, title="Two Sum")

    run("--format", "csv", "--entity", "question")

    text = (here / "drillbook-questions-2026-03-02.csv").read_text("utf-8-sig")
    assert text.splitlines()[1].startswith("Two Sum,")


def test_writes_to_standard_output(run, user, here, monkeypatch):
    content = io.BytesIO()
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=content))

    said = run("--format", "DRILLBOOK_JSON", "--output", "-")

    assert content.getvalue().decode() == "".join(document(user.pk))
    assert said == ""
    assert list(here.iterdir()) == []


def test_never_overwrites(run, here):
    (here / "mine").write_text("mine")

    with pytest.raises(CommandError, match=r"^mine is there already\. Name another file\.$"):
        run("--output", "mine")

    assert [(path.name, path.read_text()) for path in here.iterdir()] == [("mine", "mine")]
    assert not AuditEvent.objects.exists()


def test_does_not_overwrite_what_appears_meanwhile(run, here, monkeypatch):
    link = os.link

    def late(source, target):
        (here / "mine").write_text("mine")
        link(source, target)

    monkeypatch.setattr(os, "link", late)

    with pytest.raises(CommandError, match="mine is there already"):
        run("--output", "mine")

    assert [(path.name, path.read_text()) for path in here.iterdir()] == [("mine", "mine")]


def test_what_breaks_off_leaves_no_file(run, here, monkeypatch):
    def broken(*_):
        yield "["
        raise RuntimeError("stopped")

    monkeypatch.setattr("domain.archive.documents.document", broken)

    with pytest.raises(RuntimeError, match="stopped"):
        run("--format", "DRILLBOOK_JSON")

    assert list(here.iterdir()) == []


def test_tells_the_person_even_if_the_reader_went_before_the_end(run, user, monkeypatch):
    class Reader:
        def write(self, piece):
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=Reader()))

    with pytest.raises(BrokenPipeError):
        run("--output", "-")

    assert AuditEvent.objects.get().verb == "export.taken_by_operator"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--output", "no/such/folder/file"],
            "no/such/folder/file cannot be written: No such file",
        ),
        (["--format", "csv"], "Name the entity, such as QUESTION"),
        (["--entity", "log"], "Only CSV takes an entity"),
        (["--format", "excel"], "invalid choice: 'EXCEL'"),
        (["--format", "csv", "--entity", "people"], "invalid choice: 'PEOPLE'"),
    ],
)
def test_says_what_it_cannot_do(options, message, run, here):
    with pytest.raises(CommandError, match=message):
        run(*options)

    assert list(here.iterdir()) == []


def test_knows_nobody_else(run):
    with pytest.raises(CommandError, match=r"There is no account with the address nobody@x\.org\."):
        run(email="nobody@x.org")
