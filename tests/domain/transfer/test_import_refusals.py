"""A file with anything wrong is refused as a whole, and each problem is named with its place."""

import json

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from domain.transfer import tag_limits
from domain.transfer.importing import ImportDisturbed
from domain.transfer.refusals import MAX_PROBLEMS, ImportRefused
from domain.transfer.storing import tags
from tests.domain.refusals import codes_of
from tests.domain.transfer.files import (
    REAL_FILES,
    a_problem,
    blind75,
    codeforces,
    neetcode,
    submission,
)
from tests.domain.transfer.problems import refused
from tests.factories import QuestionFactory

LONG = "x" * 300


@pytest.fixture(autouse=True)
def _nothing_is_stored(db):
    yield
    for table in (Question, Tag, QuestionLog, AuditEvent):
        assert not table.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", ("empty_file", "")),
        ("[]", ("unknown_format", "")),
        ("{}", ("unknown_format", "")),
        (b"\xe9[", ("not_utf8", "byte 0")),
        ("[" * 100_000, ("too_deep", "")),
        ('{"status": "OK", "result": [' + "9" * 5000 + "]}", ("bad_number", "line 1, column 29")),
        ('{"status": "OK", "result": [NaN]}', ("bad_number", "line 1, column 29")),
        (
            codeforces(submission(problem=a_problem(name="a\x00b"))),
            ("unstorable_text", "result[0].problem.name"),
        ),
        (
            codeforces(submission(programmingLanguage="\ud800")),
            ("unstorable_text", "result[0].programmingLanguage"),
        ),
        (
            json.dumps({"status": "FAILED", "comment": "handle: not found"}),
            ("failed_answer", "comment"),
        ),
    ],
)
def test_a_hostile_or_wrong_file(content, problem, imported):
    with refused(problem):
        imported(content)


@pytest.mark.parametrize(
    ("content", "position"),
    [
        (codeforces(submission(problem=a_problem(name=LONG))), "result[0].problem.name"),
        (codeforces(submission(problem=a_problem(LONG, name="A"))), "result[0].problem.index"),
        (codeforces(submission(problem=a_problem(rating=10_001))), "result[0].problem.rating"),
        (codeforces(submission(problem=a_problem(rating=-1))), "result[0].problem.rating"),
        (codeforces(submission(problem=a_problem(tags=["dp", LONG]))), "result[0].problem.tags[1]"),
        (codeforces(submission(problem=a_problem(tags=["dp", " "]))), "result[0].problem.tags[1]"),
        (codeforces(submission(at="1999-12-31 23:59")), "result[0].creationTimeSeconds"),
        (codeforces(submission(at="2026-03-02 09:36")), "result[0].creationTimeSeconds"),
        (codeforces(submission(programmingLanguage=LONG)), "result[0].programmingLanguage"),
        (codeforces(submission(10**200)), "result[0].id"),
        (json.dumps([neetcode(problem=LONG)]), "[0].problem"),
        (json.dumps([neetcode(pattern=LONG)]), "[0].pattern"),
        (json.dumps([neetcode(link=LONG)]), "[0].link"),
        (json.dumps([blind75(url="javascript:alert(1)")]), "[0].url"),
        (json.dumps([blind75(topics=["Array", LONG])]), "[0].topics[1]"),
        (json.dumps([blind75(listMeta={"section": LONG})]), "[0].listMeta.section"),
    ],
)
def test_a_value_that_cannot_be_stored(content, position, imported):
    with refused(("bad_value", position)):
        imported(content)


def test_an_attempt_may_lie_five_minutes_ahead(imported, db):
    with refused(("bad_value", "result[1].creationTimeSeconds")):
        imported(
            codeforces(
                submission(1, at="2026-03-02 09:35"),
                submission(2, at="2026-03-02 09:36"),
            )
        )


