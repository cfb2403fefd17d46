"""Tables are taken apart as spreadsheets and Anki write them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.transfer import tables
from domain.transfer.formats.columns import headers_of
from domain.transfer.reading import read_document
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once


def cells_of(content):
    return [(line.number, *line.cells) for line in read_document(content).lines]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a,b\n1,2", [(1, "a", "b"), (2, "1", "2")]),
        ("a;b,c\r\n1;2\r\n", [(1, "a", "b,c"), (2, "1", "2")]),
        ("a\tb,c\td\n1,5\t2", [(1, "a", "b,c", "d"), (2, "1,5", "2")]),
        ("a,b\r1,2\r", [(1, "a", "b"), (2, "1", "2")]),
        ("\ufeffa,b\n", [(1, "a", "b")]),
        (b"\xef\xbb\xbfa;\xc3\xa9\n", [(1, "a", "é")]),
        ("a,b\n".encode("utf-16"), [(1, "a", "b")]),
        ("a,b\n".encode("utf-16-be"), None),
        (b"\xfe\xff" + "a,b\n".encode("utf-16-be"), [(1, "a", "b")]),
        ("\n \n a , b \n\n,,\n1\n", [(3, " a ", " b "), (6, "1")]),
        ('a,b\n"1\r\n""2""\n3",4\n5,6', [(1, "a", "b"), (2, '1\r\n"2"\n3', "4"), (5, "5", "6")]),
        ('"a,b;c";d\n1;2', [(1, "a,b;c", "d"), (2, "1", "2")]),
        ("a\n1,2", [(1, "a"), (2, "1", "2")]),
        ("sep=;\r\na;b,c,d\r\n", [(2, "a", "b,c,d")]),
        ("SEP=|\na|b\n", [(2, "a", "b")]),
        ('a,b\nhe said "no",2', [(1, "a", "b"), (2, 'he said "no"', "2")]),
        ("#,Title\n1,x", [(1, "#", "Title"), (2, "1", "x")]),
    ],
)
def test_reads(content, lines):
    if lines is None:
        with refused(("unstorable_text", "line 1")):
            read_document(content)
    else:
        assert cells_of(content) == lines


def test_reads_what_anki_writes_at_the_top():
    content = "#separator:Tab\r\n#HTML:true\r\n#columns:A\tB\r\n#guid column: 1\r\n1\t2;3\r\n"

    table = read_document(content + "# a comment\r\n4\t5\r\n")

    assert table.directives == {
        "separator": "Tab",
        "html": "true",
        "columns": "A\tB",
        "guid column": "1",
    }
    assert [(line.number, *line.cells) for line in table.lines] == [(5, "1", "2;3"), (7, "4", "5")]


@pytest.mark.parametrize(
    ("named", "separator"),
    [
        *[("tab", "\t"), ("Comma", ","), ("semicolon", ";"), ("Pipe", "|"), ("COLON", ":")],
        *[("space", " "), ("|", "|"), ("\t", "\t"), ("", ";"), ('"', ";")],
    ],
)
def test_separators_have_names(named, separator):
    table = read_document(f"#separator:{named}\n#html:true\na;b{separator}c")

    assert table.separator == separator


def test_a_comment_inside_a_cell_is_none():
    content = '#html:false\n"a\n#include <map>"\tb\n'

    assert cells_of(content) == [(2, "a\n#include <map>", "b")]


@pytest.mark.parametrize(
    ("content", "code", "position"),
    [
        ('a,b\n1,2\n"3,4\n5,6', "not_a_table", "line 3"),
        ('a,b\n"1"2,3', "not_a_table", "line 2"),
        ("a\n" + "x" * 131_073, "not_a_table", "line 2"),
        ("a\n\n" + "x," * 200 + "x", "too_many_columns", "line 3"),
        ("#html:true\n", "empty_file", ""),
        ("#html:true\n \n,,\n", "empty_file", ""),
    ],
)
def test_refuses(content, code, position):
    with refused((code, position)):
        read_document(content)


def test_has_limits(settings, monkeypatch):
    settings.IMPORT_MAX_ROWS = 2
    monkeypatch.setattr(tables, "MAX_LINES", 6)

    assert len(cells_of("a\n1\n2")) == 3
    with refused(("too_many_rows", "")):
        read_document("a\n1\n2\n3")
    assert len(cells_of('a\n\n\n\n"1\n2"')) == 2
    with refused(("too_many_rows", "")):
        read_document('a\n\n\n\n"1\n\n2"')


@pytest.mark.parametrize(
    ("cells", "headers"),
    [
        (["Date", " Date ", "date", "Date"], ["Date", "Date (2)", "date", "Date (3)"]),
        (["", "x", " "], ["A", "x", "C"]),
        (["a\nb\u202e", "x" * 80], ["a b", "x" * 60]),
        (["Date (2)", "Date", "Date"], ["Date (2)", "Date", "Date (3)"]),
        ([""] * 28, [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB"]),
    ],
)
def test_every_column_has_one_name(cells, headers):
    assert headers_of(cells) == headers


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_ROWS = st.lists(st.lists(_CELL, min_size=1, max_size=5), min_size=1, max_size=6)


@given(_ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_whatever_a_program_writes_is_read_back(rows, separator, line_end, quote_all):
    written = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(written, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows([["Title", "Link", "Notes"], *rows])

    found = [list(line.cells) for line in tables.read_table(written.getvalue()).lines[1:]]

    while_trimmed = [
        row[: max(i + 1 if cell.strip() else 0 for i, cell in enumerate(row))] for row in rows
    ]
    assert found == [row for row in while_trimmed if row]
