"""What a row of somebody's spreadsheet says."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.transfer import formats
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.headers import TrackerField
from domain.transfer.formats.imported import ImportedTag
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import at_place, only_row, rows_in, sheet

pytestmark = pytest.mark.once

LINK = "https://leetcode.com/problems/two-sum/"


def row(**cells):
    """A row with a title and a date, and cells by header; an underscore stands for a space."""
    named = {"Problem": "Two Sum", "Date": "2026-03-01 12:00"}
    named |= {header.replace("_", " "): cell for header, cell in cells.items()}
    return only_row(sheet(named), "TRACKER")


def tags(*names, kind="TOPIC"):
    return tuple(ImportedTag(kind, name, "") for name in names)


def test_a_sheet_is_read_whole():
    found = rows_in(files.TRACKER.read_bytes(), timezone="Europe/Berlin")

    assert [
        (it.question.external_id or it.question.title, it.log and (it.log.outcome, it.log.is_day))
        for it in found
    ] == [
        ("two-sum", ("SOLVED", True)),
        ("lru-cache", ("FAILED", False)),
        ("lru-cache", ("SOLVED", True)),
        ("4A", ("SOLVED", True)),
        ("Rotate a matrix in place", ("SOLVED", True)),
        ("word-ladder", None),
    ]
    second = found[1]
    assert second.question.tags == tags("Hash Table", "Linked List")
    assert second.log.attempted_at == datetime(2026, 1, 6, 17, 30, tzinfo=UTC)
    assert (second.log.duration_seconds, second.log.rating) == (3900, 1)
    assert second.log.notes == 'Said "O(1)" and forgot the tail'
    assert found[2].log.approach == "=map + list"
    assert found[3].question.tags == tags("Math", "Brute Force")
    assert (found[5].question.notes, found[5].question.difficulty) == ("Next week", 3)


@pytest.mark.parametrize(
    ("cells", "identity"),
    [
        ({"Link": LINK}, ("Two Sum", "LEETCODE", "two-sum", LINK)),
        (
            {"URL": "leetcode.com/problems/Two-Sum/description"},
            ("Two Sum", "LEETCODE", "two-sum", LINK),
        ),
        ({"Problem": LINK}, ("Two Sum", "LEETCODE", "two-sum", LINK)),
        ({"Problem": f"Sum of two ({LINK})"}, ("Sum of two", "LEETCODE", "two-sum", LINK)),
        ({"Problem": f"[Sum (2)]({LINK})"}, ("Sum (2)", "LEETCODE", "two-sum", LINK)),
        ({"Problem": f"[x] y ({LINK})"}, ("[x] y", "LEETCODE", "two-sum", LINK)),
        ({"Problem": "f(x)"}, ("f(x)", "OTHER", "", "")),
        ({}, ("Two Sum", "OTHER", "", "")),
        ({"Platform": "LeetCode"}, ("Two Sum", "LEETCODE", "", "")),
        ({"Platform": "LC", "Platform_ID": "two-sum"}, ("Two Sum", "LEETCODE", "two-sum", "")),
        ({"Platform": "GeeksforGeeks"}, ("Two Sum", "OTHER", "", "")),
        ({"Platform": "Book", "Link": LINK}, ("Two Sum", "BOOK", "", LINK)),
        ({"Link": "https://example.org/a-b"}, ("Two Sum", "OTHER", "", "https://example.org/a-b")),
        (
            {"Problem": "", "Link": "https://example.org/a-b/"},
            ("A B", "OTHER", "", "https://example.org/a-b/"),
        ),
        ({"Link": "https://codeforces.com/contest/4/problem/a"}, None),
        ({"Link": "https://leetcode.com/problems/%2e%2e/"}, ("Two Sum", "LEETCODE", "", None)),
    ],
)
def test_a_question_is_known_by_its_link_else_by_its_title(cells, identity):
    question = row(**cells).question

    if identity is None:
        assert (question.platform, question.external_id) == ("CODEFORCES", "4A")
    else:
        url = question.url if identity[3] is None else identity[3]
        assert (question.title, question.platform, question.external_id) == identity[:3]
        assert question.url == url


def test_our_own_id_is_taken():
    assert row(ID="018f2b6e-0000-7000-8000-000000000001").question.uid == UUID(
        "018f2b6e-0000-7000-8000-000000000001"
    )
    assert row(ID="146").question.uid is None


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        *[
            (word, "SOLVED")
            for word in ("Y", "yes", "TRUE", "x", "✓", "✔️", "✅", "Done", "AC", "1")
        ],
        *[(word, "FAILED") for word in ("N", "No", "FALSE", "❌", "Attempted", "Not solved", "0")],
        *[("Partial", "PARTIAL"), ("Partly solved", "PARTIAL"), ("", "SOLVED"), ("-", "SOLVED")],
    ],
)
def test_outcomes(word, outcome):
    assert row(Solved=word).log.outcome == outcome


@pytest.mark.parametrize("word", ["To do", "Not started", "Todo", "new"])
def test_what_was_left_alone_is_no_attempt(word):
    assert row(Status=word).log is None


def test_a_row_without_a_date_is_a_question():
    found = row(Date="", Notes="Mind the index", Solved="Y")

    assert (found.log, found.question.notes) == (None, "Mind the index")
    assert found.left_out.code == "no_date"
    assert row(Date="n/a", Solved="").left_out is None


def test_notes_are_those_of_the_attempt_if_there_is_one():
    found = row(Comments="Mind the\nindex ")

    assert (found.question.notes, found.log.notes) == ("", "Mind the\nindex ")


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"Time Taken (min)": "25"}, "duration_seconds", 1500),
        ({"Duration Minutes": "1h 20m"}, "duration_seconds", 4800),
        ({"Time Spent (sec)": "90"}, "duration_seconds", 90),
        ({"Rating": "Good"}, "rating", 3),
        ({"Confidence (1-4)": "4"}, "rating", 4),
        ({"Confidence": "٤"}, "rating", 4),
        ({"Help": "Hint"}, "help", "HINT"),
        ({"Help": "no"}, "help", "NONE"),
        ({"Approach Pattern": "Two pointers"}, "approach", "Two pointers"),
        ({"Time Complexity": "O(n)"}, "time_complexity", "O(n)"),
        ({"TC": "n/a"}, "time_complexity", ""),
        ({"Space complexity": "O(1)"}, "space_complexity", "O(1)"),
        (
            {"Mistakes": "Edge case; off-by-one, Bug"},
            "mistakes",
            ("EDGE_CASE", "OFF_BY_ONE", "BUG"),
        ),
        ({"Mistakes": "Panicked"}, "notes", "Panicked"),
        ({"Language": "Python 3"}, "language", "Python 3"),
        ({"Solution Code": "a = 1\n  b"}, "solution_code", "a = 1\n  b"),
        ({"Approach": "x" * 201, "Notes": "y"}, "notes", "y\n\n" + "x" * 201),
        ({"Notes": "'=1+1"}, "notes", "=1+1"),
        ({"Notes": "'quoted'"}, "notes", "'quoted'"),
    ],
)
def test_what_else_it_says_of_the_attempt(cells, column, value):
    assert getattr(row(**cells).log, column) == value


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"Level": "med."}, "difficulty", 2),
        ({"Topic Tags": '["Array","Hash Table"]'}, "tags", tags("Array", "Hash Table")),
        ({"Dominant Topic": "DP\nGraphs | Trees"}, "tags", tags("DP", "Graphs", "Trees")),
        ({"Tags": "a, a,, b"}, "tags", tags("a", "b")),
        ({"Tags": "C, D; E/F"}, "tags", tags("C, D", "E/F")),
        ({"Tags": "C, D;"}, "tags", tags("C, D")),
        (
            {"Tags": "Heap / Priority Queue, Tree/Trie"},
            "tags",
            tags("Heap / Priority Queue", "Tree", "Trie"),
        ),
        ({"Topic": "a", "Tags": "b"}, "tags", tags("a") + tags("b", kind="CUSTOM")),
        ({"Pattern": "BFS"}, "tags", tags("BFS", kind="PATTERN")),
        ({"Companies": "Acme; Ex"}, "tags", tags("Acme", "Ex", kind="COMPANY")),
        ({"Importance": "4"}, "importance", 4),
        ({"Platform Rating": "1900"}, "platform_rating", 1900),
        ({"Source": "Blue book"}, "source", "Blue book"),
    ],
)
def test_what_else_it_says_of_the_question(cells, column, value):
    assert getattr(row(**cells).question, column) == value


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"Difficulty": "Medum"}, "line 2, column Difficulty"),
        ({"Date": "3/4/2026"}, "line 2, column Date"),
        ({"Date": "soon"}, "line 2, column Date"),
        ({"Solved": "maybe"}, "line 2, column Solved"),
        ({"Time": "1:20"}, "line 2, column Time"),
        ({"Duration": "-5"}, "line 2, column Duration"),
        ({"Confidence": "5"}, "line 2, column Confidence"),
        ({"Rating": "1900"}, "line 2, column Rating"),
        ({"Importance": "high"}, "line 2, column Importance"),
        ({"Platform Rating": "9" * 1000}, "line 2, column Platform Rating"),
        ({"Help": "a lot"}, "line 2, column Help"),
        ({"Topics": "a," * 1001}, "line 2, column Topics"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(cells, place):
    assert at_place(row(**cells)) == ("bad_value", place)


def test_a_column_that_means_something_else_can_be_left_out():
    table = sheet({"Problem": "Two Sum", "Date": "2026-03-01", "Rating": "1900"})

    assert "map RATING to an empty header" in only_row(table).text
    found = only_row(table, columns={"RATING": "", "platform_rating": "Rating"})
    assert (found.log.rating, found.question.platform_rating) == (None, 1900)


def test_days_of_numbers_need_a_choice():
    table = sheet({"Problem": "Two Sum", "Date": "3/4/2026"})

    assert "dayFirst" in only_row(table).text
    assert only_row(table, day_first=True).log.attempted_at.month == 4
    assert only_row(table, day_first=False).log.attempted_at.month == 3


def test_an_attempt_of_which_only_the_day_is_known_has_an_id_of_that_day():
    first, again, failed, other = (
        it.log.external_id
        for it in rows_in(
            sheet(
                {"Problem": "Two Sum", "Date": "2026-03-01", "Solved": ""},
                {"Problem": "two sum", "Date": "1 March 2026", "Solved": "y"},
                {"Problem": "Two Sum", "Date": "2026-03-01", "Solved": "n"},
                {"Problem": "Three Sum", "Date": "2026-03-01", "Solved": "y"},
            )
        )
    )

    assert first.startswith("day:2026-03-01:")
    assert first == again
    assert len({first, failed, other}) == 3
    assert row(Date="2026-03-01 12:00").log.external_id == ""


def test_attempts_of_one_moment_keep_their_order():
    same = {"Problem": "Two Sum", "Date": "2026-03-01"}

    found = [it.log.sequence for it in rows_in(sheet(same, same, same))]

    assert found == [2, 3, 4]


@pytest.mark.parametrize("title", ["", "  "])
def test_a_row_that_names_no_question_is_left_out(title):
    assert row(Problem=title).code == "no_title"


def test_what_is_no_link_is_left_out():
    assert row(Link="see mail").left_out.code == "not_a_link"
    assert row(Link="javascript:alert(1)").question.url == ""


def test_code_that_is_too_long_is_left_out():
    found = row(Code="x" * 65_537)

    assert (found.left_out.code, found.log.solution_code) == ("code_too_long", "")


def test_cells_beyond_the_header_are_refused():
    found = rows_in("Problem,Link\na,,b\nc\nd,,,\n", "TRACKER")

    assert at_place(found[0]) == ("bad_row", "line 2")
    assert [it.question.title for it in found[1:]] == ["c", "d"]


@pytest.mark.parametrize(
    "columns",
    [
        {"TITLE": "aufgabe ", "LINK": "Verknüpfung", "DATE": "Wann"},
        {"title": "Aufgabe", "url": "VERKNÜPFUNG", "attempted_at": "wann"},
        {"Title": "Aufgabe", "link": "Verknüpfung", "attemptedAt": "Wann"},
    ],
)
def test_columns_can_be_named(columns):
    table = (
        "Aufgabe;Verknüpfung;Wann\nTwo Sum;https://leetcode.com/problems/two-sum;2026-03-01 12:00"
    )

    found = only_row(table, columns=columns)

    assert (found.question.external_id, found.log.attempted_at.day) == ("two-sum", 1)


@pytest.mark.parametrize(
    ("columns", "code", "position"),
    [
        ({"Titel": "Aufgabe"}, "unknown_field", ""),
        ({"TITLE": "Problem"}, "unknown_column", "line 1"),
        ({"DATE": "Wann"}, "missing_column", "line 1"),
        ({}, "missing_column", "line 1"),
    ],
)
def test_wrong_names_of_columns_are_refused(columns, code, position):
    table = read_document("Aufgabe;Wann\nTwo Sum;2026-03-01")

    with refused((code, position)):
        formats.rows_of(table, formats.named("TRACKER"), ImportOptions(columns=columns))


def test_columns_that_stand_for_nothing_are_told():
    table = read_document("Title,Link,Mood,Weather\na,b,c,d")

    (rows,) = formats.rows_of(table, formats.detected(table))

    assert [it.reason for it in rows.left_out] == ["These columns are not read: Mood, Weather."]


def test_every_field_can_be_named():
    for field in TrackerField:
        columns = {"TITLE": "T"} | {field: "T" if field == "TITLE" else "Spalte"}
        assert (
            only_row("T,Spalte\nTwo Sum,", "TRACKER", columns=columns).question.title == "Two Sum"
        )


@pytest.mark.parametrize("document", [{}, [], 5, None, read_document("#html:true\na\tb")])
def test_only_a_table_with_a_header_has_rows(document):
    with refused(("wrong_format", "")):
        formats.named("TRACKER").rows(document, ImportOptions())


@pytest.mark.parametrize("name", files.TABLES)
def test_a_row_without_the_columns_of_its_file_is_refused(name):
    with pytest.raises(RowRefused) as refusal:
        formats.named(name).read_row(Fields({}, "line 2"))

    assert refusal.value.problem.position == "line 2"
