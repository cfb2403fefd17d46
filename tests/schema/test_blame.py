"""Which input a refusal blames, wherever it is answered."""

import pytest

from domain.questions.services.questions import URL_TAKEN, create_question, delete_question
from schema.errors import NO_ID
from tests.client import node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)
from tests.schema.rows import UPDATE_EACH
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

REFUSAL = "__typename ... on OperationInfo { messages { field code message existingId } }"
CREATE = f"""mutation ($input: CreateQuestionInput!) {{
  createQuestion(input: $input) {{ {REFUSAL} }}
}}"""
START = """mutation ($questions: [ID!]!) {
  startPracticeSession(input: {questions: $questions}) { ... on PracticeSession { id } }
}"""
NEXT = f"""mutation ($input: NextPracticeQuestionInput!) {{
  nextPracticeQuestion(input: $input) {{ {REFUSAL} }}
}}"""
URL = "https://leetcode.com/problems/two-sum/"
# Null where a value that may be left out has a default.
NULLS = {
    """mutation ($n: String) {
      register(input: {email: "a@example.com", password: "x", timezone: $n}) { __typename }
    }""": "timezone",
    """mutation ($n: ErrorPolicy) {
      createQuestions(input: {items: [], errorPolicy: $n}) { __typename }
    }""": "errorPolicy",
    """query ($n: OrderDirection) {
      questions(orderBy: {field: TITLE, direction: $n}) { totalCount }
    }""": "direction",
    "query ($n: Boolean) { nextQuestions(weakTags: $n) { question { id } } }": "weakTags",
    """mutation ($n: TagKind) {
      createQuestion(input: {title: "x", tags: [{name: "x", kind: $n}]}) { __typename }
    }""": "kind",
    """mutation ($n: String) {
      deleteAccount(input: {password: "x", code: $n}) { __typename }
    }""": "code",
    """mutation ($n: String) {
      reorderStudyList(input: {id: "x", order: [{question: "x", section: $n}]}) { __typename }
    }""": "section",
    "query ($n: Boolean = true) { viewer { id @include(if: $n) } }": "if",
    "query ($n: Boolean = true) { viewer @include(if: $n) { id } }": "if",
}