def test_one_broken_row_among_good_ones(imported):
    rows = [submission(number) for number in range(1, 20)]
    rows[12]["problem"] = a_problem(name=None)

    with refused(("wrong_type", "result[12].problem.name")):
        imported(codeforces(*rows))


def test_every_broken_row_is_named(imported):
    rows = [submission(1), 5, submission("2"), submission(3, problem=a_problem(name=LONG))]

    with refused(
        ("wrong_type", "result[1]"),
        ("wrong_type", "result[2].id"),
        ("bad_value", "result[3].problem.name"),
    ):
        imported(codeforces(*rows))


def test_at_most_fifty_problems_are_named(imported):
    with pytest.raises(ImportRefused) as refusal:
        imported(codeforces(*range(1000)))

    positions = [problem.position for problem in refusal.value.problems]
    assert positions == [f"result[{index}]" for index in range(MAX_PROBLEMS)]
    assert MAX_PROBLEMS == 50


def test_a_row_that_contradicts_a_good_one_is_broken_all_the_same(imported):
    with refused(("bad_value", "result[1].problem.name")):
        imported(codeforces(submission(1), submission(2, problem=a_problem(name=LONG))))


def test_fifty_thousand_rows_are_the_limit(imported, settings):
    settings.IMPORT_MAX_ROWS = 2

    with refused(("too_many_rows", "")):
        imported(codeforces(1, 2, 3))
    with refused(("wrong_type", "result[0]"), ("wrong_type", "result[1]")):
        imported(codeforces(1, 2))


@pytest.mark.parametrize(("limit", "value"), [("MAX_TAGGINGS", 4), ("MAX_TAG_NAMES", 2)])
def test_there_are_limits_for_tags(limit, value, imported, monkeypatch):
    monkeypatch.setattr(tag_limits, limit, value)
    tags = [["a", "b"], ["a", "B"], ["c"]]
    rows = [submission(n + 1, problem=a_problem(f"A{n}", tags=tags[n])) for n in range(3)]

    with refused(("too_many_tags", "")):
        imported(codeforces(*rows))


def test_a_list_of_more_than_a_thousand_tags(imported):
    with refused(("bad_value", "[0].topics")):
        imported(json.dumps([blind75(topics=[str(number) for number in range(1001)])]))


@pytest.mark.parametrize("format", ["NEETCODE", "BLIND75"])
def test_a_file_that_is_not_of_the_named_format(format, imported):
    with refused(("wrong_format", "")):
        imported(codeforces(submission()), format=format)


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_a_real_file_that_was_cut_off(path, imported):
    content = path.read_bytes()

    with pytest.raises(ImportRefused) as refusal:
        imported(content[: len(content) // 2])

    assert [problem.code for problem in refusal.value.problems] == ["not_json"]


def test_the_api_reads_a_message_for_each_problem(imported):
    with pytest.raises(ImportRefused) as refusal:
        imported(codeforces(submission(verdict=1), {}))

    assert codes_of(refusal.value) == {"content": ["wrong_type", "missing_field"]}
    assert refusal.value.message_dict == {
        "content": [
            "result[0].verdict: Expected text, found a number.",
            "result[1].problem: This field is missing.",
        ]
    }


def test_a_percent_sign_in_a_message_is_only_a_percent_sign(imported):
    with pytest.raises(ImportRefused) as refusal:
        imported(json.dumps({"status": "FAILED", "comment": "100%s of 5%(field)s"}))

    assert refusal.value.messages[0].count("100%s of 5%(field)s") == 1


def test_a_conflict_that_does_not_go_away(imported, user, monkeypatch):
    tries = []

    def lose_the_race(*_):
        tries.append(1)
        QuestionFactory(owner=user, slug="same")
        QuestionFactory(owner=user, slug="same")

    monkeypatch.setattr(tags, "tag_questions", lose_the_race)

    with pytest.raises(ImportDisturbed) as refusal:
        imported(codeforces(submission()))

    assert codes_of(refusal.value) == {"content": ["import_disturbed"]}
    assert len(tries) == 3
