"""The real files are imported whole; what is expected is counted from the files by other means."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from domain.transfer.reports import Counts
from tests.domain.transfer import files

UNJUDGED = {"COMPILATION_ERROR"}


@pytest.fixture
def submissions():
    return json.loads(files.CODEFORCES.read_text())["result"]


def problem_id(row):
    return f"{row['contestId']}{row['problem']['index']}"


def tag_names(question):
    return sorted((tag.kind, tag.name) for tag in question.tags.all())


def test_codeforces_is_counted(imported):
    report = imported(files.CODEFORCES.read_bytes())

    assert report.format == "CODEFORCES"
    assert report.questions == Counts(created=31)
    assert report.tags == Counts(created=13)
    assert report.logs == Counts(created=43)
    assert (report.created, report.updated, report.unchanged) == (87, 0, 0)
    assert (report.skipped, report.failed) == (4, 0)
    assert [(note.code, note.position) for note in report.notes] == [
        ("compilation_error", "result[11]"),
        ("compilation_error", "result[12]"),
        ("compilation_error", "result[30]"),
        ("compilation_error", "result[46]"),
    ]


def test_codeforces_questions_are_the_problems_of_the_file(imported, submissions):
    imported(files.CODEFORCES.read_bytes())

    problems = {problem_id(row): row["problem"] for row in submissions}
    assert {
        question.external_id: (question.title, question.platform_rating, tag_names(question))
        for question in Question.objects.all()
    } == {
        key: (
            problem["name"].strip(),
            problem["rating"],
            sorted(("TOPIC", tag) for tag in problem["tags"]),
        )
        for key, problem in problems.items()
    }
    assert Counter(Question.objects.values_list("difficulty", flat=True)) == {1: 25, 2: 6}
    assert set(Question.objects.values_list("platform", flat=True)) == {"CODEFORCES"}


def test_codeforces_logs_are_the_judged_submissions(imported, submissions):
    imported(files.CODEFORCES.read_bytes())

    assert {
        log.external_id: (log.question.external_id, log.attempted_at, log.outcome, log.language)
        for log in QuestionLog.objects.select_related("question")
    } == {
        str(row["id"]): (
            problem_id(row),
            datetime.fromtimestamp(row["creationTimeSeconds"], UTC),
            "SOLVED" if row["verdict"] == "OK" else "FAILED",
            row["programmingLanguage"],
        )
        for row in submissions
        if row["verdict"] not in UNJUDGED
    }
    assert Counter(QuestionLog.objects.values_list("outcome", flat=True)) == {
        "SOLVED": 25,
        "FAILED": 18,
    }


def test_codeforces_counts_the_last_submission_of_a_question_and_day(imported, submissions):
    imported(files.CODEFORCES.read_bytes())

    last = {}
    for row in sorted(submissions, key=lambda row: row["creationTimeSeconds"]):
        if row["verdict"] not in UNJUDGED:
            moment = datetime.fromtimestamp(row["creationTimeSeconds"], UTC)
            day = (moment - timedelta(hours=4)).date()
            last[row["contestId"], row["problem"]["index"], day] = str(row["id"])
    counted = QuestionLog.objects.filter(counts_for_review=True)
    assert set(counted.values_list("external_id", flat=True)) == set(last.values())
    assert len(last) == 33


def test_neetcode_is_counted(imported):
    report = imported(files.NEETCODE.read_bytes())

    assert report.format == "NEETCODE"
    assert report.questions == Counts(created=450)
    assert report.tags == Counts(created=19)
    assert report.logs == Counts()
    assert (report.skipped, report.notes) == (0, ())
    difficulties = Counter(Question.objects.values_list("difficulty", flat=True))
    assert difficulties == {1: 109, 2: 289, 3: 52}


def test_neetcode_questions_are_the_rows_of_the_file(imported):
    imported(files.NEETCODE.read_bytes())

    assert {
        (question.title, question.url, question.source, *tag_names(question))
        for question in Question.objects.all()
    } == {
        (
            row["problem"].strip(),
            f"https://leetcode.com/problems/{row['link']}",
            "NeetCode",
            ("PATTERN", row["pattern"]),
        )
        for row in json.loads(files.NEETCODE.read_text())
    }


def test_blind75_is_counted(imported):
    report = imported(files.BLIND75.read_bytes())

    assert report.format == "BLIND75"
    assert report.questions == Counts(created=75)
    assert report.tags == Counts(created=44)
    assert Tag.objects.filter(kind="TOPIC").count() == 28
    assert Tag.objects.filter(kind="PATTERN").count() == 16


def test_blind75_questions_are_the_rows_of_the_file(imported):
    imported(files.BLIND75.read_bytes())

    assert {
        (question.title, question.url, question.external_id, *tag_names(question))
        for question in Question.objects.all()
    } == {
        (
            row["title"],
            row["url"],
            row["slug"],
            *[("PATTERN", row["listMeta"]["section"])],
            *sorted(("TOPIC", topic) for topic in row["topics"]),
        )
        for row in json.loads(files.BLIND75.read_text())
    }


def test_neetcode_after_blind75_completes_the_same_questions(imported):
    imported(files.BLIND75.read_bytes())

    report = imported(files.NEETCODE.read_bytes())

    sections = {
        row["slug"]: row["listMeta"]["section"] for row in json.loads(files.BLIND75.read_text())
    }
    patterns = {
        row["link"].strip("/"): row["pattern"] for row in json.loads(files.NEETCODE.read_text())
    }
    retagged = [slug for slug, section in sections.items() if patterns[slug] != section]
    assert len(retagged) == 1
    assert report.questions == Counts(created=375, updated=1, unchanged=74)
    assert report.tags == Counts(created=4, unchanged=15)
    assert Question.objects.count() == 450
    assert Question.objects.filter(source="Blind 75").count() == 75
    changed = Question.objects.exclude(version=1).get()
    assert (changed.external_id, changed.version) == (retagged[0], 2)


@pytest.mark.parametrize("path", files.REAL_FILES, ids=lambda path: path.stem)
def test_a_second_import_changes_nothing(path, imported):
    first = imported(path.read_bytes())
    before = everything()

    second = imported(path.read_bytes())

    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert (second.skipped, second.notes) == (first.skipped, first.notes)
    assert everything() == before


def everything():
    tables = [Question, Tag, QuestionTag, QuestionLog]
    return [list(table.objects.order_by("pk").values()) for table in tables]
