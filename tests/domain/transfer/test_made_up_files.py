"""The files in the layouts of other programs are imported whole, and twice is once."""

import pytest

from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.questions.models import Question
from domain.transfer.reports import Counts
from tests.domain.practice.replay import expected, stored
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.schema.tables import dump

pytestmark = pytest.mark.once


def logged():
    """Every attempt: its question, outcome, language, and whether it counts."""
    columns = "external_id", "question__external_id", "outcome", "language", "counts_for_review"
    return sorted(QuestionLog.objects.values_list(*columns))


def noted(report):
    return [(note.code, note.position) for note in report.notes]


@pytest.mark.parametrize("name", files.FILES)
def test_a_second_import_changes_nothing(name, imported):
    content = files.FILES[name].read_bytes()
    first = imported(content)
    before = dump()

    second = imported(content)

    assert dump() == before
    assert (second.format, first.created > 0) == (name, True)
    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert (second.skipped, second.notes) == (first.skipped, first.notes)


@pytest.mark.parametrize("name", files.FILES)
def test_what_is_derived_is_a_replay(name, imported):
    imported(files.FILES[name].read_bytes())

    for question in Question.objects.all()[:50]:
        assert stored(question) == expected(question)


def test_pages_of_leetcode(imported):
    report = imported(files.LEETCODE.read_bytes())

    assert report.questions == Counts(created=3)
    assert report.tags == Counts(created=2)
    assert logged() == [
        ("1101", "lru-cache", "FAILED", "Python3", True),
        ("1102", "lru-cache", "FAILED", "Python3", True),
        ("1188", "unique-paths-iii", "SOLVED", "C++", True),
        ("1200", "two-sum", "FAILED", "Python3", False),
        ("1201", "two-sum", "SOLVED", "Python3", True),
    ]
    assert (report.logs, report.skipped) == (Counts(created=5), 2)
    assert noted(report) == [
        ("compile_error", "documents[0].submissions_dump[2]"),
        ("internal_error", "documents[1].submissions_dump[2]"),
    ]
    log = QuestionLog.objects.get(external_id="1201")
    assert log.notes == "One pass is enough."
    assert log.solution_code.startswith("class Solution:\n    def twoSum(")
    crlf = QuestionLog.objects.get(external_id="1188").solution_code
    assert crlf == "int uniquePathsIII() {\r\n\treturn 0;\r\n}\r\n"


def test_answers_of_leetcode(imported):
    report = imported(files.LEETCODE_ANSWERS.read_bytes())

    assert report.questions == Counts(created=5)
    assert logged() == [
        ("1102", "lru-cache", "FAILED", "java", True),
        ("1188", "unique-paths-iii", "SOLVED", "", True),
        ("1200", "two-sum", "FAILED", "python3", False),
        ("1201", "two-sum", "SOLVED", "python3", True),
        ("progress:lru-cache:1756757700", "lru-cache", "FAILED", "", False),
        ("progress:valid-parentheses:1752474069", "valid-parentheses", "SOLVED", "", True),
    ]
    assert noted(report) == [("compile_error", "documents[0].data.submissionList.submissions[2]")]
    difficulties = dict(Question.objects.values_list("external_id", "difficulty"))
    assert difficulties == {
        "two-sum": None,
        "unique-paths-iii": None,
        "lru-cache": 2,
        "valid-parentheses": 1,
        "median-of-two-sorted-arrays": 3,
    }


def test_answers_after_pages_add_only_what_is_new(imported):
    imported(files.LEETCODE.read_bytes())

    report = imported(files.LEETCODE_ANSWERS.read_bytes())

    assert report.questions == Counts(created=2, updated=1, unchanged=2)
    assert report.logs == Counts(created=2, unchanged=4)


def test_pages_of_codewars(imported):
    report = imported(files.CODEWARS.read_bytes())

    assert report.questions == Counts(created=4)
    assert logged() == [
        (number, number, "SOLVED", language, True)
        for number, language in (
            ("514b92a657cdc65150000006", "javascript, ruby"),
            ("52449b062fb80683ec000024", "python, typescript, haskell, objectivec"),
            ("53d16bd82578b1fb5b00128c", "java"),
            ("5412509bd436bd33920011bc", "python"),
        )
    ]


def test_a_backup_of_leetsrs(imported):
    report = imported(files.LEETSRS.read_bytes())

    assert report.questions == Counts(created=4)
    assert report.reviews == Counts(created=3)
    columns = "question__external_id", "state", "stability", "is_suspended"
    assert sorted(ReviewState.objects.values_list(*columns)) == [
        ("jump-game", 0, None, True),
        ("lru-cache", 3, 0.4, True),
        ("two-sum", 2, 38.25, False),
    ]
    notes = dict(Question.objects.exclude(notes="").values_list("external_id", "notes"))
    assert notes == {"two-sum": "Store the complement.\nOne pass."}


def test_a_file_of_leetsolv(imported):
    report = imported(files.LEETSOLV.read_bytes())

    assert report.questions == Counts(created=3)
    assert report.reviews == Counts(created=2)
    assert (report.skipped, noted(report)) == (1, [("not_leetcode", 'questions."5"')])
    columns = "question__external_id", "stability", "difficulty", "reps"
    assert sorted(ReviewBaseline.objects.values_list(*columns)) == [
        ("lru-cache", 1.0, 9.0, 1),
        ("two-sum", 20.0, 5.0, 3),
    ]
    columns = "title", "importance", "notes"
    assert sorted(Question.objects.values_list(*columns)) == [
        ("Lru Cache", 4, ""),
        ("Two Sum", 2, "Complement in a map"),
        ("Word Ladder", 1, "BFS by layers"),
    ]


def test_pages_of_two_formats_are_refused(imported, db):
    pages = files.CODEWARS.read_text() + files.LEETSRS.read_text()

    with refused(("wrong_type", "documents[2].data")):
        imported(pages)


def test_rows_are_counted_over_all_pages(imported, settings):
    settings.IMPORT_MAX_ROWS = 3

    with refused(("too_many_rows", "")):
        imported(files.CODEWARS.read_bytes())


def test_a_broken_row_of_a_later_page_is_named(imported, db):
    pages = files.CODEWARS.read_text().replace('"2025-05-02T08:00:00Z"', '"1999-05-02"')

    with refused(("bad_value", "documents[1].data[0].completedAt")):
        imported(pages)

    assert not Question.objects.exists()
