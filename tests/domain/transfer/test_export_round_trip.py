"""What we write for other programs, we read back: nothing is made twice."""

from datetime import timedelta
from itertools import product

import pytest

from domain.practice.models import Help, Mistake, QuestionLog, Rating
from domain.questions.models import Difficulty, Outcome, Question, TagKind
from domain.questions.platforms import Platform
from domain.transfer.exporting.kinds import kind_of
from domain.transfer.formats.imported import ImportedRow
from domain.transfer.importing import import_questions
from tests.domain.transfer.sheets import only_row
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, QuestionTagFactory

NASTY = '=1+1 <b>&amp;</b> "quoted", \u05e9\u05dc\u05d5\u05dd \U0001f600\n\n- a\tlist; 1/2\r\n@end'
MOMENT = NOW - timedelta(days=1, microseconds=123_456)


@pytest.fixture
def question(user) -> Question:
    question = QuestionFactory(
        owner=user, title="'=SUM(1) & \u00e9", slug="s", url="https://leetcode.com/problems/two-sum/",
        platform=Platform.LEETCODE, external_id="two-sum", difficulty=Difficulty.HARD,
        notes=NASTY, platform_rating=1900, importance=4, source="''@book",
    )  # fmt: skip
    names = (("TOPIC", "Hash, Table / Map"), ("COMPANY", "Acme"), ("CUSTOM", "-later"))
    for kind, name in names:
        QuestionTagFactory(question=question, tag__name=name, tag__kind=kind)
    QuestionLogFactory(
        question=question, outcome=Outcome.PARTIAL, attempted_at=MOMENT, duration_seconds=3_725,
        rating=Rating.HARD, help=Help.EDITORIAL, approach="+ two", time_complexity="O(n)",
        space_complexity="O(1)", language="C++", notes=NASTY, solution_code="-1;\n\t=x",
        mistakes=[Mistake.OFF_BY_ONE, Mistake.TOO_SLOW],
    )  # fmt: skip
    return question


def written(user, format, entity=None) -> bytes:
    return "".join(kind_of(format, entity).pieces(user, NOW)).encode()


def test_a_table_of_questions(user, question):
    row = only_row(written(user, "CSV", "QUESTION"), "TRACKER")

    assert isinstance(row, ImportedRow)
    assert (row.log, row.left_out) == (None, None)
    for column in (
        "title",
        "url",
        "platform",
        "external_id",
        "difficulty",
        "notes",
        "source",
        "platform_rating",
        "importance",
        "uid",
    ):
        assert getattr(row.question, column) == getattr(question, column), column
    assert {(tag.kind, tag.name) for tag in row.question.tags} == {
        (TagKind.TOPIC, "Hash, Table / Map"),
        (TagKind.COMPANY, "Acme"),
        (TagKind.CUSTOM, "-later"),
    }


def test_a_table_of_attempts(user, question):
    row = only_row(written(user, "CSV", "LOG"), "TRACKER")

    log = question.logs.get()
    assert row.left_out is None
    assert row.question.uid == question.uid
    for column in (
        "attempted_at",
        "outcome",
        "duration_seconds",
        "rating",
        "help",
        "approach",
        "time_complexity",
        "space_complexity",
        "language",
        "notes",
        "solution_code",
    ):
        assert getattr(row.log, column) == getattr(log, column), column
    assert list(row.log.mistakes) == log.mistakes


def test_anki(user, question):
    row = only_row(written(user, "ANKI"), "ANKI")

    assert row.left_out is None
    assert (row.question.uid, row.question.title) == (question.uid, question.title)
    assert row.question.url == question.url
    assert row.question.difficulty == question.difficulty
    assert row.question.notes == NASTY.replace("\r\n", "\n")
    assert {(tag.kind, tag.name) for tag in row.question.tags} == {
        (TagKind.TOPIC, "Hash, Table / Map"),
        (TagKind.COMPANY, "Acme"),
        (TagKind.CUSTOM, "-later"),
    }


def test_the_review_log(user, question):
    row = only_row(written(user, "FSRS_CSV"), "FSRS_REVIEWS")

    assert (row.question.uid, row.log.rating) == (question.uid, Rating.HARD)
    assert row.log.attempted_at == MOMENT.replace(microsecond=MOMENT.microsecond // 1000 * 1000)
    assert row.log.duration_seconds == 3_725


@pytest.mark.parametrize(
    ("format", "entity", "name"),
    [
        ("CSV", "QUESTION", "TRACKER"),
        ("CSV", "LOG", "TRACKER"),
        ("ANKI", None, "ANKI"),
    ],
)
def test_importing_it_again_changes_nothing(format, entity, name, user, question):
    report = import_questions(
        owner=user, content=written(user, format, entity), format=None, at=NOW
    )

    assert report.format == name
    assert (report.created, report.updated) == (0, 0)


def test_importing_the_review_log_again_changes_nothing(user, question):
    # It knows of no outcomes, and of no microseconds.
    for days, outcome, used in product((2, 3), Outcome, Help):
        at = MOMENT - timedelta(days=days, seconds=len(outcome), hours=len(used))
        QuestionLogFactory(question=question, outcome=outcome, help=used, attempted_at=at)
    stored = list(QuestionLog.objects.order_by("pk").values())

    report = import_questions(owner=user, content=written(user, "FSRS_CSV"), format=None, at=NOW)

    assert report.format == "FSRS_REVIEWS"
    assert (report.total, report.created, report.updated) == (len(stored), 0, 0)
    assert list(QuestionLog.objects.order_by("pk").values()) == stored


def test_a_review_beside_those_of_the_log_is_added(user, question):
    content = written(user, "FSRS_CSV").replace(b"876,", b"877,")

    report = import_questions(owner=user, content=content, format=None, at=NOW)

    assert (report.questions.created, report.logs.created) == (0, 1)
