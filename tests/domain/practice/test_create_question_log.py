"""An attempt is logged, and its question follows."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from threading import Event
from unittest.mock import ANY
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import UserSettings
from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.practice.services.logs import create_question_log
from domain.practice.services.settings import update_settings
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.domain.parallel import at_once
from tests.domain.practice.replay import DERIVED, expected, stored
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionLogFactory

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


@pytest.fixture
def log(question, user, now):
    def call(**fields):
        return create_question_log(
            question=question, actor=user, at=now, **({"outcome": "SOLVED"} | fields)
        )

    return call


def test_needs_only_an_outcome(log, question, user, now):
    log()

    stored_log = QuestionLog.objects.get()
    assert (stored_log.question, stored_log.owner, stored_log.outcome) == (question, user, "SOLVED")
    assert (stored_log.attempted_at, stored_log.created_at, stored_log.version) == (now, now, 1)
    assert (stored_log.duration_seconds, stored_log.rating, stored_log.help) == (None, None, "NONE")
    assert (stored_log.mistakes, stored_log.counts_for_review) == ([], True)
    assert (stored_log.created_by, stored_log.uid.version) == (user, 7)


def test_keeps_everything_that_is_said(log):
    said = {
        "outcome": "PARTIAL",
        "duration_seconds": 1500,
        "rating": 2,
        "help": "HINT",
        "approach": "hash map",
        "time_complexity": "O(n)",
        "space_complexity": "O(1)",
        "language": "Python",
        "notes": " learnt\n",
        "solution_code": "  return 42\n",
        "mistakes": ["BUG", "OFF_BY_ONE"],
        "counts_for_review": False,
    }

    log(**said)

    assert QuestionLog.objects.values(*said).get() == said


def test_trims_and_composes_the_short_texts(log):
    log(approach=" cafe\u0301 ", language="\tGo", time_complexity=" O(n) ", space_complexity=" 1")

    kept = QuestionLog.objects.get()
    assert (kept.approach, kept.language) == ("café", "Go")
    assert (kept.time_complexity, kept.space_complexity) == ("O(n)", "1")


def test_brings_the_question_up_to_date(log, question, now):
    log(duration_seconds=600)
    log(outcome="FAILED", attempted_at=now - DAY, duration_seconds=None)

    assert stored(question) == expected(question)
    assert stored(question) | {"due_at": None, "review": None} == {
        "review": None,
        "log_count": 2,
        "solved_count": 1,
        "total_seconds": 600,
        "last_attempted_at": now,
        "last_outcome": "SOLVED",
        "due_at": None,
    }


def test_shows_the_new_counters_on_the_question_it_returns(log, question):
    created = log(duration_seconds=60)

    assert created.question is question
    shown = {name: getattr(question, name) for name in DERIVED}
    assert shown | {"review": ANY} == stored(question)


def test_makes_the_question_due_in_two_days_once_it_is_solved(log, question, now):
    log()

    question.refresh_from_db()
    assert question.due_at == now + 2 * DAY


def test_leaves_the_version_of_the_question(log, question):
    log()

    question.refresh_from_db()
    assert question.version == 1


def test_that_does_not_count_leaves_the_question_not_due(log, question):
    log(counts_for_review=False)

    question.refresh_from_db()
    assert (question.log_count, question.due_at) == (1, None)


def test_belongs_to_the_owner_of_the_question_when_somebody_else_acts(question, user, admin, now):
    UserSettings.objects.filter(user=user).update(maximum_interval_days=1)

    created = create_question_log(question=question, actor=admin, at=now, outcome="SOLVED")

    assert (created.owner, created.created_by) == (user, admin)
    assert question.due_at == now + DAY  # by the owner's settings


def test_is_recorded_by_the_names_of_its_fields(log, user):
    created = log(notes="my secret")

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner, event.object_uid) == (
        "question_log.created",
        user,
        created.uid,
    )
    assert event.fields == ["notes", "outcome"]


class TestMoment:
    @pytest.mark.parametrize("ahead", [timedelta(0), 5 * MINUTE])
    def test_may_be_ahead_by_five_minutes(self, ahead, log, now):
        log(attempted_at=now + ahead)

        assert QuestionLog.objects.get().attempted_at == now + ahead

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 3, 2, 9, 35, 0, 1, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12))),
        ],
    )
    def test_is_refused_when_further_ahead(self, moment, log, question):
        with refused(attempted_at="in_the_future"):
            log(attempted_at=moment)

        assert not QuestionLog.objects.exists()
        assert stored(question)["log_count"] == 0

    def test_may_be_the_first_of_2000(self, log):
        moment = datetime(2000, 1, 1, tzinfo=UTC)

        log(attempted_at=moment)

        assert QuestionLog.objects.get().attempted_at == moment

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2000, 1, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata")),
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        ],
    )
    def test_is_refused_before_2000(self, moment, log):
        with refused(attempted_at="too_early"):
            log(attempted_at=moment)

        assert not QuestionLog.objects.exists()

    def test_is_kept_in_utc(self, log, now):
        created = log(attempted_at=now.astimezone(ZoneInfo("Asia/Kolkata")))

        assert created.attempted_at.tzinfo is UTC
        assert created.attempted_at == now

    def test_without_a_time_zone_is_refused(self, log, now):
        with refused(attempted_at="no_time_zone"):
            log(attempted_at=now.replace(tzinfo=None))

    def test_null_is_refused(self, log):
        with refused(attempted_at="null"):
            log(attempted_at=None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_seconds", 0),
        ("duration_seconds", 86_400),
        ("approach", "x" * 200),
        ("time_complexity", "x" * 40),
        ("space_complexity", "x" * 40),
        ("language", "x" * 40),
        ("notes", "x" * 100_000),
        ("solution_code", "x" * 65_536),
        ("solution_code", "é" * 32_768),
        ("solution_code", "\U0001f600" * 16_384),
        ("mistakes", ["BUG"]),
        ("mistakes", []),
        ("rating", 1),
        ("rating", 4),
        ("rating", None),
    ],
)
def test_accepts_at_the_limit(field, value, log):
    log(**{field: value})

    assert QuestionLog.objects.values_list(field, flat=True).get() == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("outcome", "WON", "invalid_choice"),
        ("outcome", "", "blank"),
        ("outcome", None, "null"),
        ("duration_seconds", -1, "min_value"),
        ("duration_seconds", 86_401, "max_value"),
        ("duration_seconds", 2**31, "max_value"),
        ("duration_seconds", 2**63, "max_value"),
        ("duration_seconds", -(2**63), "min_value"),
        ("rating", 0, "invalid_choice"),
        ("rating", 5, "invalid_choice"),
        ("rating", 2**70, "invalid_choice"),
        ("help", "FRIEND", "invalid_choice"),
        ("help", None, "null"),
        ("approach", "x" * 201, "max_length"),
        ("approach", None, "null"),
        ("approach", "\x00", "unstorable_text"),
        ("time_complexity", "x" * 41, "max_length"),
        ("space_complexity", "x" * 41, "max_length"),
        ("language", "x" * 41, "max_length"),
        ("language", "\ud800", "unstorable_text"),
        ("notes", "x" * 100_001, "max_length"),
        ("notes", "\x00", "unstorable_text"),
        ("notes", None, "null"),
        ("solution_code", "x" * 65_537, "code_too_long"),
        ("solution_code", "é" * 32_769, "code_too_long"),
        ("solution_code", "a\x00", "unstorable_text"),
        ("solution_code", "\ud800", "unstorable_text"),
        ("solution_code", None, "null"),
        ("mistakes", ["LAZY"], "unknown_mistake"),
        ("mistakes", ["BUG", "BUG"], "repeated_mistake"),
        ("mistakes", "BUG", "unknown_mistake"),
        ("mistakes", {"BUG": 1}, "unknown_mistake"),
        ("mistakes", [[]], "unknown_mistake"),
        ("mistakes", [{}], "unknown_mistake"),
        ("mistakes", [["BUG"]], "unknown_mistake"),
        ("mistakes", [None], "unknown_mistake"),
        ("mistakes", [1, True, 1.5], "unknown_mistake"),
        ("mistakes", {}, "invalid"),
        ("mistakes", "", "invalid"),
        ("mistakes", None, "null"),
        ("counts_for_review", None, "null"),
    ],
)
def test_refuses(field, value, code, log, question):
    with pytest.raises(ValidationError) as caught:
        log(**{field: value})

    refusals = codes_of(caught.value)
    assert list(refusals) == [field]
    assert set(refusals[field]) == {code}
    assert not QuestionLog.objects.exists()
    assert stored(question)["log_count"] == 0
    assert not AuditEvent.objects.exists()


class TestId:
    def test_is_the_one_given(self, log):
        uid = uuid.uuid4()

        assert log(uid=uid).uid == uid

    def test_given_twice_is_refused_and_not_counted(self, log, question):
        uid = log().uid

        with refused(id="id_taken"):
            log(uid=uid)

        assert stored(question)["log_count"] == 1

    def test_may_be_that_of_a_stranger(self, log, stranger):
        theirs = QuestionLogFactory(question__owner=stranger)

        assert log(uid=theirs.uid).uid == theirs.uid


class TestMeanwhile:
    def test_the_question_was_deleted(self, log, question, user, now):
        delete_question(question=Question.objects.get(), actor=user, at=now)

        with refused(question="not_found"):
            log()

        assert not QuestionLog.objects.exists()

    def test_the_question_was_purged(self, log, question):
        Question.objects.all().delete()

        with refused(question="not_found"):
            log()

    def test_the_settings_were_changed(self, log, question, user, now):
        assert user.settings.maximum_interval_days == 365
        other_copy = type(user).objects.get(pk=user.pk)
        update_settings(user=other_copy, at=now, maximum_interval_days=1)

        log()

        assert stored(question)["due_at"] == now + DAY

    @pytest.mark.django_db(transaction=True)
    def test_parallel_logs_are_all_counted(self, now):
        question = QuestionFactory()
        calls = [
            lambda n=n: create_question_log(
                question=Question.objects.get(),
                actor=question.owner,
                at=now,
                outcome="SOLVED",
                duration_seconds=1,
                attempted_at=now - n * DAY,
            )
            for n in range(8)
        ]

        at_once(*calls)

        assert stored(question)["log_count"] == stored(question)["total_seconds"] == 8
        assert stored(question) == expected(question)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("logged_before", [True, False])
    def test_settings_that_change_at_the_same_moment_leave_no_old_due_date(
        self, logged_before, now
    ):
        question = QuestionFactory()
        user = question.owner
        if logged_before:
            QuestionLogFactory(question=question, attempted_at=now - 30 * DAY)
        for interval in (1, 300, 2, 299):
            copies = [type(user).objects.select_related("settings").get() for _ in range(2)]
            log = {"question": Question.objects.get(), "outcome": "SOLVED", "rating": 4}

            at_once(
                partial(update_settings, user=copies[0], at=now, maximum_interval_days=interval),
                partial(create_question_log, actor=copies[1], at=now, **log),
            )

            assert stored(question) == expected(question)

    @pytest.mark.django_db(transaction=True)
    def test_settings_that_change_wait_for_a_first_attempt_that_is_being_logged(self, now):
        question = QuestionFactory()
        user = question.owner
        logged, changed = Event(), Event()

        def log():
            with transaction.atomic():
                create_question_log(question=question, actor=user, at=now, outcome="SOLVED")
                logged.set()
                # Nothing can happen within this time: the other one needs what is locked here.
                assert not changed.wait(timeout=0.3)

        def change():
            logged.wait()
            update_settings(user=user, at=now, maximum_interval_days=1)
            changed.set()

        outcomes = at_once(log, change)

        assert outcomes == [None, None]
        assert stored(question)["due_at"] == now + DAY
