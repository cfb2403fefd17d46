"""A change that expects a version: made to that one, or answered by the object as it is."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.base.models import new_uid
from schema.root import schema
from tests.client import GraphQLClient, access_token, node_id
from tests.domain.parallel import at_once
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    TagFactory,
    UserFactory,
)
from tests.schema.tables import nothing_changes

NOT_FOUND = "... on OperationInfo { messages { field code message } }"
# Of each change: its row, and what else its input says.
CHANGES: dict[str, tuple[Any, dict[str, Any]]] = {
    "updateQuestion": (QuestionFactory, {"notes": "mine"}),
    "deleteQuestion": (QuestionFactory, {}),
    "updateTag": (TagFactory, {"description": "mine"}),
    "deleteTag": (TagFactory, {}),
    "updateQuestionLog": (QuestionLogFactory, {"notes": "mine"}),
    "deleteQuestionLog": (QuestionLogFactory, {}),
    "updateStudyList": (StudyListFactory, {"description": "mine"}),
    "deleteStudyList": (StudyListFactory, {}),
    "updateGoal": (GoalFactory, {"note": "mine"}),
    "deleteGoal": (GoalFactory, {}),
}
DEEP = """
  mutation ($id: ID!) {
    updateQuestion(input: {id: $id, title: "mine", expectedVersion: 9}) {
      ... on Conflict { current { id ... on Question {
        title tags { name questionCount } tagLinks { tag { name } }
        logs { totalCount edges { node { notes question { title } } } }
      } } }
    }
  }
"""


def operation(name: str) -> str:
    """A change that shows the row, or the conflict with the row as it is."""
    input = name[0].upper() + name[1:] + "Input"
    type_ = CHANGES[name][0]._meta.model.__name__
    return f"""
      mutation ($input: {input}!) {{
        {name}(input: $input) {{
          __typename
          ... on {type_} {{ id version }}
          ... on Conflict {{
            code message current {{ __typename id ... on {type_} {{ version }} }}
          }}
          {NOT_FOUND}
        }}
      }}
    """


@pytest.fixture(params=CHANGES)
def name(request):
    """Which change a test is about."""
    return request.param


@pytest.fixture
def row(name, user):
    """A row of the user's, of version 3."""
    factory = CHANGES[name][0]
    whose = {"question__owner": user} if factory is QuestionLogFactory else {"owner": user}
    return factory(version=3, **whose)


@pytest.fixture
def change(name, graphql, token):
    """Call it for the user."""

    def call(id: str, **expected: Any) -> Any:
        input = {"id": id, **CHANGES[name][1], **expected}
        return graphql(operation(name), token=token, input=input)

    return call


def test_every_change_of_a_versioned_row_takes_a_version():
    versioned = {
        type_name
        for type_name, type_ in schema._schema.type_map.items()
        if "version" in getattr(type_, "fields", {}) and "owner" not in type_.fields
    }
    changes = {
        f"{verb}{type_name}": schema._schema.mutation_type.fields.get(f"{verb}{type_name}")
        for verb in ("update", "delete")
        for type_name in versioned
    }

    without = {
        change_name
        for change_name, field in changes.items()
        if field and "expectedVersion" not in field.args["input"].type.of_type.fields
    }

    assert {name for name, field in changes.items() if field} >= set(CHANGES)
    assert without == set()


@pytest.mark.parametrize("expected", [{"expectedVersion": 3}, {}])
def test_changes_the_expected_version_or_any(expected, row, change):
    assert change(node_id(row), **expected).only["version"] == 4


@pytest.mark.parametrize("version", [0, 2, 4])
def test_answers_another_version_with_the_object(version, row, change):
    with nothing_changes():
        answer = change(node_id(row), expectedVersion=version)

    assert answer.only == {
        "__typename": "Conflict",
        "code": "CONFLICT",
        "message": "It was changed since you read it. Look at it as it is now, and change it "
        "again.",
        "current": {"__typename": type(row).__name__, "id": node_id(row), "version": 3},
    }


def test_null_expects_no_version(row, change):
    assert change(node_id(row), expectedVersion=None).codes == []


def test_of_strange_absent_and_trashed_rows_there_is_no_version(row, change, stranger):
    type(row).objects.update(owner=stranger)
    foreign = change(node_id(row), expectedVersion=2)
    absent = change(node_id(type_name=type(row).__name__, uid=new_uid()), expectedVersion=2)
    type(row).objects.update(owner=row.owner, deleted_at=NOW)
    trashed = change(node_id(row), expectedVersion=2)

    assert foreign.codes == ["not_found"]
    assert foreign.anonymous == absent.anonymous == trashed.anonymous


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_the_second_sees_what_the_first_wrote():
    user = UserFactory()
    question = QuestionFactory(owner=user, title="old")
    token = access_token(user)
    update = """
      mutation ($id: ID!, $title: String!) {
        updateQuestion(input: {id: $id, title: $title, expectedVersion: 1}) {
          __typename
          ... on Question { title version }
          ... on Conflict { current { ... on Question { title version } } }
        }
      }
    """
    devices = [
        lambda title=title: GraphQLClient()(update, token=token, id=node_id(question), title=title)
        for title in ("one", "two")
    ]

    answers = [answer.only for answer in at_once(*devices)]

    question.refresh_from_db()
    answers.sort(key=lambda answer: answer["__typename"])
    stored = {"title": question.title, "version": 2}
    assert question.title in {"one", "two"}
    assert answers == [
        {"__typename": "Conflict", "current": stored},
        {"__typename": "Question", **stored},
    ]


def test_the_object_costs_the_same_however_much_is_shown_of_it(graphql, user, token):
    counts = []
    for size in (1, 20):
        question = QuestionFactory(owner=user)
        QuestionTagFactory.create_batch(size, question=question)
        QuestionLogFactory.create_batch(size, question=question)
        with CaptureQueriesContext(connection) as captured:
            answer = graphql(DEEP, token=token, id=node_id(question))
        assert len(answer.only["current"]["tags"]) == size
        assert len(answer.only["current"]["logs"]["edges"]) == size
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[1] <= 13


def test_shows_nothing_of_others_that_hangs_on_the_object(graphql, user, stranger, token):
    question = QuestionFactory(owner=user)
    QuestionTagFactory(question=question, tag=TagFactory(owner=stranger))
    QuestionLogFactory(question=question, owner=stranger)
    operation = DEEP.replace("tagLinks { tag { name } }", "")

    current = graphql(operation, token=token, id=node_id(question)).only["current"]

    assert current["tags"] == []
    assert current["logs"] == {"totalCount": 0, "edges": []}


def test_what_is_shown_of_the_object_counts_as_cost(graphql, user, token):
    question = node_id(QuestionFactory(owner=user))
    nested = "logs(first: 100) { edges { node { question { %s } } } }"
    operation = """mutation ($id: ID!) { updateQuestion(input: {id: $id, expectedVersion: 9}) {
      ... on Conflict { current { ... on Question { %s } } }
    } }"""

    with nothing_changes():
        answer = graphql(operation % nested % nested % "id", token=token, id=question)

    assert answer.codes == ["COST_EXCEEDED"]
