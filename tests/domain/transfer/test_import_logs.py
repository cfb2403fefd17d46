"""Attempts are stored once, and of those imported for one day only the question's last counts."""

from datetime import timedelta

import pytest

from domain.base.findings import Finding
from domain.practice.models import QuestionLog
from domain.practice.services.logs import (
    create_question_log,
    delete_question_log,
    update_question_log,
)
from domain.questions.models import Question
from domain.transfer.reports import Counts
from tests.domain.practice.replay import expected, stored
from tests.domain.transfer.files import a_problem, codeforces, submission


def counted():
    logs = QuestionLog.objects.live().filter(counts_for_review=True)
    return sorted(logs.exclude(external_id=None).values_list("external_id", flat=True))


def test_an_attempt_tells_where_it_comes_from(imported, user, now):
    imported(codeforces(submission(77)))

    log = QuestionLog.objects.get()
    assert (log.platform, log.external_id) == ("CODEFORCES", "77")
    assert (log.help, log.rating, log.duration_seconds) == ("NONE", None, None)
    assert (log.owner, log.created_by, log.updated_by) == (user, user, user)
    assert (log.created_at, log.updated_at, log.version) == (now, now, 1)


def test_the_question_counts_its_attempts(imported):
    imported(
        codeforces(
            submission(1, "2026-02-01 12:00", verdict="WRONG_ANSWER"),
            submission(2, "2026-02-02 12:00"),
            submission(3, "2026-02-03 12:00", verdict="PARTIAL"),
        )
    )

    question = Question.objects.get()
    assert (question.log_count, question.solved_count, question.total_seconds) == (3, 1, 0)
    assert question.last_outcome == "PARTIAL"
    assert question.last_attempted_at.isoformat() == "2026-02-03T12:00:00+00:00"


def test_the_next_review_is_the_one_that_logging_by_hand_gives(imported, user, now, stranger):
    imported(
        codeforces(
            submission(1, "2026-02-01 12:00", verdict="WRONG_ANSWER"),
            submission(2, "2026-02-02 12:00"),
        )
    )

    question = Question.objects.get()
    by_hand = Question.objects.create(owner=stranger, title="Same", slug="same")
    for log in QuestionLog.objects.order_by("attempted_at"):
        create_question_log(
            question=by_hand,
            actor=stranger,
            at=now,
            attempted_at=log.attempted_at,
            outcome=log.outcome,
        )
    by_hand.refresh_from_db()
    assert question.due_at == by_hand.due_at
    assert question.due_at is not None


def test_only_the_last_of_a_day_counts(imported):
    imported(
        codeforces(
            submission(3, "2026-02-01 23:00"),
            submission(1, "2026-02-01 12:00", verdict="WRONG_ANSWER"),
            submission(2, "2026-02-01 12:30", verdict="WRONG_ANSWER"),
            submission(4, "2026-02-02 12:00"),
        )
    )

    assert counted() == ["3", "4"]


def test_of_one_second_the_later_submission_counts(imported):
    imported(codeforces(*(submission(number) for number in (10, 9, 100))))

    assert counted() == ["100"]
    assert Question.objects.get().log_count == 3


def test_questions_have_days_of_their_own(imported):
    imported(codeforces(submission(1), submission(2, problem=a_problem("B"))))

    assert counted() == ["1", "2"]


@pytest.mark.parametrize(
    ("timezone", "day_start_hour", "expected"),
    [
        ("UTC", 4, ["2", "3"]),
        ("UTC", 0, ["1", "3"]),
        ("America/New_York", 4, ["3"]),
        ("Asia/Tokyo", 12, ["1", "3"]),
    ],
)
def test_the_day_is_the_persons(timezone, day_start_hour, expected, imported, user):
    user.settings.timezone, user.settings.day_start_hour = timezone, day_start_hour
    user.settings.save()

    imported(
        codeforces(
            submission(1, "2026-02-01 23:00"),
            submission(2, "2026-02-02 03:30"),
            submission(3, "2026-02-02 05:00"),
        )
    )

    assert counted() == expected


def test_a_later_submission_of_the_day_overtakes_the_stored_one(imported, user, now):
    imported(codeforces(submission(1, "2026-02-01 12:00", verdict="WRONG_ANSWER")))

    report = imported(codeforces(submission(2, "2026-02-01 13:00")))

    assert report.logs == Counts(created=1, updated=1)
    assert counted() == ["2"]
    overtaken = QuestionLog.objects.get(external_id="1")
    assert (overtaken.version, overtaken.updated_at, overtaken.updated_by) == (2, now, user)


def test_an_earlier_submission_of_the_day_does_not_count(imported):
    imported(codeforces(submission(2, "2026-02-01 13:00")))

    report = imported(codeforces(submission(1, "2026-02-01 12:00")))

    assert report.logs == Counts(created=1)
    assert counted() == ["2"]
    assert QuestionLog.objects.get(external_id="2").version == 1


