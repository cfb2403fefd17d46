"""What a person may say about a file: broken rows, old attempts, a list, companies."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.base.errors import NotFound
from domain.lists.services.items import add_to_study_list
from domain.lists.services.lists import delete_study_list
from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag
from domain.transfer import drafting, faults
from domain.transfer.faults import RowsRefused
from domain.transfer.formats.imported import ImportedRow
from domain.transfer.options import ImportOptions
from domain.transfer.reports import Counts, RowOutcome
from domain.transfer.storing import study_lists
from domain.transfer.storing.study_lists import ListIsFull
from tests.domain.practice.replay import expected, stored
from tests.domain.transfer.files import (
    a_problem,
    card,
    codeforces,
    leetsrs,
    neetcode,
    submission,
)
from tests.factories import (
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
)
from tests.schema.tables import nothing_changes

LONG = "x" * 300


def test_broken_rows_are_left_out_and_all_others_stored(imported):
    rows = [
        submission(1),
        5,
        submission(2, at="2026-02-01 12:00"),
        submission(3, problem=a_problem("B", name=LONG)),
        submission(4, verdict="COMPILATION_ERROR"),
        submission(5, problem=a_problem("C")),
    ]

    report = imported(codeforces(*rows), policy="SKIP_FAILED")

    assert (report.questions, report.logs) == (Counts(created=2), Counts(created=3))
    assert (report.total, report.skipped, report.failed) == (6, 1, 2)
    assert [(error.code, error.position) for error in report.errors] == [
        ("wrong_type", "result[1]"),
        ("bad_value", "result[3].problem.name"),
    ]
    assert not report.is_refused


def test_nothing_of_a_broken_row_is_stored(imported):
    rows = [submission(at="1999-12-31 12:00", problem=a_problem(tags=["dp"]))]

    report = imported(codeforces(*rows), policy="SKIP_FAILED")

    assert (report.created, report.failed, report.batch) == (0, 1, None)
    assert not Question.objects.exists()


def test_a_row_with_several_faults_fails_once(imported):
    row = submission(at="1999-12-31 12:00", problem=a_problem(name=LONG))

    report = imported(codeforces(row), policy="SKIP_FAILED")

    assert report.failed == 1
    assert [error.position for error in report.errors] == [
        "result[0].problem.name", "result[0].creationTimeSeconds",
    ]  # fmt: skip


def test_broken_rows_are_counted_exactly_and_told_up_to_a_bound(imported, monkeypatch):
    monkeypatch.setattr(faults, "MAX_ERRORS", 3)

    report = imported(codeforces(submission(), *range(60)), policy="SKIP_FAILED")

    assert (report.failed, len(report.errors), report.logs) == (60, 3, Counts(created=1))


def test_leaving_out_broken_rows_twice_changes_nothing(imported):
    content = codeforces(submission(), 5)
    imported(content, policy="SKIP_FAILED")

    report = imported(content, policy="SKIP_FAILED")

    assert (report.created, report.updated, report.failed) == (0, 0, 1)


@pytest.mark.parametrize("policy", ["REJECT_ALL", "SKIP_FAILED"])
def test_a_preview_tells_of_each_row(policy, previewed, imported, user):
    QuestionFactory(owner=user, platform="CODEFORCES", external_id="4B")
    imported(codeforces(submission(9, problem=a_problem("C"))))
    rows = [
        submission(1),
        submission(2, at="2026-02-01 12:00"),
        submission(3, problem=a_problem("B")),
        submission(9, problem=a_problem("C")),
        submission(4, verdict="COMPILATION_ERROR"),
    ]

    with nothing_changes():
        report = previewed(codeforces(*rows), policy=policy)

    assert [(row.position, row.title, row.outcome, row.changes) for row in report.rows] == [
        ("result[0]", "Watermelon A", "CREATED", ()),
        ("result[1]", "Watermelon A", "CREATED", ()),
        (
            "result[2]", "Watermelon B", "CREATED",
            ("url", "difficulty", "platform_rating", "tags"),
        ),
        ("result[3]", "Watermelon C", "UNCHANGED", ()),
        ("result[4]", "", "SKIPPED", ()),
    ]  # fmt: skip
    assert (report.questions, report.logs) == (Counts(1, 1, 1), Counts(3, 0, 1))


def test_a_preview_of_a_list_tells_what_is_completed(previewed, user):
    QuestionFactory(owner=user, platform="LEETCODE", external_id="two-sum", source="A friend")

    report = previewed(json.dumps([neetcode(), neetcode(problem="B", link="b")]))

    assert [(row.outcome, row.changes) for row in report.rows] == [
        (RowOutcome.UPDATED, ("url", "difficulty", "tags")),
        (RowOutcome.CREATED, ()),
    ]


def test_a_preview_of_a_refused_file_tells_every_broken_row(previewed):
    with nothing_changes():
        report = previewed(codeforces(submission(), *range(60)))

    assert (report.is_refused, report.failed, len(report.errors)) == (True, 60, 60)
    assert (report.questions, report.total) == (Counts(created=1), 61)
    outcomes = [row.outcome for row in report.rows]
    assert outcomes == [RowOutcome.CREATED, *[RowOutcome.FAILED] * 60]


@pytest.mark.parametrize(("policy", "is_refused"), [("REJECT_ALL", True), ("SKIP_FAILED", False)])
def test_a_preview_tells_of_the_good_rows_whatever_the_policy(policy, is_refused, previewed, user):
    QuestionFactory(owner=user, platform="CODEFORCES", external_id="4B")
    rows = [5, submission(1, problem=a_problem("B")), submission(2), "no row"]

    with nothing_changes():
        report = previewed(codeforces(*rows), policy=policy)

    assert [row.outcome for row in report.rows] == ["FAILED", "CREATED", "CREATED", "FAILED"]
    assert (report.questions, report.logs) == (Counts(created=1, updated=1), Counts(created=2))
    assert (report.failed, report.is_refused) == (2, is_refused)


def test_a_preview_tells_of_as_many_rows_as_asked_for(previewed):
    assert len(previewed(codeforces(*map(submission, range(1, 9))), rows=3).rows) == 3


def test_an_import_does_what_its_preview_said(previewed, imported):
    content = codeforces(submission(), submission(2, problem=a_problem("B")))

    preview, report = previewed(content), imported(content)

    assert preview.questions == report.questions == Counts(created=2)
    assert (preview.tags, preview.logs) == (report.tags, report.logs)


def test_only_solved_attempts(imported):
    rows = [
        submission(1, verdict="WRONG_ANSWER"),
        submission(2, at="2026-02-01 12:00"),
        submission(3, verdict="WRONG_ANSWER", problem=a_problem("B")),
    ]

    report = imported(codeforces(*rows), accepted_only=True)

    assert (report.questions, report.logs) == (Counts(created=1), Counts(created=1))
    assert [note.code for note in report.notes] == ["not_solved"] * 2
    assert QuestionLog.objects.get().external_id == "2"


def test_old_attempts_are_history_and_no_reviews(imported):
    rows = [
        submission(1, at="2026-01-31 09:29"),
        submission(2, at="2026-01-31 09:30", problem=a_problem("B")),
        submission(3, at="2026-03-01 12:00"),
    ]

    imported(codeforces(*rows), review_days=30)

    counted = dict(QuestionLog.objects.values_list("external_id", "counts_for_review"))
    assert counted == {"1": False, "2": True, "3": True}
    for question in Question.objects.all():
        assert stored(question) == expected(question)
    assert Question.objects.get(external_id="4A").review.reps == 1


def test_old_attempts_stay_what_they_are_when_they_are_imported_again(imported):
    content = codeforces(submission(1, at="2025-01-31 12:00"))
    imported(content, review_days=30)

    report = imported(content)

    assert (report.created, report.updated) == (0, 0)
    assert not QuestionLog.objects.get().counts_for_review


def test_questions_are_put_on_a_list_in_the_order_of_the_file(imported, user, now):
    study_list = StudyListFactory(owner=user)
    old = QuestionFactory(owner=user, platform="LEETCODE", external_id="b")
    add_to_study_list(study_list=study_list, questions=[old], actor=user, at=now)
    rows = [neetcode(problem=letter, link=letter) for letter in "cbad"]

    report = imported(json.dumps(rows), study_list=study_list.uid)

    on_it = study_list.items.order_by("position").values_list("question__external_id", flat=True)
    assert list(on_it) == ["b", "c", "a", "d"]
    assert report.study_lists == Counts(updated=1)


def test_a_list_that_has_the_questions_stays_as_it_is(imported, user):
    study_list = StudyListFactory(owner=user)
    content = json.dumps([neetcode()])
    imported(content, study_list=study_list.uid)

    with nothing_changes():
        report = imported(content, study_list=study_list.uid)

    assert report.study_lists == Counts(unchanged=1)


def test_a_list_that_would_be_too_long_refuses_the_file(imported, user, monkeypatch):
    monkeypatch.setattr(study_lists, "MAX_ITEMS", 2)
    study_list = StudyListFactory(owner=user)
    StudyListItemFactory(study_list=study_list)
    rows = [neetcode(problem=letter, link=letter) for letter in "ab"]

    with nothing_changes(), pytest.raises(ListIsFull):
        imported(json.dumps(rows), study_list=study_list.uid)


@pytest.mark.parametrize("whose", ["a stranger's", "in the trash"])
def test_a_list_that_is_not_there_refuses_the_file(whose, imported, user, stranger, now):
    study_list = StudyListFactory(owner=stranger if whose == "a stranger's" else user)
    if whose == "in the trash":
        delete_study_list(study_list=study_list, actor=user, at=now)

    with nothing_changes(), pytest.raises(NotFound):
        imported(json.dumps([neetcode()]), study_list=study_list.uid)


def test_the_time_zone_is_the_persons(imported, user, monkeypatch):
    user.settings.timezone = "Asia/Tokyo"
    user.settings.save()
    seen = []
    monkeypatch.setattr(
        "domain.transfer.drafting.rows_of",
        lambda document, format, options: seen.append(options.timezone) or [],
    )

    imported(codeforces(submission()))

    assert seen == ["Asia/Tokyo"]


def test_options_come_back_from_json():
    options = ImportOptions(
        day_first=False,
        columns={"title": "Name"},
        company="Big",
        window="30D",
        review_days=0,
        accepted_only=True,
    )

    assert ImportOptions.from_json(json.loads(json.dumps(options.as_json()))) == options
    assert ImportOptions().as_json() == {}


COMPANY = "Difficulty,Title,Frequency,Acceptance Rate,Link,Topics\n"
TWO_SUM = "EASY,Two Sum,{frequency},0.5,https://leetcode.com/problems/two-sum,Array\n"


def company_file(frequency="75.0"):
    return COMPANY + TWO_SUM.format(frequency=frequency)


def asked():
    """How often which company asks."""
    return list(QuestionTag.objects.filter(tag__kind="COMPANY").values_list("frequency", "window"))


def test_how_often_a_company_asks_is_filled_and_never_overwritten(imported, user):
    question = QuestionFactory(owner=user, platform="LEETCODE", external_id="two-sum")
    QuestionTagFactory(question=question, tag__name="Big", tag__kind="COMPANY")

    first = imported(company_file(), company="Big", window="30D")
    second = imported(company_file("90.0"), company="Big", window="30D")
    third = imported(company_file(), company="Big", window="90D")

    assert first.questions == Counts(updated=1)
    assert (second.updated, third.updated) == (0, 0)
    assert asked() == [(75.0, "30D")]


def test_how_often_a_company_asks_is_taken_back(imported, reverted, exported, user):
    question = QuestionFactory(
        owner=user, platform="LEETCODE", external_id="two-sum", url="https://a.b/", difficulty=1
    )
    QuestionTagFactory(question=question, tag__name="Big", tag__kind="COMPANY")
    before = exported()
    report = imported(company_file(), company="Big", window="30D")

    reverted(report)

    assert exported() == before


@pytest.fixture
def without_ids(monkeypatch):
    """Read files as if neither questions nor attempts had an id in them."""
    found = drafting.rows_of

    def stripped(row):
        if not isinstance(row, ImportedRow):
            return row
        log = row.log and replace(row.log, external_id="")
        return replace(row, question=replace(row.question, external_id=""), log=log)

    def rows_of(document, format, options):
        reader = replace(format, read_row=lambda row: stripped(format.read_row(row)))
        return [replace(rows, reader=reader) for rows in found(document, format, options)]

    monkeypatch.setattr(drafting, "rows_of", rows_of)


ROWS = codeforces(
    submission(1, at="2026-02-01 12:00", problem=a_problem(name="Melon")),
    submission(2, at="2026-02-02 12:00", problem=a_problem(name="MELON")),
    submission(3, at="2026-02-03 12:00", problem=a_problem(name="Apple")),
    submission(4, at="2026-02-01 12:00", problem=a_problem(name="Melon")),
)


def test_rows_without_an_id_are_about_what_has_their_title(without_ids, imported, user):
    QuestionFactory(owner=user, title="apple", platform="CODEFORCES")
    QuestionFactory(owner=user, title="melon", platform="LEETCODE")
    QuestionFactory(title="Melon", platform="CODEFORCES")

    report = imported(ROWS)

    assert report.questions == Counts(created=1, updated=1)
    assert report.logs == Counts(created=3)
    assert [note.code for note in report.notes] == ["duplicate"]
    logs = QuestionLog.objects.order_by("attempted_at")
    assert [log.question.title for log in logs] == ["Melon", "Melon", "apple"]
    assert set(logs.values_list("external_id", flat=True)) == {None}


def test_rows_without_an_id_are_imported_once(without_ids, imported):
    first = imported(ROWS)

    with nothing_changes():
        second = imported(ROWS)

    assert (second.created, second.updated) == (0, 0)
    assert second.logs.unchanged == first.logs.created == 3


def test_of_questions_with_one_title_the_oldest_is_meant(without_ids, imported, user):
    same = QuestionFactory.create_batch(2, owner=user, title="Apple", platform="CODEFORCES")

    imported(ROWS)

    assert [question.logs.count() for question in same] == [1, 0]


def test_an_attempt_that_was_logged_here_is_not_logged_again(without_ids, imported, user):
    question = QuestionFactory(owner=user, title="Apple", platform="CODEFORCES")
    QuestionLogFactory(question=question, attempted_at=datetime(2026, 2, 3, 12, tzinfo=UTC))

    report = imported(ROWS)

    assert report.logs == Counts(created=2, unchanged=1)
    assert question.logs.count() == 1


def test_rows_with_and_without_an_id_are_about_one_question(imported, monkeypatch):
    found = drafting.rows_of

    def first_without(document, format, options):
        (rows,) = found(document, format, options)
        reader = replace(format, read_row=lambda row: nameless(format.read_row(row)))
        one = [replace(rows, values=rows.values[:1], reader=reader)]
        return one + [replace(rows, values=rows.values[1:])]

    def nameless(row):
        return replace(row, question=replace(row.question, external_id=""))

    monkeypatch.setattr(drafting, "rows_of", first_without)
    content = codeforces(submission(1), submission(2, at="2026-02-01 12:00"))

    report, again = imported(content), imported(content)

    assert (report.questions, report.logs) == (Counts(created=1), Counts(created=2))
    assert (again.created, again.updated) == (0, 0)
    assert Question.objects.get().external_id == "4A"


def test_a_row_with_our_own_id_is_about_that_question(imported, user, monkeypatch):
    question = QuestionFactory(owner=user, title="Mine")
    found = drafting.rows_of

    def rows_of(document, format, options):
        (rows,) = found(document, format, options)
        reader = replace(format, read_row=lambda row: of_mine(format.read_row(row)))
        return [replace(rows, reader=reader)]

    def of_mine(row):
        return replace(row, question=replace(row.question, uid=question.uid))

    monkeypatch.setattr(drafting, "rows_of", rows_of)

    report = imported(codeforces(submission()))

    assert report.questions == Counts(updated=1)
    assert question.logs.count() == 1


def test_cards_that_are_repeated(imported):
    report = imported(leetsrs(card(), card("lru-cache")))

    assert report.reviews == Counts(created=2)


def test_moments_of_a_batch(imported, now):
    report = imported(codeforces(submission()))

    log = QuestionLog.objects.get()
    assert (log.import_batch, log.version) == (report.batch, 1)
    assert log.attempted_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_every_fault_is_named_to_those_who_want_to_know(imported):
    with pytest.raises(RowsRefused) as refusal:
        imported(codeforces(submission(), 5))

    assert refusal.value.failed == 1
    assert refusal.value.report.is_refused
