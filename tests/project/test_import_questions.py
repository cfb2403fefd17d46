"""The command that imports a file for one person."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from domain.questions.models import Question
from tests.domain.transfer import files
from tests.factories import StudyListFactory


@pytest.fixture
def run(user):
    """Run the command; give what it prints, line by line."""
    out = io.StringIO()

    def call(file, *options, email=user.email, stderr=None):
        call_command(
            "import_questions", str(file), "--user", email, *options, stdout=out, stderr=stderr
        )
        return out.getvalue().splitlines()

    return call


@pytest.fixture
def written(tmp_path):
    """Write a file."""

    def call(*rows):
        path = tmp_path / "file.json"
        path.write_text(files.codeforces(*rows))
        return path

    return call


def test_reports_what_was_imported(run):
    lines = run(files.CODEFORCES)

    assert lines[:5] == [
        "Codeforces: the answer of user.status",
        "questions       31 created      0 updated      0 unchanged",
        "tags            13 created      0 updated      0 unchanged",
        "logs            43 created      0 updated      0 unchanged",
        "rows             4 skipped      0 failed",
    ]
    assert lines[5] == "result[11]: The program did not compile, so it was no attempt."
    assert len(lines) == 9
    assert Question.objects.count() == 31


def test_finds_the_person_whatever_the_case(run, user):
    run(files.BLIND75, email=user.email.upper())

    assert Question.objects.owned_by(user).count() == 75


def test_reads_standard_input(run, monkeypatch):
    content = io.BytesIO(files.NEETCODE.read_bytes())
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=content))

    run("-", "--format", "neetcode")

    assert Question.objects.count() == 450


def test_tells_each_problem_on_a_line_and_stores_nothing(run, written):
    stderr = io.StringIO()
    path = written(files.submission(), {}, 7)

    with pytest.raises(CommandError) as failure:
        run(path, stderr=stderr)

    assert stderr.getvalue().splitlines() == [
        "result[1].problem: This field is missing.",
        "result[2]: Expected an object, found a number.",
    ]
    assert str(failure.value) == f"Nothing of {path} is stored."
    assert failure.value.returncode == 1
    assert not Question.objects.exists()


def test_tells_that_there_may_be_more_problems(run, written):
    stderr = io.StringIO()

    with pytest.raises(CommandError):
        run(written(*range(1010)), stderr=stderr)

    lines = stderr.getvalue().splitlines()
    assert len(lines) == 1001
    assert lines[1000] == "These are the first 1,000; there may be more."


def test_refuses_a_file_that_is_too_large(run, tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 10
    path = tmp_path / "large.json"
    path.write_text(json.dumps(list(range(100))))
    stderr = io.StringIO()

    with pytest.raises(CommandError):
        run(path, stderr=stderr)

    assert stderr.getvalue() == "The file has more than 10 bytes. Import it in parts.\n"


@pytest.mark.parametrize(
    ("file", "email", "message"),
    [
        (files.BLIND75, "nobody@example.com", "There is no account with the address nobody"),
        ("/no/such/file.json", None, "/no/such/file.json cannot be read: No such file"),
        (files.DATA, None, "cannot be read: Is a directory."),
    ],
)
def test_says_what_it_cannot_find(file, email, message, run, user):
    with pytest.raises(CommandError, match=message):
        run(file, email=email or user.email)


def test_a_preview_tells_and_stores_nothing(run, written):
    lines = run(written(files.submission(), {"verdict": 1}), "--preview", "--skip-failed",
                stderr=io.StringIO())  # fmt: skip

    assert lines[1] == "questions        1 created      0 updated      0 unchanged"
    assert lines[-3:] == [
        "rows             0 skipped      1 failed",
        "result[0]: CREATED Watermelon A",
        "result[1]: FAILED ",
    ]
    assert not Question.objects.exists()


def test_a_preview_of_a_broken_file_fails(run, written):
    with pytest.raises(CommandError, match="would be stored"):
        run(written({}), "--preview", stderr=io.StringIO())


def test_leaves_out_broken_rows(run, written):
    stderr = io.StringIO()

    run(written(files.submission(), 7), "--skip-failed", stderr=stderr)

    assert stderr.getvalue() == "result[1]: Expected an object, found a number.\n"
    assert Question.objects.count() == 1


def test_puts_the_questions_on_a_list(run, written, user):
    study_list = StudyListFactory(owner=user, name="Mine")
    StudyListFactory(name="Theirs")

    run(written(files.submission()), "--list", "Mine")

    assert study_list.items.count() == 1
    with pytest.raises(CommandError, match="no study list named Theirs"):
        run(written(files.submission()), "--list", "Theirs")


@pytest.mark.parametrize(
    "options", [["--review-days", "-1"], ["--column", "title"], ["--window", "1D"]]
)
def test_refuses_options_that_make_no_sense(options, run, written):
    with pytest.raises(CommandError):
        run(written(files.submission()), *options)


def test_knows_no_other_formats(run):
    with pytest.raises(CommandError, match="invalid choice: 'LEETCODE'"):
        run(files.BLIND75, "--format", "leetcode")