def test_an_import_moves_the_next_review_of_a_stored_question(imported):
    imported(codeforces(submission(1, "2026-02-01 12:00", verdict="WRONG_ANSWER")))
    before = Question.objects.get()

    imported(codeforces(submission(2, "2026-02-01 13:00")))

    after = Question.objects.get()
    assert (before.log_count, after.log_count, after.solved_count) == (1, 2, 1)
    assert after.due_at > before.due_at
    assert after.version == before.version


def test_history_overtakes_nothing(imported, reverted, exported):
    imported(codeforces(submission(1, "2026-02-01 10:00")))
    before, settled = exported(), stored(Question.objects.get())
    dump = codeforces(submission(1, "2026-02-01 10:00"), submission(2, "2026-02-01 13:00"))

    report = imported(dump, review_days=20)

    assert report.logs == Counts(created=1, unchanged=1)
    assert counted() == ["1"]
    question = Question.objects.get()
    assert stored(question) == expected(question)
    assert stored(question)["review"] == settled["review"]
    assert imported(dump, review_days=20).changed_tables == []
    reverted(report)
    assert exported() == before


def test_beside_history_the_last_that_counts_is_overtaken(imported, reverted, exported):
    imported(codeforces(submission(1, "2026-02-01 10:00")))
    imported(codeforces(submission(2, "2026-02-01 13:00")), review_days=20)
    before = exported()

    report = imported(codeforces(submission(3, "2026-02-01 14:00")))

    assert report.logs == Counts(created=1, updated=1)
    assert counted() == ["3"]
    question = Question.objects.get()
    assert stored(question) == expected(question)
    reverted(report)
    assert exported() == before


@pytest.mark.parametrize(("hour", "expected"), [("09", ["1"]), ("11", ["3"])])
def test_a_submission_before_history_counts_if_it_is_the_last_that_may(hour, expected, imported):
    imported(codeforces(submission(1, "2026-02-01 10:00")))
    imported(codeforces(submission(2, "2026-02-01 13:00")), review_days=20)

    imported(codeforces(submission(3, f"2026-02-01 {hour}:00")))

    assert counted() == expected


def test_attempts_logged_by_hand_go_on_counting(imported, user, now):
    imported(codeforces(submission(1, "2026-02-01 12:00")))
    by_hand = create_question_log(
        question=Question.objects.get(),
        actor=user,
        at=now,
        attempted_at=QuestionLog.objects.get().attempted_at + timedelta(minutes=5),
        outcome="SOLVED",
    )

    imported(codeforces(submission(2, "2026-02-01 13:00")))

    by_hand.refresh_from_db()
    assert (by_hand.counts_for_review, by_hand.version) == (True, 1)
    assert counted() == ["2"]


def test_a_person_decides_that_the_last_does_not_count(imported, user, now):
    imported(codeforces(submission(2, "2026-02-01 13:00")))
    log = QuestionLog.objects.get()
    update_question_log(log=log, actor=user, at=now, counts_for_review=False)

    report = imported(codeforces(submission(1, "2026-02-01 12:00"), submission(2)))

    assert report.logs == Counts(created=1, unchanged=1)
    assert counted() == []


def test_what_the_person_wrote_about_an_attempt_stays(imported, user, now):
    imported(codeforces(submission(1)))
    log = QuestionLog.objects.get()
    update_question_log(log=log, actor=user, at=now, outcome="PARTIAL", notes="Slow.", rating=2)

    report = imported(codeforces(submission(1)))

    log.refresh_from_db()
    assert report.logs == Counts(unchanged=1)
    assert (log.outcome, log.notes, log.rating, log.version) == ("PARTIAL", "Slow.", 2, 2)


def test_an_attempt_in_the_trash_is_stored_anew(imported, user, now):
    imported(codeforces(submission(1)))
    delete_question_log(log=QuestionLog.objects.get(), actor=user, at=now)

    report = imported(codeforces(submission(1)))

    assert report.logs == Counts(created=1)
    assert QuestionLog.objects.live().count() == 1
    assert Question.objects.get().log_count == 1


def test_an_attempt_is_known_though_its_question_was_given_another_id(imported):
    imported(codeforces(submission(1)))
    Question.objects.update(external_id="4Z")

    report = imported(codeforces(submission(1)))

    assert report.logs == Counts(unchanged=1)
    assert report.questions == Counts(created=1)
    assert QuestionLog.objects.count() == 1


def test_a_number_that_stands_twice_in_a_file_is_stored_once(imported):
    again = submission(1, verdict="WRONG_ANSWER", problem=a_problem("B"))

    report = imported(codeforces(submission(1), again))

    assert report.logs == Counts(created=1)
    assert (report.skipped, report.notes) == (
        1,
        (
            Finding(
                "duplicate", "result[1]", "An earlier row of this file is about the same attempt."
            ),
        ),
    )
    assert QuestionLog.objects.get().outcome == "SOLVED"
