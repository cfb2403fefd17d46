"""What cannot be restored is refused with its place, in words that say what is wrong."""

import json
from typing import Any

import pytest
from django.db import connection

from domain.archive.documents import lines
from domain.base.models import new_uid
from domain.goals.services.goals import MAX_GOALS
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from domain.questions.services.tagging import MAX_TAGS
from tests.domain.archive.restoring import export, exported, furnish, furnished, restored
from tests.factories import NOW, GoalFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

UNKNOWN = "0190f3a4-7b3c-7000-8000-000000000000"
TOMORROW = "2026-03-03T09:30:00Z"


@pytest.fixture
def document(db: None) -> Any:
    """A little of everything, each list in an order that tests can name."""
    whole = json.loads(furnished()[0])
    whole["tags"].sort(key=lambda tag: tag["name"])
    whole["questions"].sort(key=lambda question: question["title"])
    whole["questions"][2]["tags"].sort(key=lambda link: link["frequency"] is None)
    whole["logs"].sort(key=lambda log: log["deletedAt"] is not None)
    whole["sessions"].sort(key=lambda session: session["startedAt"])
    return whole


def changed(whole: Any, path: str, value: Any) -> None:
    """Put a value at a place such as ``logs[0].rating``; a function makes it of the old one."""
    *holders, last = path.replace("]", "").replace("[", ".").split(".")
    for key in holders:
        whole = whole[int(key) if isinstance(whole, list) else key]
    key = int(last) if isinstance(whole, list) else last
    whole[key] = value(whole[key]) if callable(value) else value


