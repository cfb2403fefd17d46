"""How many SQL statements an operation costs: the same however many rows there are.

One statement of each finds the caller. Whoever makes a number smaller, lower it here too.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import User
from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from tests.client import access_token, node_id
from tests.factories import NOW, PASSWORD, TagFactory

QUERIES = {
    "{ __typename }": 1,
    "{ viewer { id email } }": 1,
    "{ viewer { settings { timezone } } }": 2,
    "{ questions(first: 100) { edges { node { id title status difficulty } } } }": 2,
    "{ questions(first: 100) { pageInfo { hasNextPage endCursor } } }": 2,
    "{ questions { totalCount } }": 3,
    "{ questions(first: 100) { totalCount edges { node { id } } } }": 3,
    "{ questions(first: 100) { edges { node { tags { name } } } } }": 3,
    "{ questions(first: 100) { edges { node { tags { name questionCount } } } } }": 3,
    "{ questions(first: 100) { edges { node { tagLinks { frequency tag { name } } } } } }": 4,
    "{ questions(first: 9) { edges { node { logs(first: 2) { edges { node { notes } } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { totalCount } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { pageInfo { hasNextPage } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { edges { cursor } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { __typename } } } } }": 3,
    """{ questions(first: 50) { totalCount edges { node {
         status tags { name } tagLinks { tag { name } }
         logs(first: 2) { totalCount edges { node { notes } } }
       } } } }""": 7,
    """{ questions(first: 100, search: "apple pie", orderBy: {field: DUE_AT, direction: DESC},
         filter: {status: [SOLVED], isDue: true, importance: [1, 2], isArchived: false}
       ) { edges { node { id } } } }""": 2,
    "{ questions(filter: {tagsAny: [$tag]}) { edges { node { id } } } }": 3,
    "{ questions(filter: {tagsAll: [$tag, $other]}) { totalCount edges { node { id } } } }": 4,
    "{ tags(first: 100) { edges { node { name } } } }": 2,
    '{ tags(first: 100, search: "t") { totalCount edges { node { name questionCount } } } }': 3,
    "{ questionLogs(first: 100) { edges { node { notes } } } }": 2,
    "{ questionLogs(first: 100) { totalCount edges { node { question { title } } } } }": 4,
    "{ questionLogs(first: 100) { edges { node { question { title tags { name } } } } } }": 4,
    "{ questionLogs(filter: {question: $question}) { edges { node { notes } } } }": 3,
    "{ question(id: $question) { title } }": 2,
    "{ question(id: $question) { title tags { name } logs { edges { node { notes } } } } }": 4,
    "{ node(id: $question) { id ... on Question { title tags { name } } } }": 3,
    "{ tag(id: $tag) { name questionCount } }": 2,
    "{ questionLog(id: $log) { notes question { title } } }": 3,
    "{ questions { totalCount } tags { totalCount } questionLogs { totalCount } }": 7,
}

MUTATIONS = {
    'createQuestion(input: {title: "x"}) { ... on Question { id slug } }': 9,
    'updateQuestion(input: {id: $question, title: "y"}) { ... on Question { id title } }': 10,
    'createTag(input: {name: "x"}) { ... on Tag { id name } }': 7,
    'updateTag(input: {id: $tag, name: "y"}) { ... on Tag { id name } }': 9,
    """createQuestionLog(input: {questionId: $question, outcome: FAILED}) {
         ... on QuestionLog { id }
       }""": 14,
    'updateQuestionLog(input: {id: $log, notes: "x"}) { ... on QuestionLog { id } }': 15,
    "deleteQuestionLog(input: {id: $log}) { ... on QuestionLog { id } }": 13,
    "deleteTag(input: {id: $tag}) { ... on Tag { id } }": 7,
    "deleteQuestion(input: {id: $question}) { ... on Question { id } }": 7,
    'updateViewer(input: {displayName: "x"}) { ... on User { id } }': 7,
    "updateSettings(input: {newPerDay: 7}) { ... on UserSettings { timezone } }": 6,
    "updateSettings(input: {desiredRetention: 0.8}) { ... on UserSettings { timezone } }": 13,
    f"""signIn(input: {{email: "user@example.com", password: "{PASSWORD}"}}) {{
         ... on Session {{ accessToken }}
       }}""": 14,
    "signOut { endedAt }": 6,
}


@pytest.fixture(params=[1, 50], ids=["one row", "fifty rows"])
def ids(request, user: User) -> dict[str, str]:
    """Questions, each with three tags and two attempts; and ids to ask for."""
    tags = [TagFactory(owner=user, name=f"t{n}") for n in range(3)]
    questions = Question.objects.bulk_create(
        Question(
            owner=user, title=f"Apple pie {n}", slug=f"{n}", search_words="apple pie", log_count=2,
            solved_count=2, due_at=NOW - timedelta(minutes=n),
        )
        for n in range(request.param)
    )  # fmt: skip
    QuestionTag.objects.bulk_create(
        QuestionTag(owner=user, question=question, tag=tag)
        for question in questions
        for tag in tags
    )
    logs = QuestionLog.objects.bulk_create(
        QuestionLog(owner=user, question=question, outcome="SOLVED", attempted_at=NOW - day)
        for question in questions
        for day in (timedelta(1), timedelta(2))
    )
    return {
        "question": node_id(questions[0]),
        "tag": node_id(tags[0]),
        "other": node_id(tags[1]),
        "log": node_id(logs[0]),
    }


def counted(graphql, token, operation, ids) -> int:
    """The statements that an operation takes; it must succeed."""
    used = {name: id for name, id in ids.items() if f"${name}" in operation}
    kind, _, selections = (
        operation.partition("{") if operation[0] == "{" else ("mutation", "", operation)
    )
    declared = ", ".join(f"${name}: ID!" for name in used)
    head = f"{kind.strip() or 'query'} {f'({declared})' if declared else ''}"
    body = f"{head} {{ {selections}" + ("" if operation[0] == "{" else " }")
    with CaptureQueriesContext(connection) as captured:
        answer = graphql(body, token=token, **used)
    assert answer.codes == [], operation
    return len(captured)


def test_reading_costs_the_same_for_one_row_and_for_fifty(graphql, user, ids):
    token = access_token(user)

    assert {query: counted(graphql, token, query, ids) for query in QUERIES} == QUERIES


def test_writing_costs_the_same_beside_one_row_and_beside_fifty(graphql, user, ids):
    token = access_token(user)

    assert {field: counted(graphql, token, field, ids) for field in MUTATIONS} == MUTATIONS


def test_tags_of_a_new_question_are_looked_up_together(graphql, user):
    """By id in one statement; by name in one more and three for each that is created."""
    tags = [{"id": node_id(TagFactory(owner=user))} for _ in range(20)]
    operation = """mutation ($tags: [QuestionTagInput!]!) {
      createQuestion(input: {title: "x", tags: $tags}) { ... on Question { id } }
    }"""
    token = access_token(user)

    counts = []
    for given in (tags[:1], tags):
        with CaptureQueriesContext(connection) as captured:
            assert graphql(operation, token=token, tags=given).codes == []
        counts.append(len(captured))

    assert counts == [11, 11]


def test_nobody_costs_no_statement(graphql, user):
    for operation in ("{ viewer { id } }", "{ __typename }", "{ questions { totalCount } }", "{"):
        with CaptureQueriesContext(connection) as captured:
            graphql(operation)

        assert len(captured) == 0
    assert Tag.objects.count() == 0
