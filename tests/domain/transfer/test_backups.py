"""What the backups of LeetSRS and LeetSolv say."""

import json
from datetime import UTC, datetime

import pytest

from domain.transfer.formats import AS_IT_IS, leetsolv, leetsrs
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import ImportedBaseline, ImportedQuestion, SkippedRow
from tests.domain.transfer import files
from tests.domain.transfer.files import card, solved
from tests.domain.transfer.problems import refused

pytestmark = pytest.mark.once

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEVENTH = datetime(2026, 3, 11, 12, tzinfo=UTC)
TWO_SUM = {
    "title": "Two Sum",
    "platform": "LEETCODE",
    "external_id": "two-sum",
    "url": "https://leetcode.com/problems/two-sum/",
}


def read_card(row, notes=None):
    (rows,) = leetsrs.rows(json.loads(files.leetsrs(row, notes=notes)), AS_IT_IS)
    return leetsrs.read_row(Fields(rows.values[0], rows.position(0)))


def read_solved(row):
    return leetsolv.read_row(Fields(row, 'questions."1"'))


def test_reads_a_card():
    row = read_card(card(paused=True), {"id of two-sum": {"text": "One pass.\n"}})

    assert row.question == ImportedQuestion(**TWO_SUM, difficulty=1, notes="One pass.\n")
    assert row.baseline == ImportedBaseline(
        stability=10.5,
        difficulty=5.25,
        reviewed_at=FIRST,
        due_at=ELEVENTH,
        reps=3,
        lapses=1,
        state=2,
    )
    assert row.is_suspended


@pytest.mark.parametrize(
    "row",
    [
        card(fsrs={"state": 0}),
        card(fsrs={"state": None}),
        card(fsrs={"last_review": None}),
        card() | {"fsrs": None},
        card() | {"fsrs": {"state": 0, "due": "broken"}},
    ],
)
def test_a_card_that_was_never_reviewed_has_no_baseline(row):
    assert read_card(row).baseline is None


@pytest.mark.parametrize("state", [1, 3])
def test_a_card_that_is_being_learnt_stays_so(state):
    assert read_card(card(fsrs={"state": state})).baseline.state == state


@pytest.mark.parametrize(
    ("row", "code", "position"),
    [
        (card(name=None), "wrong_type", "name"),
        (card(difficulty="Trivial"), "bad_value", "difficulty"),
        (card(paused="no"), "wrong_type", "paused"),
        (card() | {"fsrs": []}, "wrong_type", "fsrs"),
        (card(fsrs={"state": 4}), "bad_value", "fsrs.state"),
        (card(fsrs={"state": "Review"}), "wrong_type", "fsrs.state"),
        (card(fsrs={"stability": None}), "wrong_type", "fsrs.stability"),
        (card(fsrs={"stability": True}), "wrong_type", "fsrs.stability"),
        (card(fsrs={"stability": 10**400}), "bad_value", "fsrs.stability"),
        (card(fsrs={"difficulty": "5"}), "wrong_type", "fsrs.difficulty"),
        (card(fsrs={"due": 10**30}), "bad_value", "fsrs.due"),
        (card(fsrs={"due": None}), "wrong_type", "fsrs.due"),
        (card(fsrs={"last_review": "2026"}), "wrong_type", "fsrs.last_review"),
        (card(fsrs={"reps": 1.5}), "wrong_type", "fsrs.reps"),
        (card(fsrs={"lapses": "1"}), "wrong_type", "fsrs.lapses"),
    ],
)
def test_refuses_a_broken_card_at_its_place(row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read_card(row)

    problem = refusal.value.problem
    assert (problem.code, problem.position) == (code, f'data.cards."two-sum".{position}')


@pytest.mark.parametrize("notes", [{"id of two-sum": []}, {"id of two-sum": {"text": 1}}])
def test_refuses_a_broken_note_at_its_card(notes):
    with pytest.raises(RowRefused) as refusal:
        read_card(card(), notes)

    assert refusal.value.problem.position.startswith('data.cards."two-sum".note')


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ([], "wrong_format", ""),
        ({"data": []}, "wrong_format", ""),
        ({"data": {"cards": []}}, "wrong_type", "data.cards"),
        ({"data": {"cards": {}, "notes": []}}, "wrong_type", "data.notes"),
    ],
)
def test_refuses_another_backup(document, code, position):
    with refused((code, position)):
        leetsrs.rows(document, AS_IT_IS)


