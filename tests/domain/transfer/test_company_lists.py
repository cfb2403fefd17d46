"""What a row of a company's list says."""

import pytest

from domain.transfer import formats
from domain.transfer.formats.imported import ImportedQuestion, ImportedTag
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import at_place, only_row, rows_in, sheet

pytestmark = pytest.mark.once

ROW = {
    "Title": "Two Sum",
    "Frequency": "87.5",
    "Acceptance Rate": "0.55",
    "Link": "https://leetcode.com/problems/two-sum",
}


def asked(name, frequency, window=None):
    return ImportedTag("COMPANY", name, "", frequency, window)


@pytest.mark.parametrize("path", [files.COMPANY, files.COMPANY_WITH_TOPICS])
def test_both_layouts_are_read(path):
    first, second, *_ = rows_in(path.read_bytes(), company=" Acme ", window="30D")

    topics = [tag.name for tag in first.question.tags if tag.kind == "TOPIC"]
    assert topics == (["Array", "Hash Table"] if path == files.COMPANY_WITH_TOPICS else [])
    assert first.question.tags[-1] == asked("Acme", 100.0, "30D")
    assert (second.question.external_id, second.question.difficulty) == ("lru-cache", 2)
    assert first.log is None


def test_a_row_is_a_question_with_its_company():
    assert only_row(sheet(ROW), company="Acme").question == ImportedQuestion(
        title="Two Sum",
        platform="LEETCODE",
        external_id="two-sum",
        url="https://leetcode.com/problems/two-sum/",
        tags=(asked("Acme", 87.5),),
    )


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("100", 100),
        ("0", 0),
        ("87.5%", 87.5),
        ("87,5 %", 87.5),
        ("0.5", 0.5),
        ("", None),
        ("-", None),
    ],
)
def test_frequencies(text, frequency):
    found = only_row(sheet(ROW | {"Frequency": text}), company="Acme")

    assert found.question.tags == (asked("Acme", frequency),)


@pytest.mark.parametrize("text", ["101", "-1", "often", "1e2", "9" * 100_000, "nan%", "٩٩٩"])
def test_other_frequencies_are_refused(text):
    found = only_row(sheet(ROW | {"Frequency": text}), company="Acme")

    assert at_place(found) == ("bad_value", "line 2, column Frequency")


def test_the_file_may_name_the_companies():
    table = sheet(ROW | {"Company": "Acme, Ex"})

    assert only_row(table).question.tags == (asked("Acme", 87.5), asked("Ex", 87.5))
    assert only_row(table, company="Other").question.tags == (asked("Other", 87.5),)


def test_a_row_without_a_title_is_left_out():
    assert only_row(sheet(ROW | {"Title": ""}), company="Acme").code == "no_title"


@pytest.mark.parametrize(
    ("table", "company", "code", "position"),
    [
        (sheet(ROW), "", "missing_option", ""),
        (sheet(ROW), "x" * 51, "bad_value", ""),
        ("Title,Link\na,b", "Acme", "missing_column", "line 1"),
        ("[]", "Acme", "wrong_format", ""),
    ],
)
def test_refuses_the_file(table, company, code, position):
    options = ImportOptions(company=company)

    with refused((code, position)):
        formats.rows_of(read_document(table), formats.named("COMPANY"), options)
