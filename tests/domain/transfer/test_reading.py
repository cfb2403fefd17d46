"""Whatever somebody sends is read or refused, within the limits and within a second or so."""

import time

import pytest

from domain.transfer.reading import read_document
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once

LIMIT = 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("content", "document"),
    [
        ("[1, 2.5, true, null]", [1, 2.5, True, None]),
        (b'{"a": "\xc3\xa9"}', {"a": "é"}),
        (b"\xef\xbb\xbf[1]", [1]),
        ("\ufeff[1]", [1]),
        ("[1]".encode("utf-16"), [1]),
        (" \r\n\t[] ", []),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('["\\ud83d\\ude00"]', ["\U0001f600"]),
        ('["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"["]', ["[" * 40 + '"[']),
        ("[" * 32 + "]" * 32, None),
        ("[" + "9" * 4300 + "]", None),
        ("[1] [2]", ([1], [2])),
        ('{"a": 1}\n{"a": 2}\r\n[]\t', ({"a": 1}, {"a": 2}, [])),
        ("[1][2]" + "[]" * 2498, None),
        ('{"format": "x"}\n' + '{"entity": "TAG", "record": {}}\n' * 3_000, None),
    ],
)
def test_reads(content, document):
    found = read_document(content)

    assert document is None or found == document


@pytest.mark.parametrize(
    ("content", "code", "position"),
    [
        ("", "empty_file", ""),
        (b"  ", "empty_file", ""),
        ('[1,\n "a" "b"]', "not_json", "line 2, column 6"),
        ("[1,", "not_json", "line 1, column 4"),
        ("[1] 2", "not_json", "line 1, column 5"),
        ("[1], [2]", "not_json", "line 1, column 4"),
        ("[1]\n[2", "not_json", "line 2, column 3"),
        ("[]" * 2501, "too_many_documents", ""),
        ('{"entity":0,"record":0}' * 50_001, "too_many_documents", ""),
        ("[1] [" + "9" * 5000 + "]", "bad_number", "line 1, column 6"),
        ('[1] [{"a": "\\udfff"}]', "unstorable_text", "documents[1][0].a"),
        ("[] " + "[" * 33 + "]" * 33, "too_deep", ""),
        ("<html></html>", "web_page", ""),
        ('["a\x00b"]', "not_json", "line 1, column 4"),
        ("\ud800", "unstorable_text", "line 1"),
        (b'["\xff"]', "not_utf8", "byte 2"),
        ("[1]".encode("utf-16")[:-1], "not_utf8", "byte 6"),
        ('[1,\n NaN, "NaN"]', "bad_number", "line 2, column 2"),
        ('["Infinity", Infinity]', "bad_number", "line 1, column 14"),
        ('{"a": -Infinity}', "bad_number", "line 1, column 7"),
        ("[1, 1e999]", "bad_number", "line 1, column 5"),
        ("[" + "9" * 5000 + "]", "bad_number", "line 1, column 2"),
        ("[-" + "9" * 5000 + "]", "bad_number", "line 1, column 2"),
        ('{"a": [{"b": "\\u0000"}]}', "unstorable_text", "a[0].b"),
        ('{"a": "\\udfff"}', "unstorable_text", "a"),
        ('["x", "\ud800"]', "unstorable_text", "[1]"),
        ('{"a": {"\\ud800": 1}}', "unstorable_text", "a"),
        ('{"two words": "\\ud800"}', "unstorable_text", '"two words"'),
        ("[" * 33 + "]" * 33, "too_deep", ""),
        ('{"a":' * 33 + "1" + "}" * 33, "too_deep", ""),
    ],
)
def test_refuses(content, code, position):
    with refused((code, position)):
        read_document(content)


SLOW = {
    "spaces": (lambda: " " * LIMIT, "empty_file"),
    "brackets": (lambda: "[" * LIMIT, "too_deep"),
    "objects in lists": (lambda: '[{"a":' * (LIMIT // 6), "too_deep"),
    "closing brackets": (lambda: "[" + "]" * (LIMIT - 1), "not_json"),
    "many documents": (lambda: "{}" * (LIMIT // 2), "too_many_documents"),
    "quotes": (lambda: "[" + '"' * (LIMIT - 1), "not_json"),
    "escaped quotes": (lambda: '["' + '\\"' * (LIMIT // 2 - 1), "not_json"),
    "backslashes": (lambda: '["' + "\\" * (LIMIT - 2), "not_json"),
    "one number": (lambda: "[" + "9" * (LIMIT - 1), "bad_number"),
    "half characters": (lambda: '["' + "\\ud800" * (LIMIT // 6 - 1) + '"]', "unstorable_text"),
}


@pytest.mark.parametrize("name", SLOW)
def test_refuses_ten_mebibytes_that_are_made_to_be_slow(name):
    make, code = SLOW[name]
    content = make()
    began = time.process_time()

    with pytest.raises(ImportRefused) as refusal:
        read_document(content)

    assert [problem.code for problem in refusal.value.problems] == [code]
    assert time.process_time() - began < 5  # a second here; quadratic would be hours


@pytest.mark.parametrize("content", [b" " * (LIMIT + 1), "\u00e9" * (LIMIT // 2 + 1)], ids=type)
def test_refuses_more_than_ten_mebibytes_of_utf_8(content):
    with refused(("too_large", "")):
        read_document(content)


def test_takes_the_limits_from_the_settings(settings):
    settings.IMPORT_MAX_BYTES, settings.IMPORT_MAX_DEPTH = 8, 2

    assert read_document("[[1234]]") == [[1234]]
    with refused(("too_large", "")):
        read_document("[[12345]]")
    with refused(("too_deep", "")):
        read_document("[[[]]]")
