"""Many attempts in one call, each judged as if it were alone."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.base.bulk import Ref
from domain.base.errors import NotFound
from domain.practice.models import QuestionLog
from domain.practice.services.bulk import (
    LogChange,
    NewLog,
    create_question_logs,
    delete_question_logs,
    update_question_logs,
)
from domain.practice.services.logs import update_question_log
from domain.questions.models import Question
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, stored
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionLogFactory, UserFactory
from tests.schema.tables import nothing_changes

ALL, SKIP = "REJECT_ALL", "SKIP_FAILED"
DAY = timedelta(days=1)


def told(entries):
    """Of each row its status, or the codes of its refusal."""
    return [codes_of(entry.refusal) if entry.refusal else entry.status for entry in entries]


def new(question, *, uid=None, **fields):
    return NewLog(question, {"outcome": "SOLVED"} | fields, uid)


def change(log, *, version=None, **fields):
    return LogChange(Ref(log, version), fields)


@pytest.fixture
def create(user, now):
    def call(*rows, policy=SKIP):
        return create_question_logs(owner=user, at=now, rows=rows, policy=policy)

    return call


@pytest.fixture
def update(user, now):
    def call(*rows, policy=SKIP):
        return update_question_logs(owner=user, at=now, rows=rows, policy=policy)

    return call


@pytest.fixture
def delete(user, now):
    def call(*rows, policy=SKIP):
        return delete_question_logs(owner=user, at=now, rows=rows, policy=policy)

    return call


@pytest.fixture
def questions(user):
    return QuestionFactory.create_batch(3, owner=user)


class TestCreate:
    def test_makes_of_each_what_one_alone_would_be(self, create, questions, user, now):
        first, second = create(
            new(questions[0], approach=" hash "),
            new(questions[0], outcome="FAILED", attempted_at=now - DAY, mistakes=["BUG"]),
        )

        assert told([first, second]) == ["CREATED", "CREATED"]
        log = QuestionLog.objects.get(uid=first.row.uid)
        assert (log.approach, log.attempted_at, log.owner, log.created_by) == (
            "hash", now, user, user,
        )  # fmt: skip
        events = AuditEvent.objects.filter(verb="question_log.created").order_by("pk")
        assert list(events.values_list("object_uid", "fields")) == [
            (first.row.uid, ["approach", "outcome"]),
            (second.row.uid, ["attempted_at", "mistakes", "outcome"]),
        ]

    def test_settles_every_touched_question(self, create, questions, now):
        create(
            new(questions[0], attempted_at=now - DAY, duration_seconds=60),
            new(questions[1], outcome="FAILED"),
            new(questions[0], rating=2),
        )

        assert [stored(question) for question in questions] == [
            expected(question) for question in questions
        ]
        assert list(Question.objects.order_by("pk").values_list("log_count", flat=True)) == [
            2, 1, 0,
        ]  # fmt: skip

    def test_refuses_a_row_and_stores_the_others_or_none(self, create, questions, user, now):
        question, other, gone = questions
        Question.objects.filter(pk=gone.pk).update(deleted_at=now)
        taken = QuestionLogFactory(question=question, deleted_at=now)
        uid = QuestionLogFactory.build(question=question).uid
        rows = [
            new(other, uid=uid),
            new(other, uid=uid),
            new(other, uid=taken.uid),
            new(other, attempted_at=now + DAY),
            new(other, attempted_at=now.replace(tzinfo=None)),
            new(other, rating=9),
            new(gone),
            NotFound(field="question"),
        ]
        refusals = [
            {"id": ["id_taken"]},
            {"id": ["id_taken"]},
            {"attempted_at": ["in_the_future"]},
            {"attempted_at": ["no_time_zone"]},
            {"rating": ["invalid_choice"]},
            {"question": ["not_found"]},
            {"question": ["not_found"]},
        ]

        with nothing_changes():
            rejected = create(*rows, policy=ALL)
        skipped = create(*rows)

        assert told(rejected) == ["NOT_DONE", *refusals]
        assert told(skipped) == ["CREATED", *refusals]
        assert QuestionLog.objects.live().get().uid == uid
        assert stored(other) == expected(other)

    @pytest.mark.parametrize("count", [0, 1001])
    def test_refuses_no_rows_and_too_many(self, count, create, questions):
        with nothing_changes(), refused(items="row_count"):
            create(*[new(questions[0])] * count)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_lose_nothing(self, now):
        owner = UserFactory()
        questions = QuestionFactory.create_batch(20, owner=owner)
        calls = [
            partial(
                create_question_logs,
                owner=owner,
                at=now,
                rows=[new(question, attempted_at=now - day) for question in order],
                policy=ALL,
            )
            for order, day in ((questions, DAY), (questions[::-1], 2 * DAY))
        ]

        first, second = at_once(*calls)

        assert told(first) == told(second) == ["CREATED"] * 20
        assert [stored(question) for question in questions] == [
            expected(question) for question in questions
        ]
        assert set(Question.objects.values_list("log_count", flat=True)) == {2}


class TestUpdate:
    def test_changes_each_and_settles_its_question(self, update, user, now):
        first, second, third = QuestionLogFactory.create_batch(3, question__owner=user)

        entries = update(
            change(first, outcome="FAILED", mistakes=["BUG"]),
            change(second, attempted_at=now - 9 * DAY),
            change(third, outcome=third.outcome),
        )

        assert told(entries) == ["UPDATED", "UPDATED", "UNCHANGED"]
        logs = QuestionLog.objects.order_by("pk").values_list("outcome", "mistakes", "version")
        assert list(logs) == [
            ("FAILED", ["BUG"], 2),
            (second.outcome, [], 2),
            (third.outcome, [], 1),
        ]
        for log in (first, second):
            assert stored(log.question) == expected(log.question)
        events = AuditEvent.objects.filter(verb="question_log.updated").order_by("pk")
        assert list(events.values_list("fields", flat=True)) == [
            ["mistakes", "outcome"],
            ["attempted_at"],
        ]

    @pytest.mark.parametrize("policy", [ALL, SKIP])
    def test_refuses_what_it_would_refuse_alone(self, policy, update, user, now):
        logs = QuestionLogFactory.create_batch(3, question__owner=user)
        gone = QuestionLogFactory(question__owner=user, deleted_at=now)
        hidden = QuestionLogFactory(question__owner=user, question__deleted_at=now)

        with nothing_changes():
            entries = update(
                change(logs[0], attempted_at=now + DAY),
                change(logs[1], notes="x", version=2),
                change(logs[1], notes="x"),
                change(gone, notes="x"),
                change(hidden, notes="x"),
                change(logs[2], approach="x" * 201),
                policy=policy,
            )

        assert told(entries) == [
            {"attempted_at": ["in_the_future"]},
            {"expected_version": ["conflict"]},
            {"id": ["sent_twice"]},
            {"__all__": ["not_found"]},
            {"__all__": ["not_found"]},
            {"approach": ["max_length"]},
        ]
        assert [entry.row for entry in entries] == [None, logs[1], None, None, None, None]

    def test_stores_the_others_or_none(self, update, user, now):
        good, bad = QuestionLogFactory.create_batch(2, question__owner=user)
        rows = (change(good, notes="new"), change(bad, rating=7))

        with nothing_changes():
            rejected = update(*rows, policy=ALL)
        skipped = update(*rows)

        assert told(rejected) == ["NOT_DONE", {"rating": ["invalid_choice"]}]
        assert told(skipped) == ["UPDATED", {"rating": ["invalid_choice"]}]
        assert QuestionLog.objects.get(pk=good.pk).notes == "new"

    def test_keeps_what_was_changed_meanwhile(self, update, user, now):
        log = QuestionLogFactory(question__owner=user)
        update_question_log(log=log, actor=user, at=now, approach="theirs")

        update(change(log, notes="mine"))

        log.refresh_from_db()
        assert (log.notes, log.approach, log.version) == ("mine", "theirs", 3)


class TestDelete:
    def test_puts_each_in_the_trash_and_settles_its_question(self, create, delete, questions, now):
        made = [
            entry.row
            for entry in create(*[new(questions[0], attempted_at=now - n * DAY) for n in range(4)])
        ]

        entries = delete(Ref(made[0]), Ref(made[2]))

        assert told(entries) == ["DELETED", "DELETED"]
        assert set(QuestionLog.objects.live()) == {made[1], made[3]}
        assert stored(questions[0]) == expected(questions[0])
        assert AuditEvent.objects.filter(verb="question_log.deleted").count() == 2

    def test_refuses_what_it_would_refuse_alone(self, delete, user, now):
        good, other = QuestionLogFactory.create_batch(2, question__owner=user)
        gone = QuestionLogFactory(question__owner=user, deleted_at=now)
        rows = (Ref(good), Ref(other, 9), Ref(gone), Ref(good))
        refusals = [
            {"expected_version": ["conflict"]},
            {"__all__": ["not_found"]},
            {"id": ["sent_twice"]},
        ]

        with nothing_changes():
            rejected = delete(*rows, policy=ALL)
        skipped = delete(*rows)

        assert told(rejected) == ["NOT_DONE", *refusals]
        assert told(skipped) == ["DELETED", *refusals]
        assert QuestionLog.objects.live().get() == other


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes few values at once")
def test_takes_no_more_statements_for_more_rows_but_for_batches(user, now):
    def counted(call, rows):
        with CaptureQueriesContext(connection) as captured:
            entries = call(owner=user, at=now, rows=rows, policy=ALL)
        assert all(entry.refusal is None for entry in entries)
        return len(captured)

    counts = []
    for size in (2, 100, 500, 1000):
        questions = QuestionFactory.create_batch(size, owner=user)
        created = counted(create_question_logs, [new(question) for question in questions])
        made = list(QuestionLog.objects.live())
        updated = counted(update_question_logs, [change(log, outcome="FAILED") for log in made])
        counts.append((created, updated, counted(delete_question_logs, list(map(Ref, made)))))

    assert counts[0] == counts[1] == counts[2]
    assert all(more <= 2 * one for one, more in zip(counts[0], counts[3], strict=True))
