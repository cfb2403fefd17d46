"""What a submission in LeetCode's pages says."""

from datetime import UTC, datetime

import pytest

from domain.transfer.formats import AS_IT_IS
from domain.transfer.formats import leetcode as pages
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedTag, SkippedRow
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer.files import leetcode
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once

KIB = 1024


def read(row):
    return pages.read_row(Fields(row, "[0]"))


def test_reads_question_topics_and_attempt():
    row = read(leetcode(868506086, notes="One pass.\n", code="int main() {\r\n}\n"))

    assert row.question == ImportedQuestion(
        title="Two Sum",
        platform="LEETCODE",
        external_id="two-sum",
        url="https://leetcode.com/problems/two-sum/",
        tags=(ImportedTag("TOPIC", "Array", ""),),
    )
    assert row.log == ImportedLog(
        external_id="868506086",
        attempted_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        outcome="SOLVED",
        sequence=868506086,
        language="C++",
        notes="One pass.\n",
        solution_code="int main() {\r\n}\n",
    )


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("Accepted", "SOLVED"),
        ("Wrong Answer", "FAILED"),
        ("Time Limit Exceeded", "FAILED"),
        ("Runtime Error", "FAILED"),
        ("accepted", "FAILED"),
        ("A Verdict Of Next Year", "FAILED"),
    ],
)
def test_trusts_the_text_of_the_verdict_and_not_its_number(verdict, outcome):
    for number in (10, 11):
        row = read(leetcode(status_display=verdict, status=number))

        assert row.log.outcome == outcome


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status_display": "Compile Error"}, "compile_error"),
        ({"status_display": "Internal Error"}, "internal_error"),
        ({"status_display": "Pending"}, "pending"),
        ({"status_display": None}, "no_verdict"),
        ({"is_pending": "Pending"}, "pending"),
        ({"is_pending": "Judging"}, "pending"),
    ],
)
def test_skips_what_was_not_judged(fields, code):
    row = read(leetcode(**fields))

    assert isinstance(row, SkippedRow)
    assert row.code == code


def test_reads_numbers_written_as_text():
    row = read(leetcode(id="77", timestamp="1672481357"))

    assert (row.log.external_id, row.log.sequence) == ("77", 77)
    assert row.log.attempted_at == datetime(2022, 12, 31, 10, 9, 17, tzinfo=UTC)


def test_names_the_language_as_it_can():
    assert read(leetcode(lang_name=None)).log.language == "cpp"
    assert read(leetcode(lang_name="", lang=None)).log.language == ""


def test_reads_topics_with_and_without_slugs():
    row = read(leetcode(topic_tags=[{"name": " Graph ", "slug": "graph"}, "Array"]))

    assert [tag.name for tag in row.question.tags] == ["Graph", "Array"]
    assert [tag.path for tag in row.question.tags] == ["topic_tags[0].name", "topic_tags[1]"]


@pytest.mark.parametrize("letter", ["x", "é"])
def test_keeps_an_attempt_without_its_code_if_that_is_too_long(letter):
    most = letter * (64 * KIB // len(letter.encode()))

    fits, is_too_long = read(leetcode(code=most)), read(leetcode(code=most + "x"))

    assert (fits.log.solution_code, fits.left_out) == (most, None)
    assert is_too_long.log.solution_code == ""
    assert is_too_long.log.external_id == "1"
    assert is_too_long.left_out.code == "code_too_long"


@pytest.mark.parametrize(
    ("row", "code", "position"),
    [
        (7, "wrong_type", "[0]"),
        ({}, "missing_field", "[0].title_slug"),
        (leetcode(title_slug="../x"), "bad_value", "[0].title_slug"),
        (leetcode(title=""), "bad_value", "[0].title"),
        (leetcode(title=None), "wrong_type", "[0].title"),
        (leetcode(id=0), "bad_value", "[0].id"),
        (leetcode(id="one"), "bad_value", "[0].id"),
        (leetcode(id="-1"), "bad_value", "[0].id"),
        (leetcode(id="9" * 21), "bad_value", "[0].id"),
        (leetcode(id=1.5), "wrong_type", "[0].id"),
        (leetcode(id=None), "wrong_type", "[0].id"),
        (leetcode(timestamp=True), "wrong_type", "[0].timestamp"),
        (leetcode(timestamp="now"), "bad_value", "[0].timestamp"),
        (leetcode(timestamp="1" * 20), "bad_value", "[0].timestamp"),
        (leetcode(timestamp=-(10**400)), "bad_value", "[0].timestamp"),
        (leetcode(code=[]), "wrong_type", "[0].code"),
        (leetcode(notes=1), "wrong_type", "[0].notes"),
        (leetcode(lang_name=1), "wrong_type", "[0].lang_name"),
        (leetcode(status_display=10), "wrong_type", "[0].status_display"),
        (leetcode(is_pending=False), "wrong_type", "[0].is_pending"),
        (leetcode(topic_tags={}), "wrong_type", "[0].topic_tags"),
        (leetcode(topic_tags=["a", 1]), "wrong_type", "[0].topic_tags[1]"),
        (leetcode(topic_tags=[{}]), "missing_field", "[0].topic_tags[0].name"),
        (leetcode(topic_tags=["a"] * 1001), "bad_value", "[0].topic_tags"),
    ],
)
def test_refuses_a_broken_row_at_its_place(row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read(row)

    assert (refusal.value.problem.code, refusal.value.problem.position) == (code, position)


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ({"submissions_dump": {}}, "wrong_type", "submissions_dump"),
        ({"submissions_dump": None}, "wrong_type", "submissions_dump"),
        ({}, "wrong_format", ""),
        ("Accepted", "wrong_format", ""),
    ],
)
def test_refuses_another_document(document, code, position):
    with refused((code, position)):
        pages.rows(document, AS_IT_IS)


def test_repeats_why_leetcode_refused_and_says_what_to_do():
    with pytest.raises(ImportRefused) as refusal:
        pages.rows({"detail": "Credentials were not provided."}, AS_IT_IS)

    assert [(found.code, str(found)) for found in refusal.value.problems] == [
        (
            "failed_answer",
            "detail: This is a refusal, not a page of submissions: Credentials were not provided. "
            "Sign in to LeetCode, and ask again; after too many requests wait a minute before.",
        )
    ]
