"""What a completed challenge of Codewars says."""

from datetime import UTC, datetime

import pytest

from domain.transfer.formats import AS_IT_IS, codewars
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer.files import kata
from tests.domain.transfer.problems import refused


def read(row):
    return codewars.read_row(Fields(row, "data[0]"))


def test_reads_the_kata_and_its_completion():
    row = read(kata(completedLanguages=["javascript", "ruby", "javascript"]))

    assert row.question == ImportedQuestion(
        title="Multiples of 3 and 5",
        platform="CODEWARS",
        external_id="514b92a657cdc65150000006",
        url="https://www.codewars.com/kata/514b92a657cdc65150000006",
    )
    assert row.log == ImportedLog(
        external_id="514b92a657cdc65150000006",
        attempted_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        outcome="SOLVED",
        language="javascript, ruby",
    )


@pytest.mark.parametrize(
    ("languages", "joined"),
    [
        (None, ""),
        ([], ""),
        (["", " python "], "python"),
        (["a" * 40, "b"], "a" * 40),
        (["a" * 37, "b"], "a" * 37 + ", b"),
        (["a" * 30, "b" * 20, "c"], "a" * 30 + ", c"),
        (["a" * 41], ""),
    ],
)
def test_joins_as_many_languages_as_a_log_has_room_for(languages, joined):
    assert read(kata(completedLanguages=languages)).log.language == joined


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"name": None}, "multiples-of-3-and-5"),
        ({"name": " ", "slug": None}, "514b92a657cdc65150000006"),
    ],
)
def test_names_a_kata_that_was_taken_down(fields, title):
    assert read(kata(**fields)).question.title == title


@pytest.mark.parametrize(
    ("row", "code", "position"),
    [
        ("kata", "wrong_type", "data[0]"),
        ({}, "missing_field", "data[0].id"),
        (kata(5), "wrong_type", "data[0].id"),
        (kata("a/b"), "bad_value", "data[0].id"),
        (kata(name=5), "wrong_type", "data[0].name"),
        (kata(completedAt=None), "wrong_type", "data[0].completedAt"),
        (kata(completedAt="yesterday"), "bad_value", "data[0].completedAt"),
        (kata(completedLanguages="python"), "wrong_type", "data[0].completedLanguages"),
        (kata(completedLanguages=[1]), "wrong_type", "data[0].completedLanguages[0]"),
    ],
)
def test_refuses_a_broken_row_at_its_place(row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read(row)

    assert (refusal.value.problem.code, refusal.value.problem.position) == (code, position)


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ({"data": {}}, "wrong_type", "data"),
        ({"success": False, "reason": "not found"}, "failed_answer", "reason"),
        ({"success": False, "reason": None}, "failed_answer", "reason"),
        ({"totalItems": 1}, "wrong_format", ""),
        (5, "wrong_format", ""),
    ],
)
def test_refuses_another_document(document, code, position):
    with refused((code, position)):
        codewars.rows(document, AS_IT_IS)


def test_repeats_why_codewars_refused_and_says_what_to_do():
    with pytest.raises(ImportRefused) as refusal:
        codewars.rows({"success": False, "reason": "not found"}, AS_IT_IS)

    assert refusal.value.messages == [
        "reason: This is Codewars' refusal, not a list of challenges: not found. Check the user "
        "name in the address, and ask again."
    ]