@pytest.mark.parametrize("operation", NULLS)
def test_null_for_what_has_a_default_blames_the_argument(operation, graphql, token):
    with nothing_changes():
        answer = graphql(operation, token=token, n=None)

    (error,) = answer.body["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert NULLS[operation] in error["message"]
    said = "$n is null. Leave it out to have the default, or send a value."
    assert error["message"].endswith(said)


def said(answer):
    """What a refusal says: field, code and words."""
    (refusal,) = answer.data.values()
    return [(each["field"], each["code"], each["message"]) for each in refusal["messages"]]


@pytest.mark.parametrize(
    ("tag", "code", "message"),
    [
        ({"name": ""}, "blank", "tags[1].name: This field cannot be blank."),
        (
            {"name": "Initech", "kind": "COMPANY", "frequency": 200},
            "max_value",
            "tags[1].frequency: Ensure this value is less than or equal to 100.",
        ),
    ],
)
def test_a_tag_is_one_of_the_tags(tag, code, message, graphql, token):
    input = {"title": "x", "tags": [{"name": "fine"}, tag]}
    body = """mutation ($input: CreateQuestionInput!) {
      createQuestions(input: {items: [$input]}) {
        ... on BulkQuestions { results { messages { field code message } } }
      }
    }"""

    with nothing_changes():
        one = graphql(CREATE, token=token, input=input)
        many = graphql(body, token=token, input=input)

    assert said(one) == [("tags", code, message)]
    (result,) = many.only["results"]
    assert result["messages"] == [{"field": "tags", "code": code, "message": message}]


def test_an_external_id_read_off_the_url_is_the_urls(graphql, token, user):
    mine = create_question(owner=user, at=NOW, title="Two Sum", url=URL)
    other = QuestionFactory(owner=user)
    update = CREATE.replace("CreateQ", "UpdateQ").replace("createQ", "updateQ")
    bulk = """mutation ($id: ID!, $url: String!) {
      createQuestions(input: {items: [{title: "x", url: $url}]}) {
        ... on BulkQuestions { results { messages { field code existingId } } }
      }
      updateQuestions(input: {items: [{id: $id, url: $url}]}) {
        ... on BulkQuestions { results { messages { field code existingId } } }
      }
    }"""

    with nothing_changes():
        answers = [
            graphql(CREATE, token=token, input={"title": "x", "url": URL}),
            graphql(update, token=token, input={"id": node_id(other), "url": URL}),
        ]
        many = graphql(bulk, token=token, id=node_id(other), url=URL)

    for answer in answers:
        assert said(answer) == [("url", "external_id_taken", URL_TAKEN)]
    told = {"field": "url", "code": "external_id_taken", "existingId": node_id(mine)}
    for calls in many.data.values():
        assert calls["results"] == [{"messages": [told]}]


def test_an_external_id_that_was_sent_is_blamed_itself(graphql, token, user):
    create_question(owner=user, at=NOW, title="Two Sum", url=URL)
    input = {"title": "x", "url": URL, "platform": "LEETCODE", "externalId": "two-sum"}

    answer = graphql(CREATE, token=token, input=input)

    assert (answer.codes, answer.fields) == (["external_id_taken"], ["externalId"])


@pytest.fixture
def session(graphql, token, user):
    """The id of an open session of one question."""
    question = node_id(QuestionFactory(owner=user))
    return graphql(START, token=token, questions=[question]).only["id"]


@pytest.mark.parametrize(
    ("step", "code", "field"),
    [
        ({}, "answer_or_skip", "answer"),
        ({"answer": None, "skip": None}, "answer_or_skip", "answer"),
        (
            {"answer": {"position": 0, "outcome": "SOLVED"}, "skip": 0},
            "answer_or_skip",
            "answer",
        ),
        ({"skip": 7}, "not_current", "skip"),
        ({"answer": {"position": 7, "outcome": "SOLVED"}}, "not_current", "position"),
    ],
)
def test_a_step_says_what_is_wrong_in_the_data(step, code, field, graphql, token, session):
    with nothing_changes():
        answer = graphql(NEXT, token=token, input={"id": session, **step})

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize(
    "step",
    [
        {"answer": None, "skip": 0},
        {"answer": {"position": 0, "outcome": "SOLVED", "notes": None}, "skip": None},
    ],
)
def test_null_beside_the_other_is_as_good_as_absent(step, graphql, token, session):
    assert graphql(NEXT, token=token, input={"id": session, **step}).codes == []


def test_an_id_that_cannot_be_read_fails_its_row_alone(graphql, token, user):
    question = QuestionFactory(owner=user)
    items = [{"id": "no id"}, {"id": node_id(question), "notes": "x"}]

    results = graphql(UPDATE_EACH, token=token, items=items).only["results"]

    assert results == [
        {"status": "FAILED", "messages": [{"field": "id", "code": "not_found"}]},
        {"status": "UPDATED", "messages": []},
    ]


@pytest.mark.parametrize(
    ("operation", "code", "field"),
    [
        ("query ($id: ID!) { question(id: $id) { id } }", "NOT_FOUND", "id"),
        (
            "query ($id: ID!) { questions(filter: {tagsAny: [$id]}) { totalCount } }",
            "NOT_FOUND",
            "tagsAny",
        ),
    ],
)
def test_queries_name_the_argument(operation, code, field, graphql, token, stranger):
    foreign = QuestionFactory(owner=stranger) if field == "id" else TagFactory(owner=stranger)

    absent, unreadable = (graphql(operation, token=token, id=id) for id in (node_id(foreign), "x"))

    (error,) = absent.body["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (code, field)
    (error,) = unreadable.body["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)
    assert error["message"] == f"{field}: {NO_ID}"


def test_restoring_names_what_is_in_the_way(graphql, token, user):
    gone = QuestionFactory(owner=user, slug="two-sum")
    delete_question(question=gone, actor=user, at=NOW)
    standing = QuestionFactory(owner=user, slug="two-sum")
    restore = f"mutation ($id: ID!) {{ restoreQuestion(input: {{id: $id}}) {{ {REFUSAL} }} }}"

    answer = graphql(restore, token=token, id=node_id(gone))

    (message,) = answer.data["restoreQuestion"]["messages"]
    assert (message["code"], message["existingId"]) == ("slug_taken", node_id(standing))


def test_a_list_names_all_questions_that_are_on_it(graphql, token, user):
    study_list = StudyListFactory(owner=user)
    there = [
        StudyListItemFactory(study_list=study_list, question__owner=user).question for _ in range(2)
    ]
    ids = [node_id(question) for question in (*there, QuestionFactory(owner=user))]
    add = f"""mutation ($input: AddToStudyListInput!) {{
      addToStudyList(input: $input) {{ {REFUSAL} }}
    }}"""

    with nothing_changes():
        answer = graphql(add, token=token, input={"id": node_id(study_list), "questions": ids})

    messages = answer.data["addToStudyList"]["messages"]
    assert [(each["code"], each["field"]) for each in messages] == [
        ("question_taken", "questions")
    ] * 2
    assert [each["existingId"] for each in messages] == ids[:2]


def test_refreshing_without_a_token_says_that_none_came(graphql):
    answer = graphql(f"mutation {{ refreshToken {{ {REFUSAL} }} }}")

    ((_, code, message),) = said(answer)
    assert code == "refresh_token_refused"
    assert message.startswith("No refresh token came: send input, or")


@pytest.mark.parametrize(
    ("operation", "column"),
    [
        ('{ viewer { statistics(range: {since: "x"}) { since } } }', 38),
        ('{ questions(filter: {dueBefore: "x"}) { totalCount } }', 33),
        ('mutation { createTag(input: {name: "x", id: "x"}) { __typename } }', 45),
    ],
)
def test_a_value_in_the_document_is_blamed_where_it_stands(operation, column, graphql, token):
    (error,) = graphql(operation, token=token).body["errors"]

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["locations"] == [{"line": 1, "column": column}]


@pytest.mark.parametrize("url", ["ftp://example.org/a", "javascript:alert(1)", "two-sum"])
def test_what_is_no_link_is_told_how_one_begins(url, graphql, token):
    answer = graphql(CREATE, token=token, input={"title": "x", "url": url})

    assert said(answer) == [("url", "invalid", "Send a link that begins with http:// or https://.")]


def test_an_open_session_is_named(graphql, token, user, session):
    again = START.replace("... on PracticeSession { id }", REFUSAL)

    answer = graphql(again, token=token, questions=[node_id(QuestionFactory(owner=user))])

    (message,) = answer.data["startPracticeSession"]["messages"]
    assert (message["code"], message["existingId"]) == ("session_open", session)
