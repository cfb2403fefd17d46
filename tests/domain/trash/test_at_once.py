"""Devices that restore, purge and practise at the same moment leave a whole state."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from domain.practice.models import QuestionLog
from domain.practice.services.logs import create_question_log
from domain.practice.services.trash import restore_question, restore_question_log
from domain.questions.models import Question
from domain.trash.emptying import empty_trash, purge
from domain.trash.kinds import KINDS, TrashKind
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, stored
from tests.factories import QuestionLogFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("turn", range(2))]


@pytest.mark.parametrize("kind", [TrashKind.QUESTION, TrashKind.QUESTION_LOG, TrashKind.TAG])
def test_what_is_restored_and_purged_is_one_of_both(kind, turn, rows, user, now):
    row = rows.delete(kind)

    restored, purged = at_once(
        lambda: rows.restore(kind),
        lambda: purge(kind=kind, id=row.pk, actor=user, at=now),
    )

    refusals = [one for one in (restored, purged) if isinstance(one, ValidationError)]
    assert [refusal.messages[0][:26] for refusal in refusals] == ["There is no such object in"]
    is_there = KINDS[kind].model.objects.filter(pk=row.pk, deleted_at=None).exists()
    assert is_there is not isinstance(restored, ValidationError)
    connection.check_constraints()
    if Question.objects.filter(pk=rows.question.pk).exists():
        assert stored(rows.question) == expected(rows.question)


def test_a_row_is_restored_once(turn, rows, user, now):
    row = rows.delete(TrashKind.QUESTION)

    outcomes = at_once(
        *[partial(restore_question, question=row, actor=user, at=now) for _ in range(3)]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "NotInTrash", "NotInTrash", "Question"
    ]  # fmt: skip
    assert Question.objects.get(pk=row.pk).version == 3


def test_attempts_that_come_back_and_new_ones_all_count(turn, user, now):
    first = QuestionLogFactory(question__owner=user)
    logs = [first, *QuestionLogFactory.create_batch(3, question=first.question)]
    QuestionLog.objects.filter(pk__in=[log.pk for log in logs]).update(deleted_at=now)

    outcomes = at_once(
        *[partial(restore_question_log, log=log, actor=user, at=now) for log in logs],
        *[
            partial(
                create_question_log, question=first.question, actor=user, at=now, outcome="FAILED"
            )
            for _ in range(2)
        ],
    )

    assert [type(outcome) for outcome in outcomes] == [QuestionLog] * 6
    assert stored(first.question)["log_count"] == 6
    assert stored(first.question) == expected(first.question)


def test_emptying_twice_purges_each_row_once(turn, rows, user, now):
    for kind in reversed(TrashKind):
        rows.delete(kind)

    outcomes = at_once(*[partial(empty_trash, owner=user, at=now)] * 3)

    assert sum(sum(counts.values()) for counts in outcomes) == 4
    connection.check_constraints()