SOLVED = "questions[2]"  # Gone, Known Elsewhere, Two Sum
OVER = "sessions[0]"
CASES: list[tuple[str, Any, str, str]] = [
    # What is changed, to what, the code, and the place if it is another one.
    ("settings.timezone", "Mars/Olympus", "bad_value", ""),
    ("settings.desiredRetention", 0.99, "bad_value", ""),
    ("settings.desiredRetention", "0.9", "wrong_type", ""),
    ("settings.newPerDay", True, "wrong_type", ""),
    ("settings.fsrsParameters", [900] * 21, "bad_value", ""),
    ("settings.fsrsParameters", [0.1], "bad_value", ""),
    ("tags", {}, "wrong_type", ""),
    ("tags[0]", None, "wrong_type", ""),
    ("tags[0].id", "dp", "bad_value", ""),
    ("tags[0].name", " \n ", "bad_value", ""),
    ("tags[0].name", "x" * 51, "bad_value", ""),
    ("tags[0].colour", "red", "bad_value", ""),
    ("tags[0].kind", "TEAM", "bad_value", ""),
    ("tags[0].version", 0, "bad_value", ""),
    ("tags[0].version", 2**31, "bad_value", ""),
    ("tags[0].createdAt", TOMORROW, "in_the_future", ""),
    ("tags[0].createdAt", "1999-12-31T23:59:59Z", "bad_value", ""),
    ("tags[0].createdAt", "2026-03-02T09:30:00", "bad_value", ""),
    (f"{SOLVED}.url", "ftp://example.com", "bad_value", ""),
    (f"{SOLVED}.difficulty", 1, "wrong_type", ""),
    (f"{SOLVED}.difficulty", "VERY HARD", "bad_value", ""),
    (f"{SOLVED}.importance", 5, "bad_value", ""),
    (f"{SOLVED}.notes", "x" * 100_001, "bad_value", ""),
    (f"{SOLVED}.notes", "\x00", "bad_value", ""),
    (f"{SOLVED}.slug", "", "bad_value", ""),
    (f"{SOLVED}.tags", None, "wrong_type", ""),
    (f"{SOLVED}.tags[0].tag", UNKNOWN, "unknown_id", ""),
    (f"{SOLVED}.tags[0].frequency", 101, "bad_value", ""),
    (f"{SOLVED}.tags[0].frequency", 10**400, "bad_value", ""),
    (f"{SOLVED}.tags[0].window", "1D", "bad_value", ""),
    (f"{SOLVED}.tags[1].frequency", 5, "not_a_company", f"{SOLVED}.tags[1]"),
    (f"{SOLVED}.tags", lambda tags: tags * 2, "tag_taken", f"{SOLVED}.tags[2].tag"),
    (f"{SOLVED}.review.postponedUntil", "2028-01-01T00:00:00Z", "too_far_away", ""),
    ("questions[1].baseline.state", "NEW", "bad_value", ""),
    ("questions[1].baseline.stability", 0, "bad_value", ""),
    ("questions[1].baseline.reviewedAt", TOMORROW, "in_the_future", ""),
    ("questions[1].baseline.dueAt", "2000-01-01T00:00:00Z", "due_out_of_range", ""),
    ("questions", lambda rows: [*rows, rows[2]], "id_twice", "questions[3]"),
    ("questions", lambda rows: [*rows, rows[2] | {"id": UNKNOWN}], "stands_twice", "questions[3]"),
    ("logs[0].question", None, "wrong_type", ""),
    ("logs[0].question", UNKNOWN, "unknown_id", ""),
    ("logs[0].attemptedAt", TOMORROW, "in_the_future", ""),
    ("logs[0].outcome", "WON", "bad_value", ""),
    ("logs[0].rating", "PERFECT", "bad_value", ""),
    ("logs[0].durationSeconds", 86_401, "bad_value", ""),
    ("logs[0].mistakes", ["BUG", "BUG"], "bad_value", ""),
    ("logs[0].mistakes", [{}], "bad_value", ""),
    ("logs[0].mistakes", None, "wrong_type", ""),
    ("settings.fsrsParameters", {}, "wrong_type", ""),
    ("logs[0].solutionCode", "é" * 32_769, "bad_value", ""),
    ("logs", lambda rows: [*rows, rows[0] | {"id": UNKNOWN}], "stands_twice", "logs[2]"),
    ("studyLists[0].builtIn", "BLIND_750", "bad_value", ""),
    ("studyLists[0].items[1].position", -1, "bad_value", ""),
    ("studyLists[0].items[1].question", UNKNOWN, "unknown_id", ""),
    ("studyLists[0].items", lambda rows: [*rows, rows[0]], "question_taken",
     "studyLists[0].items[2].question"),
    ("studyLists[0].items", lambda rows: rows * 501, "too_many_items", ""),
    ("goals[0].date", "1999-01-01", "bad_value", ""),
    ("goals[0].date", "2136-03-02", "bad_value", ""),
    ("goals[0].date", "soon", "bad_value", ""),
    ("goals[0].lists[0]", UNKNOWN, "unknown_id", ""),
    ("goals[0].tags[0]", 7, "wrong_type", ""),
    ("goals[0].tags", lambda rows: rows * 2, "tag_taken", "goals[0].tags[1]"),
    (f"{OVER}.finishedAt", "2020-01-01T00:00:00Z", "bad_value", ""),
    (f"{OVER}.closesAt", "2026-05-01T00:00:00Z", "bad_value", ""),
    ("sessions[1].isAbandoned", True, "bad_value", ""),
    (f"{OVER}.finishedAt", None, "session_open", "sessions[1].finishedAt"),
    (f"{OVER}.items[1].position", 0, "position_taken", ""),
    (f"{OVER}.items[1].position", 32_768, "bad_value", ""),
    (f"{OVER}.items[0].log", UNKNOWN, "unknown_id", ""),
    (f"{OVER}.items[0].endedAt", TOMORROW, "in_the_future", ""),
    (f"{OVER}.pauses[0].endedAt", None, "bad_value", ""),
    (f"{OVER}.pauses", lambda rows: rows * 101, "too_many_pauses", ""),
    ("format", "drill", "wrong_format", ""),
    ("version", 2, "unknown_version", ""),
    ("version", True, "unknown_version", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "code", "position"),
    CASES,
    ids=[f"{path} {code}" for path, _, code, _ in CASES],
)
def test_has_a_place_and_a_reason(document, stranger, path, value, code, position):
    changed(document, path, value)

    with nothing_changes():
        report = restored(document, stranger)

    (problem, *others) = report.problems
    expected = "" if path == "format" else position or path
    assert (problem.code, problem.position) == (code, expected)
    # What hangs on it; whose id is broken is not found by what refers to it.
    assert {other.code for other in others} <= {code, "left_out", "unknown_id"}
    assert problem.text[0].isupper()
    assert problem.text.endswith(".")


@pytest.mark.once
def test_every_column_must_be_there(document, stranger):
    for path in ("settings", "tags[0]", "questions[1]", "questions[2].tags[0]", "logs[0]",
                 "studyLists[0].items[0]", "goals[0]", "sessions[0].items[0]"):  # fmt: skip
        changed(document, path, {})
    report = restored(document, stranger)
    missing = [problem for problem in report.problems if problem.code == "missing_field"]

    assert {problem.text for problem in missing} == {"This is missing."}
    assert {"settings.timezone", "tags[0].id", "logs[0].question", "sessions[0].items[0].log"} <= {
        problem.position for problem in missing
    }


