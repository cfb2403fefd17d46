"""Files that are something else, or made to be slow: refused or read in little time."""

import gzip
import io
import json
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.base.findings import Finding
from domain.transfer import formats
from domain.transfer.reading import read_document
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import problems_of, rows_in

pytestmark = pytest.mark.once

LIMIT = 10 * 1024 * 1024
HEADER = b"Title,Link,Date,Duration,Topics,Mistakes\n"
ANKI = b"#separator:tab\n"


def zipped():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * LIMIT)
    return held.getvalue()


def filled(head, unit, size=LIMIT):
    """The head and as many units as a file may have."""
    return head + unit * ((size - len(head)) // len(unit))


def cells(head, unit):
    """Some cells as long as a cell may be; the time of each is what matters."""
    return filled(head, unit, LIMIT // 4)


@pytest.mark.parametrize(
    ("make", "code", "advice"),
    [
        (zipped, "not_text", "Unpack it, save a spreadsheet as CSV"),
        (lambda: gzip.compress(b"\0" * LIMIT), "not_text", "Unpack it"),
        (lambda: b"\x28\xb5\x2f\xfd\0\0\0", "not_text", "Unpack it"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_text", "Save the sheet as CSV"),
        (lambda: b"SQLite format 3\0\0\0", "not_text", "text, JSON or CSV"),
        (lambda: b"%PDF-1.7\n", "not_text", "text, JSON or CSV"),
        (lambda: b"\x89PNG\r\n\x1a\n", "not_text", "text, JSON or CSV"),
        (lambda: "PK\x03\x04\x14\ufffd", "not_text", "Unpack it"),
        (lambda: "Übung,Datum\nx,1".encode("cp1252"), "not_utf8", 'choose "CSV UTF-8"'),
        (lambda: "Title,Link\nx,1".encode("utf-16-le"), "unstorable_text", "NUL"),
        (lambda: "Title,Link\nx,1".encode("utf-32"), "unstorable_text", "NUL"),
        (lambda: b"Title,Link\nTwo\0Sum,", "unstorable_text", "NUL"),
        (lambda: " <!DOCTYPE html><html>", "web_page", "the answer of its API"),
        (lambda: b"<?xml version='1.0'?><a/>", "web_page", "the answer of its API"),
        (lambda: b"", "empty_file", "empty"),
        (lambda: b"\xef\xbb\xbf\r\n", "empty_file", "empty"),
        (lambda: b"just some words", "unknown_format", "say format TRACKER"),
    ],
)
def test_what_is_no_file_of_ours_is_told_what_to_do(make, code, advice):
    with pytest.raises(ImportRefused) as refusal:
        rows_in(make())

    assert [problem.code for problem in refusal.value.problems] == [code]
    assert advice in refusal.value.messages[0]


@pytest.mark.parametrize("content", ["Title,Link\n", b"Title,Link", "Title;Link\r\n;\r\n\r\n"])
def test_a_header_alone_has_no_rows(content):
    assert rows_in(content) == []


def test_a_note_may_begin_with_html():
    assert read_document("<b>Two Sum</b>\tx").lines[0].cells == ["<b>Two Sum</b>", "x"]


SLOW = {
    "a million columns": (lambda: filled(b"", b"a,"), "too_many_columns"),
    "a million empty columns": (lambda: filled(b"Title", b","), "unknown_format"),
    "cells without rows": (lambda: filled(HEADER, b"," * 199 + b"x\n"), "too_many_rows"),
    "empty lines": (lambda: filled(HEADER, b"\n"), "too_many_rows"),
    "empty rows": (lambda: filled(HEADER, b",\r"), "too_many_rows"),
    "short rows": (lambda: filled(HEADER, b"x\n"), "too_many_rows"),
    "one quoted cell": (lambda: filled(HEADER + b'"', b"x\n"), "not_a_table"),
    "one cell": (lambda: filled(HEADER, b"9"), "not_a_table"),
    "quotation marks": (lambda: filled(HEADER, b'"'), "not_a_table"),
    "first lines of Anki": (lambda: filled(b"", b"#html:true\n"), "empty_file"),
    "comments": (lambda: filled(ANKI, b"#\n"), "too_many_rows"),
    "pages and lines": (lambda: filled(b"", b'{"entity":0,"record":0}'), "too_many_documents"),
    # Long numbers, and texts on which expressions might go back and forth.
    "digits": (lambda: cells(HEADER, b"x,,," + b"9" * 100_000 + b",\n"), None),
    "dates": (
        lambda: cells(HEADER, b'x,,"Mar 2, 2026' + b" " * 60 + b'9"' + b"," * 200 + b"\n"),
        None,
    ),
    "units": (lambda: cells(HEADER, b"x,,2026-03-01," + b"1 h " * 25_000 + b"\n"), None),
    "links": (
        lambda: cells(HEADER, b"x" + b" " * 500 + b"(http://y,a." + b"b." * 120 + b"\n"),
        None,
    ),
    "parentheses": (lambda: cells(HEADER, b"[" + b"a(" * 60_000 + b")\n"), None),
    "topics": (lambda: cells(HEADER, b'x,,,,"' + b"a," * 60_000 + b'"\n'), None),
    "mistakes": (lambda: cells(HEADER, b'x,,2026-03-01,,,"' + b"bug," * 30_000 + b'"\n'), None),
    "unfinished tags": (lambda: cells(ANKI, b"<a " * 40_000 + b"\n"), None),
    "unfinished attributes": (lambda: cells(ANKI, b"<a href=" * 15_000 + b">\n"), None),
    "unfinished comments": (lambda: cells(ANKI, b"<!--" * 30_000 + b"\n"), None),
    "unfinished gaps": (lambda: cells(ANKI, b"{{c1::" * 20_000 + b"\n"), None),
    "unfinished references": (lambda: cells(ANKI, b"&#" * 60_000 + b"\n"), None),
    "opened links": (lambda: cells(ANKI, b"<a><p>" * 20_000 + b"\n"), None),
}


@pytest.mark.parametrize("name", SLOW)
def test_ten_mebibytes_that_are_made_to_be_slow(name):
    make, code = SLOW[name]
    content = make()
    began = time.process_time()

    problems = problems_of(lambda: rows_in(content))

    assert [problem.code for problem in problems] == ([code] if code else [])
    assert time.process_time() - began < 5  # under a second here; quadratic would be minutes


def test_a_table_that_is_none_of_the_named_format():
    for name in formats.FORMATS:
        # Exports of ours are no rows: they are restored, and refused there.
        if name.name not in {*files.TABLES, "DRILLBOOK"}:
            with refused(("wrong_format", "")):
                rows_in("Title,Link\na,b", name.name)


@pytest.mark.parametrize("name", files.TABLES)
@pytest.mark.parametrize("document", ["[]", "{}", '[{"a": 1}]', '{"status": "OK"}'])
def test_json_is_no_table(name, document):
    with refused(("wrong_format", "")):
        rows_in(document, name, company="Acme")


PIECES = [
    *('"', '""', ",", ";", "\t", "\n", "\r\n", "'=", "-", "0", "9" * 30, "٣", "½", "\u202e", "💥"),
    *("2026-03-01", "3/4/2026", "0000-00-00", "9999-12-31T23:59:59-14:00", "Mar 2, 2026", "12:00"),
    *("https://leetcode.com/problems/two-sum/", "http://[", "leetcode.com/x", "](http://a)", "("),
    *(
        "<a href='http://[",
        "<b>",
        "</",
        "<!--",
        "&#x;",
        "{{c1::",
        "::",
        "_",
        "#",
        "[sound:",
        "<pre>",
    ),
    *("Easy", "Solved", "Y", "1h", "Again", "None", "x" * 300, "Good", "EDGE CASE", "1e400", "NaN"),
]
HEADS = {
    "TRACKER": "Problem,Link,Platform,Platform ID,ID,Difficulty,Topics,Date,Outcome,Duration,"
    "Rating,Help,Mistakes,Importance,Platform Rating,Notes,Code\n",
    "COMPANY": "ID,Title,Acceptance,Difficulty,Frequency,Leetcode Question Link,Topics,Company\n",
    "ANKI": "#separator:comma\n#guid column:1\n#tags column:3\n"
    "#columns:a,Front,tags,Link,Difficulty\n",
    "FSRS_REVIEWS": "card_id,review_time,review_rating,review_state,review_duration\n",
}


@pytest.mark.parametrize("name", HEADS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), max_size=40),
    between=st.sampled_from([",", ",", ",\n", "\n"]),
    day_first=st.sampled_from([None, True]),
)
def test_whatever_stands_in_the_cells_is_read_or_refused(name, cells, between, day_first):
    content = HEADS[name] + between.join(cells)
    found: list[object] = []
    options = {"day_first": day_first, "company": "Acme", "timezone": "Asia/Tokyo"}

    refused = problems_of(lambda: found.extend(rows_in(content, name, **options)))

    problems = [row for row in found if isinstance(row, Finding)]
    assert all(problem.text[-1] in ".?" for problem in (*refused, *problems))


@settings(max_examples=200, deadline=None)
@given(
    content=st.binary(max_size=80)
    | st.text(max_size=80)
    | st.lists(st.sampled_from([*PIECES, *HEADS.values()]), max_size=12).map("".join)
)
def test_whatever_is_sent_is_read_or_refused(content):
    problems = problems_of(lambda: rows_in(content, company="Acme"))

    assert all(problem.text for problem in problems)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists))
def test_any_json_is_of_some_format_or_refused(value):
    problems = problems_of(lambda: formats.detected(read_document(json.dumps([value]))))

    assert {problem.code for problem in problems} <= {
        *("unknown_format", "bad_number", "too_deep", "unstorable_text")
    }
