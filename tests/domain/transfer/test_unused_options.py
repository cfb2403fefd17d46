"""Options that a format has no use for fail nothing, and the report tells of them."""

from dataclasses import fields

import pytest

from domain.jobs import running
from domain.transfer import formats
from domain.transfer.formats.base import ImportFormat
from domain.transfer.importing import import_questions
from domain.transfer.models import ImportBatch
from domain.transfer.options import NAMES, ImportOptions
from domain.transfer.services import imports
from tests.domain.transfer import files
from tests.factories import StudyListFactory

pytestmark = pytest.mark.django_db

GIVEN = {
    "day_first": True, "company": "Initech", "window": "30D", "accepted_only": True,
    "review_days": 9,
}  # fmt: skip
QUESTIONS = ["acceptedOnly", "company", "dayFirst", "reviewDays", "window"]
ATTEMPTS = ["company", "dayFirst", "window"]
UNUSED = {
    **dict.fromkeys(["NEETCODE", "BLIND75", "LEETSRS", "LEETSOLV", "ANKI"], QUESTIONS),
    **dict.fromkeys(
        ["LEETCODE_SUBMISSIONS", "LEETCODE_GRAPHQL", "CODEFORCES", "CODEWARS"], ATTEMPTS
    ),
    "TRACKER": ["company", "window"],
    "FSRS_REVIEWS": ["company", "window"],
    "COMPANY": ["acceptedOnly", "dayFirst", "reviewDays"],
}


def told(notes) -> list[str]:
    """The options of which some notes tell."""
    found = [note for note in notes if note.code == "option_not_used"]
    assert {note.position for note in found} <= {""}
    return sorted(note.text.split()[2] for note in found)


@pytest.mark.parametrize("name", UNUSED)
def test_tells_which_are_left_out(name, imported):
    content = (files.FILES | files.TABLES)[name].read_bytes()

    report = imported(content, policy="SKIP_FAILED", **GIVEN)

    assert report.format == name
    assert report.questions.created + report.questions.unchanged > 0
    assert told(report.notes) == UNUSED[name]


def test_says_it_in_words(imported):
    report = imported(files.codeforces(files.submission()), day_first=True)

    assert [str(note) for note in report.notes] == [
        "The option dayFirst is left out: files of the format CODEFORCES have no use for it."
    ]


def test_what_is_of_use_is_not_told(imported, user):
    study_list = StudyListFactory(owner=user)

    report = imported(
        files.codeforces(files.submission()),
        accepted_only=True, review_days=9, study_list=study_list.uid,
    )  # fmt: skip

    assert report.notes == ()


def test_an_export_has_no_use_for_any(imported, exported, user, stranger):
    study_list = StudyListFactory(owner=user)
    options = GIVEN | {"columns": {"TITLE": "x"}, "study_list": study_list.uid}

    report = imported(exported(stranger), **options)

    assert report.format == "DRILLBOOK"
    assert told(report.notes) == sorted(NAMES.values())


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_file_that_is_refused_tells_too(is_ours, previewed, exported, user, now):
    content = files.codeforces(5)
    if is_ours:
        content = exported().replace('"newPerDay":5', '"newPerDay":true')
    batch = imports.start_import(
        owner=user, content=content, at=now, options=ImportOptions(day_first=True)
    )

    running.run_job(batch.job_id)

    report = ImportBatch.objects.get().report
    assert report["is_refused"]
    assert [note["code"] for note in report["notes"]] == ["option_not_used"]


def test_nobody_is_told_of_what_they_did_not_say(user, now):
    content = files.NEETCODE.read_bytes()

    report = import_questions(
        owner=user, content=content, at=now, options=ImportOptions(timezone="Asia/Tokyo")
    )

    assert told(report.notes) == []


def test_every_option_has_a_name_and_every_use_is_an_option():
    names = {it.name for it in fields(ImportOptions)} - {"timezone"}

    assert names == set(NAMES)
    assert set().union(*(formats.named(name).uses for name in ImportFormat.values)) == names