def test_of_lines_names_the_line(user, stranger):
    furnish(user)
    whole = [json.loads(text) for text in lines(user.pk)]
    number = next(n for n, line in enumerate(whole) if line.get("entity") == "STUDY_LIST")
    whole[number]["record"]["items"][0]["question"] = "x"

    report = restored(tuple(whole), stranger)

    assert [(problem.code, problem.position) for problem in report.problems] == [
        ("bad_value", f"line {number + 1}, items[0].question")
    ]


LINES: list[tuple[Any, str, str]] = [
    (7, "wrong_type", "line 2"),
    ({"entity": 7, "record": {}}, "wrong_type", "line 2, entity"),
    ({"entity": "TAG"}, "missing_field", "line 2, record"),
    ({"entity": "TAG", "record": 7}, "wrong_type", "line 2"),
    ({"format": "other"}, "wrong_format", "line 2"),
    ({"format": "drillbook", "version": 9}, "unknown_version", "line 2, version"),
    ({"format": "drillbook", "version": 1, "tags": []}, "wrong_format", "line 2"),
]


@pytest.mark.parametrize(("line", "code", "position"), LINES)
def test_of_a_line_that_is_none(line, code, position, user):
    header = {"format": "drillbook", "version": 1}

    report = restored((header, line), user)

    assert report.is_refused
    assert [(each.code, each.position) for each in report.problems] == [(code, position)]


@pytest.mark.parametrize("whole", [[], [{"entity": "TAG", "record": {}}], 5, "drillbook", None])
def test_what_is_neither_a_document_nor_lines(whole, user):
    report = restored(whole, user)

    assert report.is_refused
    assert [(each.code, each.position) for each in report.problems] == [("wrong_format", "")]


def test_too_many_objects_are_refused_at_once(user, settings):
    settings.IMPORT_MAX_ROWS = 3

    report = restored({"format": "drillbook", "version": 1, "tags": [{}] * 4}, user)

    assert [problem.code for problem in report.problems] == ["too_many_rows"]


def test_leaves_out_what_hangs_on_something_broken(document, stranger):
    changed(document, "questions[2].title", "")
    changed(document, "tags[1].name", "")  # the goal's topic
    changed(document, "studyLists[0].name", "")

    report = restored(document, stranger, skip_failed=True)

    assert [(each.code, each.position) for each in report.problems] == [
        ("bad_value", "questions[2].title"),
        ("bad_value", "tags[1].name"),
        ("left_out", "logs[0].question"),
        ("left_out", "logs[1].question"),
        ("bad_value", "studyLists[0].name"),
    ]
    assert report.failed == 5
    assert {note.code for note in report.notes} == {"left_out"}
    assert Question.objects.owned_by(stranger).count() == 2
    assert Tag.objects.owned_by(stranger).get().name == "Initech"
    assert not QuestionLog.objects.owned_by(stranger).exists()
    connection.check_constraints()
    (over,) = [each for each in exported(stranger)["sessions"] if each["finishedAt"]]
    assert over["studyList"] is None
    assert [item["position"] for item in over["items"]] == [1]


def test_a_question_has_room_for_so_many_tags(document, stranger):
    tags = [
        document["tags"][0] | {"id": str(new_uid()), "name": f"tag {n}"} for n in range(MAX_TAGS)
    ]
    document["tags"] += tags
    document["questions"][2]["tags"] += [
        {"tag": tag["id"], "frequency": None, "window": None} for tag in tags
    ]

    with nothing_changes():
        report = restored(document, stranger)

    assert [(each.code, each.position) for each in report.problems][0] == (
        "too_many_tags", "questions[2].tags",
    )  # fmt: skip


def test_a_person_has_room_for_so_many_goals(document, stranger):
    GoalFactory.create_batch(MAX_GOALS, owner=stranger)

    report = restored(document, stranger)

    assert [(each.code, each.position) for each in report.problems] == [
        ("too_many_goals", "goals[0]")
    ]


def test_what_was_allowed_once_comes_back(user, stranger):
    """A goal whose day is over, attempts of a question in the trash, a session left open."""
    furnish(user)
    GoalFactory(owner=user, date=NOW.date().replace(year=2001))
    text = export(user)

    report = restored(json.loads(text), stranger)

    assert report.problems == []
    assert export(stranger) == text