def test_reads_a_question_of_leetsolv():
    row = read_solved(solved(note="One pass.", importance=3))

    assert row.question == ImportedQuestion(**TWO_SUM, notes="One pass.", importance=4)
    assert row.baseline == ImportedBaseline(
        stability=10.0,
        difficulty=5.0,
        reviewed_at=FIRST.replace(microsecond=123456),
        due_at=ELEVENTH.replace(microsecond=123456),
        reps=3,
        lapses=0,
        state=2,
    )
    assert not row.is_suspended


@pytest.mark.parametrize(
    ("ease", "difficulty"), [(2.5, 5), (1.3, 9), (1.9, 7), (3.7, 1), (99, 1), (1, 10), (-9.9, 10)]
)
def test_an_ease_factor_becomes_a_difficulty(ease, difficulty):
    found = read_solved(solved(ease_factor=ease)).baseline.difficulty

    assert found == pytest.approx(difficulty)


def test_an_interval_of_nothing_has_the_lowest_stability():
    row = read_solved(solved(next_review=solved()["last_reviewed"]))

    assert row.baseline.stability == 0.001


def test_the_solution_with_which_a_question_is_added_is_a_review():
    assert read_solved(solved(review_count=0)).baseline.reps == 1


@pytest.mark.parametrize("last", [None, "0001-01-01T00:00:00Z"])
def test_a_question_that_was_never_reviewed_has_no_baseline(last):
    assert read_solved(solved(last_reviewed=last, ease_factor="broken")).baseline is None


@pytest.mark.parametrize("importance", [None, 0, 3])
def test_importance_counts_from_one_here(importance):
    found = read_solved(solved(importance=importance)).question.importance

    assert found == (None if importance is None else importance + 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://leetcode.com/problems/Two-Sum",
        "https://www.leetcode.com/problems/two-sum/description/?x=1",
        "https://leetcode.cn/problems/two-sum/",
    ],
)
def test_finds_the_question_by_its_link(url):
    assert read_solved(solved(url=url)).question == ImportedQuestion(**TWO_SUM, importance=2)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.hackerrank.com/challenges/x",
        "https://leetcode.com/",
        "https://leetcode.com/problems/%2e%2e",
        "two-sum",
        "http://[",
    ],
)
def test_skips_what_is_no_problem_of_leetcode(url):
    row = read_solved(solved(url=url))

    assert isinstance(row, SkippedRow)
    assert row.code == "not_leetcode"


@pytest.mark.parametrize(
    ("row", "code", "position"),
    [
        (None, "wrong_type", ""),
        (solved(url=None), "wrong_type", ".url"),
        (solved(note=5), "wrong_type", ".note"),
        (solved(importance=4), "bad_value", ".importance"),
        (solved(importance=-1), "bad_value", ".importance"),
        (solved(importance="1"), "wrong_type", ".importance"),
        (solved(last_reviewed=5), "wrong_type", ".last_reviewed"),
        (solved(last_reviewed="never"), "bad_value", ".last_reviewed"),
        (solved(next_review=None), "wrong_type", ".next_review"),
        (solved(review_count=-1), "bad_value", ".review_count"),
        (solved(review_count=None), "wrong_type", ".review_count"),
        (solved(ease_factor=None), "wrong_type", ".ease_factor"),
        (solved(ease_factor=10**400), "bad_value", ".ease_factor"),
    ],
)
def test_refuses_a_broken_question_at_its_place(row, code, position):
    with pytest.raises(RowRefused) as refusal:
        read_solved(row)

    problem = refusal.value.problem
    assert (problem.code, problem.position) == (code, f'questions."1"{position}')


@pytest.mark.parametrize(
    ("document", "code", "position"),
    [
        ([], "wrong_format", ""),
        ({"max_id": 1}, "wrong_format", ""),
        ({"max_id": 1, "questions": []}, "wrong_type", "questions"),
    ],
)
def test_refuses_another_file(document, code, position):
    with refused((code, position)):
        leetsolv.rows(document, AS_IT_IS)
