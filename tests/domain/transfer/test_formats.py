"""Which format a document is of."""

import json

import pytest

from domain.archive.declaring import EntityName
from domain.transfer import formats
from domain.transfer.exporting.sheets import SHEETS
from domain.transfer.formats.base import ImportFormat
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *files.FILES.items(),
        *files.TABLES.items(),
        ("COMPANY", files.COMPANY_WITH_TOPICS),
    ],
)
def test_files_are_recognised(name, path):
    assert formats.detected(read_document(path.read_bytes())).name == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Problem,Link", "TRACKER"),
        ("Titel,URL", "TRACKER"),
        ("name;DIFFICULTY", "TRACKER"),
        ("Question\tDate Solved", "TRACKER"),
        ("Title,Frequency,Link,Date", "TRACKER"),
        ("Link,Frequency,Title", "COMPANY"),
        ("card_id,review_time,review_rating", "FSRS_REVIEWS"),
        ("review_duration,rating,Review_Datetime,card_id", "FSRS_REVIEWS"),
        ("#separator:tab\nfront\tback", "ANKI"),
        ("#html:false\nTitle,Link", "ANKI"),
    ],
)
def test_tables_are_recognised(header, name):
    assert formats.detected(read_document(f"{header}\n1,2,3,4")).name == name


def test_a_table_whose_columns_are_named_is_a_tracker():
    table = read_document("Aufgabe;Datum\nTwo Sum;2026-03-01")

    options = ImportOptions(columns={"TITLE": "Aufgabe"})

    assert formats.detected(table, options).name == "TRACKER"
    with refused(("unknown_format", "")):
        formats.detected(table)


@pytest.mark.parametrize("header", ["Name,Date", "Name,Kind,Colour", "Setting,Value", "x", "a\tb"])
def test_other_tables_are_not(header):
    with pytest.raises(ImportRefused) as refusal:
        formats.detected(read_document(f"{header}\n1,2"))

    assert "with the option columns which one is the title." in refusal.value.messages[0]


@pytest.mark.parametrize("entity", ["TAG", "GOAL", "SETTINGS"])
def test_our_own_tables_of_other_things_are_not(entity):
    with refused(("unknown_format", "")):
        formats.detected(read_document(",".join(SHEETS[EntityName(entity)].columns)))


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ([files.submission()], "CODEFORCES"),
        ({"status": "OK", "result": []}, "CODEFORCES"),
        ({"status": "FAILED", "comment": "handle: not found"}, "CODEFORCES"),
        ([files.neetcode()], "NEETCODE"),
        ([files.blind75()], "BLIND75"),
        ([5, None, {}, files.blind75()], "BLIND75"),
        ([files.leetcode()], "LEETCODE_SUBMISSIONS"),
        ({"submissions_dump": []}, "LEETCODE_SUBMISSIONS"),
        (({"x": 1}, {"submissions_dump": []}), "LEETCODE_SUBMISSIONS"),
        ({"data": {"recentSubmissionList": None}}, "LEETCODE_GRAPHQL"),
        ({"data": {"userProgressQuestionList": {"questions": []}}}, "LEETCODE_GRAPHQL"),
        ({"totalPages": 0, "totalItems": 0, "data": []}, "CODEWARS"),
        ({"success": False, "reason": "not found"}, "CODEWARS"),
        ({"detail": "Authentication credentials were not provided."}, "LEETCODE_SUBMISSIONS"),
        ({"errors": [{"message": "no"}]}, "LEETCODE_GRAPHQL"),
        ({"errors": [{"message": "no"}], "data": None, "extensions": {}}, "LEETCODE_GRAPHQL"),
        ([files.kata()], "CODEWARS"),
        (json.loads(files.leetsrs()), "LEETSRS"),
        (json.loads(files.leetsolv()), "LEETSOLV"),
    ],
)
def test_documents_are_recognised(document, name):
    assert formats.detected(document).name == name


NOTHING = [
    *([], {}, "x", 5, None, True, [[]], [{}], {"status": []}, ([], {}), {"data": []}, {"data": {}}),
    *({"data": None}, {"questions": {}}, {"cards": {}}, {"totalItems": 1, "data": {}}),
    *({"success": True, "reason": ""}, {"success": False}, {"detail": 5}, {"detail": "", "x": 1}),
    *({"errors": []}, {"errors": [5]}, {"errors": [{}]}, {"errors": [{"message": ""}], "x": 1}),
]


@pytest.mark.parametrize("document", NOTHING)
def test_nothing_else_is(document):
    with refused(("unknown_format", "")):
        formats.detected(document)


@pytest.mark.parametrize("name", sorted({*ImportFormat.values} - {"DRILLBOOK"}))
def test_every_name_has_its_format(name):
    assert formats.named(name).name == name


def test_other_names_have_none():
    with refused(("unknown_format", "")):
        formats.named("LEETCODE")
