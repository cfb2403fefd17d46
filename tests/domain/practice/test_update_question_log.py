"""An attempt is corrected, and its question follows."""

from datetime import timedelta
from unittest.mock import ANY

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.practice.services.logs import delete_question_log, update_question_log
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.domain.parallel import at_once
from tests.domain.practice.replay import DERIVED, expected, stored
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionLogFactory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


@pytest.fixture
def log(question, now):
    return QuestionLogFactory(
        question=question, attempted_at=now - DAY, duration_seconds=60, notes="n", rating=3
    )


@pytest.fixture
def update(log, user, now):
    def call(**changes):
        return update_question_log(log=log, actor=user, at=now + HOUR, **changes)

    return call


def test_changes_what_is_given_and_leaves_the_rest(update, log):
    before = QuestionLog.objects.values().get()

    update(outcome="FAILED")

    after = QuestionLog.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {
        "outcome",
        "updated_at",
        "version",
    }


def test_sets_to_null_what_is_given_as_null(update):
    update(rating=None, duration_seconds=None)

    log = QuestionLog.objects.get()
    assert (log.rating, log.duration_seconds) == (None, None)


def test_stamps_it(log, admin, now):
    update_question_log(log=log, actor=admin, at=now + HOUR, language="Go")

    stored_log = QuestionLog.objects.get()
    assert (stored_log.version, stored_log.updated_by, stored_log.updated_at) == (
        2,
        admin,
        now + HOUR,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "FAILED", "rating": None},
        {"outcome": "PARTIAL"},
        {"rating": 1},
        {"rating": None, "help": "EDITORIAL"},
        {"duration_seconds": None},
        {"duration_seconds": 86_400},
        {"counts_for_review": False},
        {"attempted_at": "10 days before"},
        {"attempted_at": "an hour after"},
    ],
)
def test_brings_the_question_up_to_date(changes, update, question, now):
    QuestionLogFactory(question=question, attempted_at=now - 5 * DAY)
    before = stored(question)
    moments = {"10 days before": now - 10 * DAY, "an hour after": now + HOUR}
    if "attempted_at" in changes:
        changes = {"attempted_at": moments[changes["attempted_at"]]}

    changed = update(**changes)

    assert stored(question) == expected(question) != before
    shown = {name: getattr(changed.question, name) for name in DERIVED}
    assert shown | {"review": ANY} == stored(question)


def test_leaves_other_questions_alone(update, user):
    other = QuestionLogFactory(question__owner=user).question
    before = stored(other)

    update(outcome="FAILED")

    assert stored(other) == before


def test_without_a_difference_changes_and_records_nothing(update, log, now):
    before = QuestionLog.objects.values().get()

    update(outcome="SOLVED", attempted_at=now - DAY, notes="n")

    assert QuestionLog.objects.values().get() == before
    assert not AuditEvent.objects.exists()


def test_is_recorded_by_the_names_of_what_changed(update, log):
    update(notes="my secret", outcome="SOLVED")

    event = AuditEvent.objects.get()
    assert (event.verb, event.object_uid) == ("question_log.updated", log.uid)
    assert event.fields == ["notes"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"outcome": "WON"}, {"outcome": "invalid_choice"}),
        ({"mistakes": [[]]}, {"mistakes": "unknown_mistake"}),
        ({"attempted_at": None}, {"attempted_at": "null"}),
        ({"solution_code": "x" * 65_537}, {"solution_code": "code_too_long"}),
    ],
)
def test_leaves_everything_as_it_was_when_refused(changes, refusal, update, question):
    before = QuestionLog.objects.values().get(), stored(question)

    with refused(**refusal):
        update(**changes)

    assert (QuestionLog.objects.values().get(), stored(question)) == before


def test_refuses_the_future(update, now):
    with refused(attempted_at="in_the_future"):
        update(attempted_at=now + HOUR + timedelta(minutes=5, microseconds=1))


class TestMeanwhile:
    """The service is handed a row that was loaded before somebody else changed it."""

    def test_other_edits_are_kept_and_counted(self, log, user, now):
        old = QuestionLog.objects.get()
        update_question_log(log=log, actor=user, at=now, notes="by the phone")

        update_question_log(log=old, actor=user, at=now, language="Go")

        kept = QuestionLog.objects.get()
        assert (kept.notes, kept.language, kept.version) == ("by the phone", "Go", 3)

    def test_an_edit_back_to_what_was_loaded_is_a_change(self, log, question, user, now):
        old = QuestionLog.objects.get()
        update_question_log(log=log, actor=user, at=now, outcome="FAILED")

        update_question_log(log=old, actor=user, at=now, outcome="SOLVED")

        assert QuestionLog.objects.get().outcome == "SOLVED"
        assert stored(question) == expected(question)

    def test_deletion_is_noticed(self, log, user, now):
        delete_question_log(log=QuestionLog.objects.get(), actor=user, at=now)

        with refused("not_found"):
            update_question_log(log=log, actor=user, at=now, notes="other")

        assert QuestionLog.objects.get().notes == "n"

    def test_deletion_of_the_question_is_noticed(self, log, user, now):
        delete_question(question=Question.objects.get(), actor=user, at=now)

        with refused("not_found"):
            update_question_log(log=log, actor=user, at=now, notes="other")

    @pytest.mark.django_db(transaction=True)
    def test_parallel_edits_lose_nothing(self, now):
        log = QuestionLogFactory()
        fields = {"notes": "N", "language": "Go", "outcome": "FAILED", "duration_seconds": 9}
        calls = [
            lambda change=change: update_question_log(
                log=log, actor=log.owner, at=now, **dict([change])
            )
            for change in fields.items()
        ]

        at_once(*calls)

        assert QuestionLog.objects.values(*fields).get() == fields
        assert QuestionLog.objects.get().version == 1 + len(fields)
        assert stored(log.question) == expected(log.question)

    @pytest.mark.django_db(transaction=True)
    def test_parallel_edits_and_deletions_leave_right_counters(self, now):
        question = QuestionFactory()
        logs = QuestionLogFactory.create_batch(4, question=question, duration_seconds=10)
        calls = [
            lambda log=logs[0]: delete_question_log(log=log, actor=question.owner, at=now),
            lambda log=logs[0]: delete_question_log(log=log, actor=question.owner, at=now),
            lambda log=logs[1]: update_question_log(
                log=log, actor=question.owner, at=now, outcome="FAILED"
            ),
            lambda log=logs[1]: delete_question_log(log=log, actor=question.owner, at=now),
        ]

        at_once(*calls)

        assert stored(question)["log_count"] == 2
        assert stored(question) == expected(question)
        assert QuestionLog.objects.get(pk=logs[0].pk).version == 2
