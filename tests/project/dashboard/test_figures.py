"""Each figure agrees with the rows that there are, to the border of a day."""

from datetime import date, timedelta

import pytest
from django.db import connection

from domain.audit import services as audit
from domain.base.models import new_uid
from domain.jobs.models import JobStatus
from domain.practice.services.logs import delete_question_log
from project.dashboard import figures
from tests.factories import (
    NOW,
    JobFactory,
    QuestionFactory,
    QuestionLogFactory,
    UserFactory,
)
from tests.project.dashboard.reading import moment, on, read

pytestmark = pytest.mark.django_db
BEFORE_MIDNIGHT = moment("2026-02-28 23:59:59.999999")
MIDNIGHT = moment("2026-03-01 00:00:00")
LAST = moment("2026-03-01 23:59:59.999999")
AFTER = moment("2026-03-02 00:00:00")
BORDERS = (BEFORE_MIDNIGHT, MIDNIGHT, LAST, AFTER)


def ended(status, at, **columns):
    return JobFactory(status=status, finished_at=at, **columns)


def test_sign_ups_count_from_midnight_to_midnight_in_utc():
    for at in BORDERS:
        UserFactory(date_joined=at)

    found = [on(figures.SIGN_UPS, f"2026-{day}") for day in ("02-28", "03-01", "03-02")]

    assert found == [{"people": 1}, {"people": 2}, {"people": 1}]


def test_days_without_rows_are_there_and_count_nothing():
    QuestionLogFactory(created_at=MIDNIGHT)

    days = read(figures.ATTEMPTS, days=7)

    assert list(days) == [date(2026, 2, 24) + timedelta(days=passed) for passed in range(7)]
    assert [day.day for day, counts in days.items() if counts] == [1]


def test_attempts_count_on_the_day_they_were_stored_whenever_they_ended():
    for at in BORDERS:
        QuestionLogFactory(created_at=at, attempted_at=NOW - timedelta(days=400))

    assert [on(figures.ATTEMPTS, f"2026-{day}")["logged"] for day in ("02-28", "03-01")] == [1, 2]


def test_attempts_are_told_apart_by_where_they_come_from_and_how_they_ended():
    for outcome, batch in [("SOLVED", None), ("PARTIAL", new_uid()), ("FAILED", None)]:
        QuestionLogFactory(created_at=NOW, outcome=outcome, import_batch=batch)

    counts = on(figures.ATTEMPTS, "2026-03-02")

    assert counts == {
        "people": 3,
        "logged": 2,
        "imported": 1,
        "SOLVED": 1,
        "PARTIAL": 1,
        "FAILED": 1,
    }


def test_an_active_person_counts_once_a_day_however_much_they_do(user, stranger):
    question = QuestionFactory(owner=user)
    for at in (MIDNIGHT, LAST, AFTER):
        QuestionLogFactory(question=question, created_at=at)
    QuestionLogFactory(question__owner=stranger, created_at=LAST)

    assert on(figures.ATTEMPTS, "2026-03-01")["people"] == 2
    assert on(figures.ATTEMPTS, "2026-03-02")["people"] == 1


def test_an_attempt_in_the_trash_happened_all_the_same(user):
    log = QuestionLogFactory(question__owner=user, created_at=MIDNIGHT)

    delete_question_log(log=log, actor=user, at=NOW)

    assert on(figures.ATTEMPTS, "2026-03-01")["SOLVED"] == 1


@pytest.mark.parametrize(
    ("figure", "first"),
    [
        (figures.ACTIVE_7, moment("2026-02-24 00:00:00")),
        (figures.ACTIVE_30, moment("2026-02-01 00:00:00")),
    ],
)
def test_active_people_of_several_days_count_once(figure, first, user):
    QuestionLogFactory.create_batch(3, question__owner=user, created_at=NOW - timedelta(hours=1))
    QuestionLogFactory(created_at=first)
    QuestionLogFactory(created_at=first - timedelta(microseconds=1))

    assert read(figure) == 2


def test_jobs_count_on_the_day_they_ended_by_how_they_did():
    ended(JobStatus.SUCCEEDED, BEFORE_MIDNIGHT)
    ended(JobStatus.SUCCEEDED, MIDNIGHT, created_at=MIDNIGHT - timedelta(days=2))
    ended(JobStatus.FAILED, LAST, error_code="internal")
    ended(JobStatus.CANCELLED, LAST)
    JobFactory(status=JobStatus.RUNNING, created_at=MIDNIGHT)

    assert on(figures.JOBS, "2026-03-01") == {"SUCCEEDED": 1, "FAILED": 1, "CANCELLED": 1}


def test_failures_count_by_their_code():
    for code in ("internal", "internal", "took_too_long"):
        ended(JobStatus.FAILED, LAST, error_code=code)
    ended(JobStatus.SUCCEEDED, LAST)

    assert on(figures.FAILURES, "2026-03-01") == {"internal": 2, "took_too_long": 1}


def test_failures_of_the_last_day_end_with_this_moment():
    for hours in (0.5, 23, 25):
        ended(JobStatus.FAILED, NOW - timedelta(hours=hours), error_code="internal")

    assert read(figures.FAILED) == 2


def test_lockouts_count_with_and_without_an_account(user):
    for at, row in [(BEFORE_MIDNIGHT, user), (MIDNIGHT, user), (LAST, None)]:
        audit.record(verb="account.locked", at=at, actor=None, row=row)
    audit.record(verb="account.unlocked", at=LAST, actor=None, row=user)

    assert on(figures.LOCKOUTS, "2026-03-01") == {"locks": 2}


@pytest.mark.parametrize(
    "figure",
    [figures.SIGN_UPS, figures.ATTEMPTS, figures.JOBS, figures.FAILURES, figures.LOCKOUTS],
    ids=lambda figure: figure.name,
)
def test_an_index_finds_the_rows_of_a_day(figure):
    if connection.vendor != "postgresql":
        pytest.skip("block range indexes are PostgreSQL's")
    for days in range(200):
        audit.record(verb="account.locked", at=NOW - timedelta(days=days), actor=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Of an empty table the verb's index would do as well.
        cursor.execute("ANALYZE audit_auditevent")

    plan = figure.rows(after=MIDNIGHT, before=AFTER).explain()

    assert "Seq Scan" not in plan
    assert f"Index Cond: (({figure.moment} >=" in plan


def test_people_are_all_that_have_an_account():
    UserFactory.create_batch(3)

    assert read(figures.PEOPLE) == 3


def test_migrations_are_those_that_the_database_lacks():
    assert read(figures.MIGRATIONS) == 0


def test_a_server_without_a_replica_says_so():
    assert read(figures.COPY) == "none"
