"""Whoever has a broken row is told which one it was, as far as the row says."""

import json

import pytest

from domain.base.findings import MAX_TITLE, title_in
from domain.transfer.reports import RowOutcome
from tests.domain.transfer import files
from tests.domain.transfer.sheets import sheet
from tests.factories import QuestionFactory, TagFactory

pytestmark = pytest.mark.django_db

BROKEN = {
    "Codeforces": (files.codeforces(files.submission(creationTimeSeconds="x")), "Watermelon A"),
    "LeetCode": (json.dumps([files.leetcode(timestamp="x")]), "Two Sum"),
    "LeetCode, no title": (json.dumps([files.leetcode(title=5)]), "two-sum"),
    "GraphQL": (
        json.dumps(files.answer("recentSubmissionList", rows=[files.answered(timestamp="x")])),
        "Two Sum",
    ),
    "NeetCode": (json.dumps([files.neetcode(difficulty="?")]), "Two Sum"),
    "LeetSolv": (
        files.leetsolv(files.solved(importance=9)), "https://leetcode.com/problems/two-sum/",
    ),
    "LeetSRS": (files.leetsrs(files.card(difficulty="?")), "Two Sum"),
    "table": (sheet({"Problem": "Two Sum", "Date": "3/4/2026"}), "Two Sum"),
    "table, header with a point": (
        sheet({"Problem.": "Two Sum", "Link": "x", "Date": "3/4/2026"}), "Two Sum",
    ),
    "table, a link alone": (
        sheet({"Link": "https://leetcode.com/problems/two-sum", "Date": "3/4/2026"}),
        "https://leetcode.com/problems/two-sum",
    ),
    "no row at all": (files.codeforces(5), ""),
    "nothing in it": (files.codeforces({}), ""),
}  # fmt: skip


@pytest.mark.parametrize(("content", "title"), BROKEN.values(), ids=BROKEN)
def test_the_row_and_what_is_wrong_with_it_have_its_title(content, title, previewed):
    report = previewed(content)

    assert report.failed == 1
    assert [row.title for row in report.rows] == [title]
    assert {error.title for error in report.errors} == {title}


def test_a_value_that_cannot_be_stored_has_the_title_beside_it(previewed):
    report = previewed(sheet({"Problem": "Two Sum", "Date": "1999-01-01"}))

    assert [(error.title, error.position) for error in report.errors] == [
        ("Two Sum", "line 2, column Date")
    ]


def test_objects_of_an_export_are_named_alike(previewed, exported, stranger):
    QuestionFactory(owner=stranger, title="Two Sum", difficulty=1)
    TagFactory(owner=stranger, name="dp")
    content = exported(stranger).replace('"importance":2', '"importance":"?"')
    content = content.replace('"kind":"CUSTOM"', '"kind":"?"')

    report = previewed(content)

    assert {(error.position, error.title) for error in report.errors} == {
        ("questions[0].importance", "Two Sum"),
        ("tags[0].kind", "dp"),
    }
    broken = {row.title for row in report.rows if row.outcome == RowOutcome.FAILED}
    assert broken == {"Two Sum", "dp"}


@pytest.mark.parametrize(
    ("values", "title"),
    [
        (("Two\n Sum ", "x"), "Two Sum"),
        ((None, 5, " ", "\u202e", "two-sum"), "two-sum"),
        (("a\x00b",), "ab"),
        (("x" * 300,), "x" * MAX_TITLE),
        ((), ""),
    ],
)
def test_a_title_can_be_shown(values, title):
    assert title_in(*values) == title
