"""What is purged is gone with all that hangs on it, and nothing else is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.practice.models import PracticeSessionItem, QuestionLog
from domain.practice.services.trash import purge_question_logs
from domain.questions.models import Question
from domain.questions.services.trash import purge_questions
from domain.trash.emptying import count_deleted, empty_trash, purge, purge_deleted
from domain.trash.kinds import KINDS, TrashKind
from tests.domain.practice.replay import stored
from tests.domain.refusals import refused
from tests.domain.trash.conftest import rows_of
from tests.factories import QuestionFactory, QuestionLogFactory, TagFactory, UserFactory
from tests.schema.tables import dump, nothing_changes

DAY = timedelta(days=1)
# How many rows of each table go with a row of each kind.
GOES = {
    TrashKind.QUESTION: {
        "questions.Question": 1,
        "questions.QuestionTag": 2,
        "practice.QuestionLog": 3,
        "practice.ReviewState": 1,
        "practice.ReviewBaseline": 1,
        "practice.PracticeSessionItem": 1,
        "lists.StudyListItem": 1,
    },
    TrashKind.TAG: {"questions.Tag": 1, "questions.QuestionTag": 1, "goals.GoalTag": 1},
    TrashKind.QUESTION_LOG: {"practice.QuestionLog": 1},
    TrashKind.STUDY_LIST: {"lists.StudyList": 1, "lists.StudyListItem": 1, "goals.GoalList": 1},
    TrashKind.GOAL: {"goals.Goal": 1, "goals.GoalTag": 1, "goals.GoalList": 1},
}
NOTHING = dict.fromkeys(TrashKind, 0)


def counts():
    return {table: len(rows) for table, rows in dump().items() if table != "audit.AuditEvent"}


@pytest.mark.parametrize("kind", TrashKind)
def test_takes_along_what_hangs_on_it_and_nothing_else(kind, rows, others, user, now):
    before = counts()
    row = rows.delete(kind)

    purge(kind=kind, id=row.pk, actor=user, at=now)

    after = counts()
    assert {
        table: before[table] - after[table] for table in before if before[table] != after[table]
    } == GOES[kind]
    connection.check_constraints()


@pytest.mark.parametrize("kind", TrashKind)
def test_leaves_the_rows_of_others_as_they_are(kind, rows, others, user, now):
    row = rows.delete(kind)
    theirs = of_stranger(others)

    purge(kind=kind, id=row.pk, actor=user, at=now)

    assert of_stranger(others) == theirs


def of_stranger(others):
    owner = others.question.owner_id
    return {
        table: [row for row in rows if row.get("owner_id") == owner]
        for table, rows in dump().items()
    }


def test_what_only_mentions_it_stays(rows, user, now):
    rows.delete(TrashKind.QUESTION_LOG)
    purge(kind=TrashKind.QUESTION_LOG, id=rows.log.pk, actor=user, at=now)
    assert PracticeSessionItem.objects.get().log is None

    rows.delete(TrashKind.STUDY_LIST)
    purge(kind=TrashKind.STUDY_LIST, id=rows.study_list.pk, actor=user, at=now)
    assert PracticeSessionItem.objects.get().session.study_list is None

    rows.delete(TrashKind.TAG)
    purge(kind=TrashKind.TAG, id=rows.tag.pk, actor=user, at=now)
    rows.goal.refresh_from_db()
    assert (rows.goal.company, rows.goal.is_live) == (None, True)


def test_of_an_attempt_leaves_its_question_as_it_is(rows, user, now):
    rows.delete(TrashKind.QUESTION_LOG)
    before = stored(rows.question)

    purge(kind=TrashKind.QUESTION_LOG, id=rows.log.pk, actor=user, at=now)

    assert stored(rows.question) == before


@pytest.mark.parametrize("kind", TrashKind)
def test_of_what_is_live_is_refused(kind, rows, user, now):
    with nothing_changes(), refused(id="not_found"):
        purge(kind=kind, id=rows.of(kind).pk, actor=user, at=now)


@pytest.mark.parametrize("kind", TrashKind)
def test_is_recorded(kind, rows, user, admin, now):
    row = rows.delete(kind)

    purge(kind=kind, id=row.pk, actor=admin, at=now + DAY)

    event = AuditEvent.objects.get(verb=f"{kind.lower()}.purged")
    assert (event.owner, event.actor, event.at) == (user, admin, now + DAY)
    assert (event.object_type, event.object_uid) == (KINDS[kind].type_name, row.uid)


@pytest.mark.parametrize("purge_rows", [purge_questions, purge_question_logs])
def test_costs_the_same_for_one_row_and_for_a_hundred(purge_rows, user, now):
    costs = []
    for number in (1, 100):
        questions = [
            QuestionLogFactory(question__owner=user, deleted_at=now).question for _ in range(number)
        ]
        ids = [question.pk for question in questions]
        if purge_rows is purge_questions:
            Question.objects.filter(pk__in=ids).update(deleted_at=now)
        else:
            ids = list(QuestionLog.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as captured:
            assert purge_rows(ids=ids, actor=user, at=now) == number
        costs.append(len(captured))

    assert costs[0] == costs[1]


class TestEmptying:
    def test_purges_all_of_one_person_and_says_how_much(self, user, rows, others, now):
        for kind in reversed(TrashKind):
            rows.delete(kind)
            others.delete(kind)
        theirs = of_stranger(others)

        # The attempt is in the trash by itself; it went with its question, which comes first.
        assert empty_trash(owner=user, at=now) == dict.fromkeys(TrashKind, 1) | {
            TrashKind.QUESTION_LOG: 0
        }
        assert empty_trash(owner=user, at=now) == NOTHING
        assert of_stranger(others) == theirs
        connection.check_constraints()

    @pytest.mark.parametrize("kind", TrashKind)
    def test_purges_the_named_kinds_only(self, kind, user, rows, now):
        # Attempts go with their question, and of one in the trash none is listed.
        hidden = TrashKind.QUESTION_LOG if kind == TrashKind.QUESTION else TrashKind.QUESTION
        trashed = set(TrashKind) - {hidden}
        for each in trashed:
            rows.delete(each)

        purged = empty_trash(owner=user, at=now, kinds=[kind])

        # One more attempt was in the trash before.
        assert purged == {kind: 2 if kind == TrashKind.QUESTION_LOG else 1}
        for each in trashed:
            row = KINDS[each].model.objects.filter(pk=rows.of(each).pk)
            assert row.exists() is (each != kind), each

    def test_purges_no_attempt_of_a_question_that_can_be_restored(self, user, rows, now):
        rows.delete(TrashKind.QUESTION_LOG)
        rows.delete(TrashKind.QUESTION)

        purged = empty_trash(owner=user, at=now, kinds=[TrashKind.QUESTION_LOG])

        assert purged == {TrashKind.QUESTION_LOG: 0}
        assert QuestionLog.objects.count() == 3

    def test_leaves_what_has_not_been_there_for_long(self, user, now):
        old = TagFactory(owner=user, deleted_at=now - 7 * DAY)
        new = TagFactory(owner=user, deleted_at=now - 7 * DAY + timedelta(seconds=1))

        purged = empty_trash(owner=user, at=now, older_than_days=7)

        assert purged[TrashKind.TAG] == 1
        assert set(KINDS[TrashKind.TAG].model.objects.all()) == {new} != {old}

    @pytest.mark.parametrize("days", [-1, 3651])
    def test_takes_a_sensible_number_of_days(self, days, user, rows, now):
        rows.delete(TrashKind.TAG)

        with nothing_changes(), refused(older_than_days="bad_number_of_days"):
            empty_trash(owner=user, at=now, older_than_days=days)

    def test_works_in_batches(self, user, now, monkeypatch):
        monkeypatch.setattr("domain.trash.emptying.BATCH", 2)
        QuestionFactory.create_batch(5, owner=user, deleted_at=now)
        kept = QuestionFactory(owner=user)

        assert empty_trash(owner=user, at=now)[TrashKind.QUESTION] == 5
        assert Question.objects.get() == kept
        assert AuditEvent.objects.filter(verb="question.purged").count() == 5


class TestPurgingOfEverybody:
    def test_takes_what_has_been_there_for_30_days(self, now, db):
        rows = [rows_of(UserFactory()) for _ in range(2)]
        for each in rows:
            each.delete(TrashKind.STUDY_LIST, at=now - 29 * DAY)
            each.delete(TrashKind.TAG, at=now - 30 * DAY)
        expected = NOTHING | {TrashKind.TAG: 2}

        assert count_deleted(at=now) == expected
        assert purge_deleted(at=now) == expected
        assert count_deleted(at=now) == NOTHING
        assert count_deleted(at=now, older_than_days=29) == NOTHING | {TrashKind.STUDY_LIST: 2}

    def test_is_done_by_the_system(self, rows, user, now):
        rows.delete(TrashKind.GOAL)

        purge_deleted(at=now, older_than_days=0)

        event = AuditEvent.objects.get(verb="goal.purged")
        assert (event.actor, event.owner) == (None, user)
