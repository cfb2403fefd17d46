"""What a submission of Codeforces says."""

from datetime import UTC, datetime

import pytest

from domain.questions.models import Difficulty, Outcome
from domain.transfer.formats import AS_IT_IS, codeforces
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedTag, SkippedRow
from tests.domain.transfer.files import a_problem, submission
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once


def read(row):
    return codeforces.read_row(Fields(row, "result[0]"))


def test_reads_question_tags_and_attempt():
    row = read(submission(188976385, "2026-03-01 12:00", programmingLanguage="GNU C++17"))

    assert row.question == ImportedQuestion(
        title="Watermelon A",
        platform="CODEFORCES",
        external_id="4A",
        url="https://codeforces.com/problemset/problem/4/A",
        difficulty=Difficulty.EASY,
        platform_rating=800,
        source="",
        tags=(ImportedTag("TOPIC", "brute force", ""), ImportedTag("TOPIC", "math", "")),
    )
    assert row.log == ImportedLog(
        external_id="188976385",
        attempted_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        outcome=Outcome.SOLVED,
        sequence=188976385,
        duration_seconds=None,
        language="GNU C++17",
    )


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("OK", "SOLVED"),
        ("PARTIAL", "PARTIAL"),
        ("WRONG_ANSWER", "FAILED"),
        ("TIME_LIMIT_EXCEEDED", "FAILED"),
        ("CHALLENGED", "FAILED"),
        ("A_VERDICT_OF_NEXT_YEAR", "FAILED"),
    ],
)
def test_takes_the_outcome_from_the_verdict(verdict, outcome):
    assert read(submission(verdict=verdict)).log.outcome == outcome


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ("COMPILATION_ERROR", "compilation_error"),
        ("SKIPPED", "skipped"),
        ("TESTING", "testing"),
        ("SUBMITTED", "submitted"),
        (None, "no_verdict"),
    ],
)
def test_skips_what_was_not_judged(verdict, code):
    row = read(submission(verdict=verdict))

    assert isinstance(row, SkippedRow)
    assert row.code == code


def test_skips_a_submission_without_a_verdict():
    row = submission()
    del row["verdict"]

    assert read(row).code == "no_verdict"


@pytest.mark.parametrize(
    ("rating", "difficulty"),
    [(None, None), (800, 1), (1199, 1), (1200, 2), (1899, 2), (1900, 3), (3500, 3)],
)
def test_takes_the_difficulty_from_the_rating(rating, difficulty):
    question = read(submission(problem=a_problem(rating=rating))).question

    assert (question.platform_rating, question.difficulty) == (rating, difficulty)


@pytest.mark.parametrize(
    ("problem", "external_id", "url"),
    [
        (
            {"contestId": 1775, "index": "A2"},
            "1775A2",
            "https://codeforces.com/problemset/problem/1775/A2",
        ),
        (
            {"contestId": 99999, "index": "b"},
            "99999B",
            "https://codeforces.com/problemset/problem/99999/B",
        ),
        (
            {"contestId": 100000, "index": "B"},
            "100000B",
            "https://codeforces.com/gym/100000/problem/B",
        ),
        (
            {"contestId": None, "index": "553", "problemsetName": "acmsguru"},
            "acmsguru553",
            "https://codeforces.com/problemsets/acmsguru/problem/99999/553",
        ),
        ({"contestId": None, "index": "7", "problemsetName": "other"}, "other7", ""),
        (
            {"contestId": 5, "index": "A/../B"},
            "5A/../B",
            "https://codeforces.com/problemset/problem/5/A%2F..%2FB",
        ),
    ],
)
def test_names_and_links_the_problem(problem, external_id, url):
    question = read(submission(problem=a_problem() | problem)).question

    assert (question.external_id, question.url) == (external_id, url)


def test_does_without_what_may_be_absent():
    row = {
        "id": 7,
        "creationTimeSeconds": 1673519618,
        "problem": {"contestId": 4, "index": "A", "name": "Watermelon"},
        "verdict": "OK",
    }

    read_row = read(row)

    assert read_row.question.tags == ()
    assert read_row.question.platform_rating is None
    assert read_row.log.language == ""


@pytest.mark.parametrize(
    ("row", "code", "position"),
    [
        (None, "wrong_type", "result[0]"),
        ([], "wrong_type", "result[0]"),
        ({}, "missing_field", "result[0].problem"),
        (submission(problem={"name": "A"}), "missing_field", "result[0].problem.index"),
        (submission(problem="Watermelon"), "wrong_type", "result[0].problem"),
        (submission(problem=a_problem(name=None)), "wrong_type", "result[0].problem.name"),
        (submission(problem=a_problem(name=" ")), "bad_value", "result[0].problem.name"),
        (submission(problem=a_problem(index=1)), "wrong_type", "result[0].problem.index"),
        (submission(problem=a_problem(contestId="4")), "wrong_type", "result[0].problem.contestId"),
        (submission(problem=a_problem(contestId=0)), "bad_value", "result[0].problem.contestId"),
        (
            submission(problem=a_problem(contestId=None)),
            "missing_field",
            "result[0].problem.contestId",
        ),
        (submission(problem=a_problem(rating=800.5)), "wrong_type", "result[0].problem.rating"),
        (submission(problem=a_problem(tags="dp")), "wrong_type", "result[0].problem.tags"),
        (submission(problem=a_problem(tags=["dp", 1])), "wrong_type", "result[0].problem.tags[1]"),
        (submission(id="1"), "wrong_type", "result[0].id"),
        (submission(id=True), "wrong_type", "result[0].id"),
        (submission(id=-1), "bad_value", "result[0].id"),
        (submission(creationTimeSeconds="now"), "wrong_type", "result[0].creationTimeSeconds"),
        (submission(creationTimeSeconds=10**18), "bad_value", "result[0].creationTimeSeconds"),
        (submission(creationTimeSeconds=-(10**400)), "bad_value", "result[0].creationTimeSeconds"),
        (submission(verdict=1), "wrong_type", "result[0].verdict"),
        (submission(programmingLanguage={}), "wrong_type", "result[0].programmingLanguage"),
    ],
)
def test_refuses_a_broken_row_at_its_place(row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read(row)

    assert (refusal.value.problem.code, refusal.value.problem.position) == (code, position)


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ({"status": "OK"}, "missing_field", "result"),
        ({"status": "OK", "result": {}}, "wrong_type", "result"),
        ({"status": "WELL", "result": []}, "bad_value", "status"),
        ({"status": "FAILED", "comment": "handle: not found"}, "failed_answer", "comment"),
        ({"status": "FAILED"}, "failed_answer", "comment"),
        ("OK", "wrong_format", ""),
        (7, "wrong_format", ""),
    ],
)
def test_refuses_another_document(document, code, position):
    with refused((code, position)):
        codeforces.rows(document, AS_IT_IS)


def test_repeats_why_codeforces_refused():
    comment = "handle: User with handle nobody not found\x1b[31m"

    with pytest.raises(Exception) as refusal:  # noqa: PT011
        codeforces.rows({"status": "FAILED", "comment": comment}, AS_IT_IS)

    assert refusal.value.messages == [
        "comment: This is Codeforces' refusal, not a list of submissions: "
        "handle: User with handle nobody not found[31m. Check the handle in the address, and ask "
        "again."
    ]
