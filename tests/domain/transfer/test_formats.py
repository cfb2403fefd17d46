"""Which format a document is of."""

import json

import pytest

from domain.transfer import formats
from domain.transfer.formats.base import ImportFormat
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (files.CODEFORCES, "CODEFORCES"),
        (files.NEETCODE, "NEETCODE"),
        (files.BLIND75, "BLIND75"),
    ],
)
def test_real_files_are_recognised(path, name):
    assert formats.detected(json.loads(path.read_text())).name == name


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ([files.submission()], "CODEFORCES"),
        ({"status": "OK", "result": []}, "CODEFORCES"),
        ({"status": "FAILED", "comment": "handle: not found"}, "CODEFORCES"),
        ([files.neetcode()], "NEETCODE"),
        ([files.blind75()], "BLIND75"),
        ([5, None, {}, files.blind75()], "BLIND75"),
    ],
)
def test_documents_are_recognised(document, name):
    assert formats.detected(document).name == name


@pytest.mark.parametrize("document", [[], {}, "x", 5, None, True, [[]], [{}], {"status": []}])
def test_nothing_else_is(document):
    with refused(("unknown_format", "")):
        formats.detected(document)


@pytest.mark.parametrize("name", ImportFormat.values)
def test_every_name_has_its_format(name):
    assert formats.named(name).name == name


def test_other_names_have_none():
    with refused(("unknown_format", "")):
        formats.named("LEETCODE")
