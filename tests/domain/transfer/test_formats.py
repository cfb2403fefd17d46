"""Which format a document is of."""

import json

import pytest

from domain.transfer import formats
from domain.transfer.formats.base import ImportFormat
from domain.transfer.reading import read_document
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused


@pytest.mark.parametrize("name", ImportFormat.values)
def test_files_are_recognised(name):
    assert formats.detected(read_document(files.FILES[name].read_bytes())).name == name


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
]


@pytest.mark.parametrize("document", NOTHING)
def test_nothing_else_is(document):
    with refused(("unknown_format", "")):
        formats.detected(document)


@pytest.mark.parametrize("name", ImportFormat.values)
def test_every_name_has_its_format(name):
    assert formats.named(name).name == name


def test_other_names_have_none():
    with refused(("unknown_format", "")):
        formats.named("LEETCODE")
