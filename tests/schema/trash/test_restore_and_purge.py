"""``restoreQuestion`` and the like, ``purgeQuestion`` and the like, ``emptyTrash``."""

from datetime import timedelta

import pytest
import time_machine

from domain.base.errors import NotInTrash
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from domain.trash.kinds import KINDS, TrashKind
from tests.client import node_id
from tests.domain.trash.conftest import rows_of
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, TagFactory
from tests.schema.tables import nothing_changes

MESSAGES = "... on OperationInfo { messages { kind field code message } }"
EMPTY = """mutation ($input: EmptyTrashInput!) { emptyTrash(input: $input) {
  ... on EmptiedTrash { questions tags questionLogs studyLists goals }
  ... on OperationInfo { messages { field code } }
} }"""
NAMES = [kind.type_name for kind in KINDS.values()]
KIND_OF = {kind.type_name: name for name, kind in KINDS.items()}


def restore(name, fields="id deletedAt version"):
    selected = f"__typename ... on {name} {{ {fields} }} {MESSAGES}"
    return f"mutation ($id: ID!) {{ restore{name}(input: {{id: $id}}) {{ {selected} }} }}"


def purge(name):
    selected = f"... on Purged {{ id }} {MESSAGES}"
    return f"mutation ($id: ID!) {{ purge{name}(input: {{id: $id}}) {{ {selected} }} }}"


@pytest.fixture
def rows(user):
    return rows_of(user)


@pytest.mark.parametrize("name", NAMES)
def test_restoring_answers_with_the_row_as_it_is(name, graphql, user, rows):
    row = rows.delete(KIND_OF[name])

    restored = graphql(restore(name), as_user=user, id=node_id(row)).only

    assert restored == {"__typename": name, "id": node_id(row), "deletedAt": None, "version": 3}
    assert graphql(restore(name), as_user=user, id=node_id(row)).codes == ["not_found"]


def test_a_restored_question_is_shown_with_all_that_came_back(graphql, user, rows):
    fields = "logCount tags { name } logs { totalCount } review { isSuspended reps }"
    row = rows.delete(TrashKind.QUESTION)

    restored = graphql(restore("Question", fields), as_user=user, id=node_id(row)).only

    assert [restored["logCount"], restored["logs"], len(restored["tags"])] == [
        2,
        {"totalCount": 2},
        2,
    ]
    assert restored["review"] == {"isSuspended": True, "reps": 4}


def test_a_restored_attempt_is_shown_with_its_question(graphql, user, rows):
    row = rows.delete(TrashKind.QUESTION_LOG)

    restored = graphql(
        restore("QuestionLog", "question { logCount }"), as_user=user, id=node_id(row)
    )

    assert restored.only == {"__typename": "QuestionLog", "question": {"logCount": 2}}


def test_restoring_says_what_stands_in_the_way(graphql, user, token, rows):
    row = rows.delete(TrashKind.QUESTION)
    QuestionFactory(owner=user, slug=row.slug)

    with nothing_changes():
        answer = graphql(restore("Question"), token=token, id=node_id(row))

    assert (answer.codes, answer.fields) == (["slug_taken"], ["slug"])


def test_an_attempt_of_a_question_in_the_trash_waits(graphql, token, rows):
    row = rows.delete(TrashKind.QUESTION_LOG)
    rows.delete(TrashKind.QUESTION)

    with nothing_changes():
        answer = graphql(restore("QuestionLog"), token=token, id=node_id(row))

    assert answer.codes == ["question_in_trash"]


@pytest.mark.parametrize("name", NAMES)
def test_purging_answers_with_the_id_that_is_free_now(name, graphql, user, token, rows):
    row = rows.delete(KIND_OF[name])

    purged = graphql(purge(name), token=token, id=node_id(row)).only

    assert purged == {"id": node_id(row)}
    assert not KINDS[KIND_OF[name]].model.objects.filter(pk=row.pk).exists()
    assert graphql(purge(name), token=token, id=node_id(row)).codes == ["not_found"]


@pytest.mark.parametrize("name", NAMES)
def test_only_what_is_in_the_trash_is_purged(name, graphql, token, rows):
    with nothing_changes():
        answer = graphql(purge(name), token=token, id=node_id(rows.of(KIND_OF[name])))

    assert answer.codes == ["not_found"]
    assert NotInTrash.message in str(answer.data)


@pytest.mark.parametrize(
    ("input", "left"),
    [
        ({}, 0),
        ({"kinds": ["TAG"]}, 1),
        ({"kinds": []}, 3),
        ({"olderThanDays": 3}, 2),
        ({"olderThanDays": 4}, 3),
        ({"olderThanDays": 3, "kinds": ["TAG"]}, 2),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_emptying_takes_what_is_named(input, left, graphql, user):
    TagFactory(owner=user, deleted_at=NOW - timedelta(days=3))
    TagFactory(owner=user, deleted_at=NOW - timedelta(days=2))
    QuestionLogFactory(question__owner=user, deleted_at=NOW)

    emptied = graphql(EMPTY, as_user=user, input=input).only

    listed = graphql("{ trash { totalCount } }", as_user=user).only
    assert listed == {"totalCount": left}
    assert sum(emptied.values()) == 3 - left
    assert Question.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 3651])
def test_emptying_takes_a_sensible_number_of_days(days, graphql, token, rows):
    rows.delete(TrashKind.TAG)

    with nothing_changes():
        answer = graphql(EMPTY, token=token, input={"olderThanDays": days})

    assert (answer.codes, answer.fields) == (["bad_number_of_days"], ["olderThanDays"])


def test_what_is_purged_can_be_imported_and_created_anew(graphql, token, user, rows):
    row = rows.delete(TrashKind.QUESTION)
    graphql(EMPTY, token=token, input={})

    created = graphql(
        """mutation ($id: UUID!) {
          createQuestion(input: {id: $id, title: "Anew"}) { ... on Question { id logCount } }
        }""",
        token=token,
        id=str(row.uid),
    )

    assert created.only == {"id": node_id(row), "logCount": 0}
    assert not QuestionLog.objects.exists()
