"""How pictures are drawn from counts."""

from datetime import UTC, date, datetime

import pytest

from project.dashboard.periods import Period, runs
from project.dashboard.pictures import MOST_SERIES, Bar, drawn, top_of

pytestmark = pytest.mark.once
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
LABELS = {"SOLVED": "solved", "FAILED": "failed"}


def test_series_stand_on_top_of_each_other():
    picture = drawn({FIRST: {"SOLVED": 5, "FAILED": 3}, SECOND: {"FAILED": 2}}, LABELS)

    assert picture.top == 8
    assert picture.columns[0].bars == [Bar(1, "37.50", "62.50"), Bar(2, "0.00", "37.50")]
    assert picture.columns[1].bars == [Bar(2, "75.00", "25.00")]


def test_a_day_without_anything_is_zero():
    picture = drawn({FIRST: {}, SECOND: {"SOLVED": 1}}, LABELS)

    assert picture.columns[0].numbers == [0, 0]
    assert picture.columns[0].bars == []
    assert picture.columns[0].words == "Sun 2026-03-01: 0 solved, 0 failed"


def test_totals_are_of_all_days():
    picture = drawn({FIRST: {"SOLVED": 1000, "FAILED": 3}, SECOND: {"SOLVED": 500}}, LABELS)

    assert [series.total for series in picture.series] == [1500, 3]
    assert picture.words == (
        "2026-03-01 to 2026-03-02: 1,500 solved, 3 failed. Most on 2026-03-01: 1,003."
    )


def test_what_does_not_add_up_has_no_total():
    picture = drawn({FIRST: {"people": 2}, SECOND: {"people": 3}}, {"people": "x"}, adds_up=False)

    assert [series.total for series in picture.series] == [None]
    assert picture.words == "2026-03-01 to 2026-03-02. Most on 2026-03-02: 3."


def test_nothing_at_all_is_said():
    picture = drawn({FIRST: {}, SECOND: {}}, {})

    assert (picture.series, picture.top) == ([], 1)
    assert picture.words == "2026-03-01 to 2026-03-02. None on any day."


def test_the_smallest_of_many_series_are_one():
    many = {f"code-{number}": 10 - number for number in range(8)}

    picture = drawn({FIRST: many, SECOND: {"code-7": 1}}, {})

    assert [series.label for series in picture.series] == [
        *[f"code-{number}" for number in range(MOST_SERIES - 1)],
        "others",
    ]
    assert picture.columns[0].numbers == [10, 9, 8, 7, 6, 5 + 4 + 3]
    assert picture.columns[1].numbers == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (1, 1), (2, 2), (3, 4), (5, 6), (9, 10), (10, 10), (11, 20), (101, 200), (999, 1000)],
)
def test_an_axis_ends_at_a_round_number(most, top):
    assert top_of(most) == top


def test_marks_are_the_first_day_one_in_the_middle_and_the_last():
    days = Period(datetime(2026, 3, 2, tzinfo=UTC), 7).days

    marks = drawn({day: {} for day in days}, LABELS).marks

    assert marks == [days[0], days[3], days[6]]


def test_days_that_are_missing_are_asked_for_in_runs():
    days = [date(2026, 3, number) for number in (1, 2, 3, 4, 6, 8, 9)]

    found = [(first.day, last.day) for first, last in runs(days, longest=3)]

    assert found == [(8, 9), (6, 6), (2, 4), (1, 1)]
