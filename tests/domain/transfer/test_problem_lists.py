"""What a row of NeetCode's list and of the Blind 75 list says."""

import pytest

from domain.transfer.formats import AS_IT_IS, blind75, neetcode
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedQuestion, ImportedRow, ImportedTag
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused

TWO_SUM = {
    "title": "Two Sum",
    "platform": "LEETCODE",
    "external_id": "two-sum",
    "url": "https://leetcode.com/problems/two-sum/",
    "difficulty": 1,
}


def read(format, row):
    return format.read_row(Fields(row, "[0]"))


def test_neetcode_gives_a_pattern():
    row = read(neetcode, files.neetcode(neetcode150=True, blind75=True, video="KLlXCFG5TnA"))

    tags = (ImportedTag("PATTERN", "Arrays & Hashing", ""),)
    assert row == ImportedRow(ImportedQuestion(**TWO_SUM, source="NeetCode", tags=tags))


def test_blind75_gives_topics_and_a_pattern():
    row = read(blind75, files.blind75())

    tags = (
        ImportedTag("TOPIC", "Array", ""),
        ImportedTag("TOPIC", "Hash Table", ""),
        ImportedTag("PATTERN", "Arrays & Hashing", ""),
    )
    assert row == ImportedRow(ImportedQuestion(**TWO_SUM, source="Blind 75", tags=tags))


@pytest.mark.parametrize(
    ("name", "difficulty"), [("Easy", 1), ("MEDIUM", 2), ("hard", 3), (None, None), ("", None)]
)
def test_difficulty_is_read_in_any_case(name, difficulty):
    rows = [
        read(neetcode, files.neetcode(difficulty=name)),
        read(blind75, files.blind75(difficulty=name)),
    ]

    assert [row.question.difficulty for row in rows] == [difficulty, difficulty]


def test_what_may_be_absent_is_left_empty():
    rows = [
        read(neetcode, {"problem": "Two Sum", "link": "/two-sum/"}),
        read(blind75, {"title": "Two Sum", "slug": "two-sum"}),
    ]

    for row in rows:
        assert (row.question.url, row.question.tags) == (TWO_SUM["url"], ())


def test_names_are_trimmed():
    assert read(neetcode, files.neetcode(problem="Sqrt(x) ")).question.title == "Sqrt(x)"


@pytest.mark.parametrize(
    ("format", "row", "code", "position"),
    [
        (neetcode, 1, "wrong_type", "[0]"),
        (neetcode, {"problem": "Two Sum"}, "missing_field", "[0].link"),
        (neetcode, {"link": "two-sum/"}, "missing_field", "[0].problem"),
        (neetcode, files.neetcode(problem={}), "wrong_type", "[0].problem"),
        (neetcode, files.neetcode(link="two sum"), "bad_value", "[0].link"),
        (neetcode, files.neetcode(link="/"), "bad_value", "[0].link"),
        (neetcode, files.neetcode(difficulty="Medum"), "bad_value", "[0].difficulty"),
        (neetcode, files.neetcode(pattern=[]), "wrong_type", "[0].pattern"),
        (blind75, "x", "wrong_type", "[0]"),
        (blind75, {"title": "Two Sum"}, "missing_field", "[0].slug"),
        (blind75, {"slug": "two-sum"}, "missing_field", "[0].title"),
        (blind75, files.blind75(url=5), "wrong_type", "[0].url"),
        (blind75, files.blind75(topics="Array"), "wrong_type", "[0].topics"),
        (blind75, files.blind75(topics=["Array", None]), "wrong_type", "[0].topics[1]"),
        (blind75, files.blind75(listMeta="Arrays"), "wrong_type", "[0].listMeta"),
        (blind75, files.blind75(listMeta={"section": 1}), "wrong_type", "[0].listMeta.section"),
    ],
)
def test_a_broken_row_is_refused_at_its_place(format, row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read(format, row)

    assert (refusal.value.problem.code, refusal.value.problem.position) == (code, position)


@pytest.mark.parametrize("format", [neetcode, blind75])
@pytest.mark.parametrize("document", [{}, "x", None, 1])
def test_only_a_list_has_rows(format, document):
    with refused(("wrong_format", "")):
        format.rows(document, AS_IT_IS)
