"""What LeetCode's GraphQL answers say."""

from datetime import UTC, datetime

import pytest

from domain.transfer.formats import AS_IT_IS
from domain.transfer.formats import leetcode_answers as answers
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedTag, SkippedRow
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer.files import answer, answered, progressed
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(row, *path):
    """Read a row of the list to which the path leads."""
    (rows,) = answers.rows(answer(*path, rows=[row]), AS_IT_IS)
    return rows.reader.read_row(Fields(rows.values[0], rows.position(0)))


def test_reads_a_submission():
    row = read(answered("868506086"), *answers.SUBMISSIONS)

    assert row.question == ImportedQuestion(
        title="Two Sum",
        platform="LEETCODE",
        external_id="two-sum",
        url="https://leetcode.com/problems/two-sum/",
    )
    assert row.log == ImportedLog(
        external_id="868506086",
        attempted_at=NOON,
        outcome="SOLVED",
        sequence=868506086,
        language="cpp",
    )


@pytest.mark.parametrize("path", [answers.SUBMISSIONS, answers.RECENT, answers.ACCEPTED_ONES])
def test_reads_verdicts_in_every_list(path):
    failed, unjudged, pending = (
        read(answered(**fields), *path)
        for fields in (
            {"statusDisplay": "Wrong Answer"},
            {"statusDisplay": "Compile Error"},
            {"isPending": "Pending"},
        )
    )

    assert failed.log.outcome == "FAILED"
    assert (unjudged.code, pending.code) == ("compile_error", "pending")


def test_takes_no_verdict_for_acceptance_only_in_the_list_of_accepted_ones():
    row = {"id": "7", "title": "Two Sum", "titleSlug": "two-sum", "timestamp": "1772366400"}

    assert read(row, *answers.ACCEPTED_ONES).log == ImportedLog("7", NOON, "SOLVED", sequence=7)
    recent = read(row, *answers.RECENT)
    assert isinstance(recent, SkippedRow)
    assert recent.code == "no_verdict"


def test_reads_the_latest_attempt_of_a_question():
    row = read(progressed(), *answers.PROGRESS)

    assert row.question == ImportedQuestion(
        title="Two Sum",
        platform="LEETCODE",
        external_id="two-sum",
        url="https://leetcode.com/problems/two-sum/",
        difficulty=1,
        tags=(ImportedTag("TOPIC", "Array", ""),),
    )
    assert row.log == ImportedLog("progress:two-sum:1772366400", NOON, "SOLVED")


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"questionStatus": "ATTEMPTED"}, "FAILED"),
        ({"questionStatus": "SOLVED", "lastResult": "WA"}, "SOLVED"),
        ({"questionStatus": "solved"}, "SOLVED"),
        ({"questionStatus": "TO_DO"}, None),
        ({"at": None}, None),
    ],
)
def test_takes_the_outcome_from_the_question(fields, outcome):
    log = read(progressed(**fields), *answers.PROGRESS).log

    assert (log and log.outcome) == outcome


@pytest.mark.parametrize(
    "text",
    ["2026-03-01T12:00:00", "2026-03-01T12:00:00Z", "2026-03-01T21:00:00+09:00"],
)
def test_reads_a_time_without_a_zone_in_utc(text):
    assert read(progressed(text), *answers.PROGRESS).log.attempted_at == NOON


def test_reads_every_list_of_an_answer():
    document = answer(*answers.SUBMISSIONS, rows=[1])
    document["data"] |= answer(*answers.PROGRESS, rows=[2, 3])["data"]

    found = answers.rows(document, AS_IT_IS)

    assert [(rows.path, rows.values) for rows in found] == [
        ("data.submissionList.submissions", [1]),
        ("data.userProgressQuestionList.questions", [2, 3]),
    ]


@pytest.mark.parametrize(
    ("row", "path", "code", "position"),
    [
        (None, answers.RECENT, "wrong_type", ""),
        ({}, answers.RECENT, "missing_field", ".titleSlug"),
        (answered(timestamp=[]), answers.RECENT, "wrong_type", ".timestamp"),
        (answered(id=None), answers.SUBMISSIONS, "wrong_type", ".id"),
        (answered(lang=1), answers.SUBMISSIONS, "wrong_type", ".lang"),
        (answered(isPending=0), answers.SUBMISSIONS, "wrong_type", ".isPending"),
        (progressed("today"), answers.PROGRESS, "bad_value", ".lastSubmittedAt"),
        (progressed(1772366400), answers.PROGRESS, "wrong_type", ".lastSubmittedAt"),
        (progressed("0001-01-01T00:00+14:00"), answers.PROGRESS, "bad_value", ".lastSubmittedAt"),
        (progressed(questionStatus="X"), answers.PROGRESS, "bad_value", ".questionStatus"),
        (progressed(questionStatus=None), answers.PROGRESS, "wrong_type", ".questionStatus"),
        (progressed(difficulty="ALL"), answers.PROGRESS, "bad_value", ".difficulty"),
        (progressed(topicTags=[[]]), answers.PROGRESS, "wrong_type", ".topicTags[0]"),
    ],
)
def test_refuses_a_broken_row_at_its_place(row, path, code, position):
    with pytest.raises(RowRefused) as refusal:
        read(row, *path)

    place = f"data.{'.'.join(path)}[0]{position}"
    assert (refusal.value.problem.code, refusal.value.problem.position) == (code, place)


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ([], "wrong_format", ""),
        ({}, "wrong_format", ""),
        ({"data": None}, "wrong_type", "data"),
        ({"data": {}}, "missing_field", "data"),
        ({"data": {"submissionList": []}}, "wrong_type", "data.submissionList"),
        ({"data": {"submissionList": {}}}, "missing_field", "data.submissionList.submissions"),
        ({"data": {"submissionList": None}}, "failed_answer", "data.submissionList"),
        ({"data": {"recentSubmissionList": {}}}, "wrong_type", "data.recentSubmissionList"),
        ({"errors": [{"message": "not signed in"}], "data": None}, "failed_answer", "errors"),
        ({"errors": ["no"]}, "failed_answer", "errors"),
        ({"errors": 5}, "failed_answer", "errors"),
    ],
)
def test_refuses_another_document(document, code, position):
    with refused((code, position)):
        answers.rows(document, AS_IT_IS)


def test_repeats_why_leetcode_refused_and_says_what_to_do():
    with pytest.raises(ImportRefused) as refusal:
        answers.rows({"errors": [{"message": "That user does not exist."}]}, AS_IT_IS)

    assert refusal.value.messages == [
        "errors: This is LeetCode's refusal, not a list: That user does not exist. Sign in there, "
        "check the query and the user name, and ask again."
    ]
