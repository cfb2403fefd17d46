"""What a row of a review log says."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.transfer import formats
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import at_place, only_row, rows_in

pytestmark = pytest.mark.once

UID = "018f2b6e-0000-7000-8000-000000000001"
HEADER = "card_id,review_time,review_rating,review_state,review_duration\n"


def review(card="7", time="1767600000123", rating="3", state="2", spent="61500"):
    return only_row(f"{HEADER}{card},{time},{rating},{state},{spent}\n")


def test_a_file_is_read_whole():
    found = rows_in(files.FSRS_REVIEWS.read_bytes())

    assert [getattr(it, "code", None) for it in found] == [None] * 4 + ["not_a_review"]
    assert [it.log.external_id for it in found[:4]] == [
        "1001:1767600000000",
        "1001:1767690000000",
        "1001:1767690000000",
        "1002:1767700000000",
    ]


def test_a_review_is_an_attempt_at_a_question_called_after_its_card():
    found = review()

    assert found.question == ImportedQuestion("Card 7", "OTHER", "7")
    assert found.log == ImportedLog(
        external_id="7:1767600000123",
        attempted_at=datetime(2026, 1, 5, 8, 0, 0, 123_000, tzinfo=UTC),
        outcome="SOLVED",
        sequence=2,
        rating=3,
        duration_seconds=62,
    )


def test_a_card_may_be_a_question_of_ours():
    found = review(card=UID)

    assert (found.question.uid, found.question.external_id) == (UUID(UID), UID)
    # Its reviews are known by their moments.
    assert found.log.external_id == ""


@pytest.mark.parametrize(
    "time",
    [
        *("1767600000123", "1767600000123.0", "١٧٦٧٦٠٠٠٠٠١٢٣"),
        *("2026-01-05T08:00:00.123+00:00", "2026-01-05 09:00:00.123+01:00"),
        *("2026-01-05T08:00:00.123", "2026-01-05T08:00:00.123Z"),
    ],
)
def test_times(time):
    assert review(time=time).log.external_id == "7:1767600000123"


def test_the_words_of_py_fsrs():
    found = only_row(
        "card_id,rating,review_datetime,review_duration\n7,1,2026-01-05T08:00:00+00:00,"
    )

    assert (found.log.rating, found.log.outcome) == (1, "FAILED")
    assert found.log.duration_seconds is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"card": ""}, "card_id"),
        ({"card": "x" * 81}, "card_id"),
        ({"rating": "5"}, "review_rating"),
        ({"rating": "good"}, "review_rating"),
        ({"rating": "-1"}, "review_rating"),
        ({"rating": "9" * 100_000}, "review_rating"),
        ({"time": ""}, "review_time"),
        ({"time": "2026-01-05"}, "review_time"),
        ({"time": "-1767600000123"}, "review_time"),
        ({"time": "9999999999999999"}, "review_time"),
        ({"time": "1e12"}, "review_time"),
        ({"spent": "-1"}, "review_duration"),
        ({"spent": "1.5"}, "review_duration"),
    ],
)
def test_a_broken_row_is_refused_at_its_place(cells, column):
    assert at_place(review(**cells)) == ("bad_value", f"line 2, column {column}")


@pytest.mark.parametrize(
    ("content", "code", "position"),
    [("card_id,when\n1,2", "missing_column", "line 1"), ("{}", "wrong_format", "")],
)
def test_refuses_another_file(content, code, position):
    with refused((code, position)):
        formats.rows_of(read_document(content), formats.named("FSRS_REVIEWS"), ImportOptions())
