"""``deleteQuestion`` and ``deleteTag``."""

import pytest
import time_machine

from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from tests.client import node_id
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, QuestionTagFactory
from tests.schema.tables import nothing_changes

DELETE_QUESTION = """
  mutation ($id: ID!) {
    deleteQuestion(input: {id: $id}) {
      ... on Question { id deletedAt version logs { totalCount } }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
DELETE_TAG = """
  mutation ($id: ID!) {
    deleteTag(input: {id: $id}) {
      ... on Tag { id deletedAt version }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
REFUSED = "... on OperationInfo { messages { code } }"
EVERYWHERE = """
  query ($question: ID!, $log: ID!) {
    node(id: $question) { id }
    log: node(id: $log) { id }
    question(id: $question) { id }
    questionLog(id: $log) { id }
    questions { totalCount edges { node { id } } }
    questionLogs { totalCount edges { node { id } } }
    tags { edges { node { questionCount } } }
  }
"""


@pytest.fixture
def log(user):
    """An attempt at a question with a tag."""
    log = QuestionLogFactory(question__owner=user)
    QuestionTagFactory(question=log.question)
    return log


@time_machine.travel(NOW, tick=False)
def test_answers_with_the_row_in_the_trash(graphql, user, log):
    deleted = graphql(DELETE_QUESTION, as_user=user, id=node_id(log.question)).only

    assert deleted == {
        "id": node_id(log.question),
        "deletedAt": "2026-03-02T09:30:00Z",
        "version": 2,
        "logs": {"totalCount": 0},
    }
    assert Question.objects.get().deleted_by == user


def test_hides_the_question_and_its_logs_everywhere(graphql, user, log):
    ids = {"question": node_id(log.question), "log": node_id(log)}

    graphql(DELETE_QUESTION, as_user=user, id=ids["question"])
    answer = graphql(EVERYWHERE, as_user=user, **ids)

    empty = {"totalCount": 0, "edges": []}
    assert answer.body["data"] == {
        "node": None,
        "log": None,
        "question": None,
        "questionLog": None,
        "questions": empty,
        "questionLogs": empty,
        "tags": {"edges": [{"node": {"questionCount": 0}}]},
    }
    assert answer.codes == ["NOT_FOUND"] * 4
    assert QuestionLog.objects.get().deleted_at is None


def test_its_logs_cannot_be_changed_any_more(graphql, user, log, token):
    graphql(DELETE_QUESTION, token=token, id=node_id(log.question))
    operations = [
        'updateQuestionLog(input: {id: $log, notes: "x"})',
        "deleteQuestionLog(input: {id: $log})",
        "createQuestionLog(input: {question: $question, outcome: SOLVED})",
        'updateQuestion(input: {id: $question, title: "x"})',
        "deleteQuestion(input: {id: $question})",
    ]

    with nothing_changes():
        for operation in operations:
            variables = [f"${name}: ID!" for name in ("log", "question") if f"${name}" in operation]
            answer = graphql(
                f"mutation ({', '.join(variables)}) {{ {operation} {{ {REFUSED} }} }}",
                token=token,
                log=node_id(log),
                question=node_id(log.question),
            )
            assert answer.codes == ["not_found"], operation


def test_its_slug_is_free_again(graphql, user, log):
    graphql(DELETE_QUESTION, as_user=user, id=node_id(log.question))

    created = graphql(
        """mutation ($slug: String!) {
          createQuestion(input: {title: "x", slug: $slug}) { __typename }
        }""",
        as_user=user,
        slug=log.question.slug,
    )

    assert created.only == {"__typename": "Question"}


@time_machine.travel(NOW, tick=False)
def test_deleting_a_tag_takes_only_its_links(graphql, user, log):
    tag = Tag.objects.get()
    QuestionTagFactory(question=QuestionFactory(owner=user), tag=tag)

    deleted = graphql(DELETE_TAG, as_user=user, id=node_id(tag)).only
    data = graphql(
        """{
          questions { edges { node { tags { name } tagLinks { tag { name } } logCount } } }
          tags { totalCount }
        }""",
        as_user=user,
    ).data

    assert deleted == {"id": node_id(tag), "deletedAt": "2026-03-02T09:30:00Z", "version": 2}
    assert data["tags"] == {"totalCount": 0}
    assert [edge["node"] for edge in data["questions"]["edges"]] == [
        {"tags": [], "tagLinks": [], "logCount": 0},
        {"tags": [], "tagLinks": [], "logCount": 1},
    ]
    assert QuestionTag.objects.count() == 2  # kept, so that restoring the tag restores them


def test_a_deleted_tag_filters_and_finds_nothing(graphql, user, log):
    tag = Tag.objects.get()
    graphql(DELETE_TAG, as_user=user, id=node_id(tag))

    filtered = graphql(
        "query ($id: ID!) { questions(filter: {tagsAny: [$id]}) { totalCount } }",
        as_user=user,
        id=node_id(tag),
    )
    searched = graphql(
        "query ($name: String!) { questions(search: $name) { totalCount } }",
        as_user=user,
        name=tag.name,
    )

    assert filtered.codes == ["NOT_FOUND"]
    assert searched.only == {"totalCount": 0}


@pytest.mark.parametrize(
    ("caller", "code"),
    [("nobody", "UNAUTHENTICATED"), ("stranger", "not_found"), ("admin", "not_found")],
)
@pytest.mark.parametrize("what", ["question", "tag"])
def test_is_refused_to(caller, code, what, graphql, people, log):
    operation, row = {
        "question": (DELETE_QUESTION, log.question),
        "tag": (DELETE_TAG, Tag.objects.get()),
    }[what]

    answer = graphql(operation, as_user=people[caller], id=node_id(row))

    assert answer.codes == [code]
    assert (Question.objects.live().count(), Tag.objects.live().count()) == (1, 1)
