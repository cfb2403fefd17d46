"""What a client is told when something goes wrong, and what only the log is told."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from psycopg.errors import QueryCanceled

from domain.practice.services import logs as practice
from domain.questions.services import questions, tags
from schema.errors import MASKED, NO_DATE, NO_ID, NO_UUID
from tests.client import node_id
from tests.factories import QuestionFactory
from tests.schema.tables import nothing_changes

SECRET = "password=hunter2 at /srv/app.py"
CREATE_TAG = """mutation {
  createTag(input: {name: "x"}) { ... on OperationInfo { messages { code message } } }
}"""
UNPLANNED = [
    RuntimeError(SECRET),
    KeyError(SECRET),
    AssertionError(SECRET),
    RecursionError(SECRET),
    MemoryError(SECRET),
    IntegrityError(SECRET),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, SECRET),
    NotImplementedError(SECRET),
    StopIteration(SECRET),
    Exception({"message": SECRET}),
]


def breaking(error: BaseException):
    """A function that raises."""

    def broken(*args: object, **kwargs: object) -> None:
        raise error

    return broken


@pytest.mark.parametrize("error", UNPLANNED, ids=lambda error: type(error).__name__)
def test_our_fault_is_masked_and_logged(error, graphql, token, monkeypatch, caplog):
    monkeypatch.setattr(tags, "create_tag", breaking(error))
    graphql.may_fail = True

    with nothing_changes(), caplog.at_level(logging.ERROR):
        answer = graphql(CREATE_TAG, token=token)

    assert answer.codes == ["INTERNAL"]
    assert answer.body["errors"][0]["message"] == MASKED
    assert "hunter2" not in str(answer.body)
    assert "Traceback" not in str(answer.body)
    (record,) = [record for record in caplog.records if record.name == "schema.errors"]
    assert record.exc_info is not None
    assert record.path == "createTag"


def test_a_failing_part_of_a_page_is_masked(graphql, token, user, monkeypatch):
    QuestionFactory(owner=user)
    monkeypatch.setattr("schema.questions.filters.look_up", breaking(RuntimeError(SECRET)))
    graphql.may_fail = True

    answer = graphql("{ questions(filter: {isDue: true}) { totalCount } }", token=token)

    assert answer.codes == ["INTERNAL"]
    assert "hunter2" not in str(answer.body)


@pytest.mark.parametrize("error", [OperationalError(SECRET), InterfaceError(SECRET)])
def test_database_that_goes_away_is_unavailable(error, graphql, token, monkeypatch):
    monkeypatch.setattr(tags, "create_tag", breaking(error))
    graphql.may_fail = True

    answer = graphql(CREATE_TAG, token=token)

    assert answer.codes == ["UNAVAILABLE"]
    assert "hunter2" not in str(answer.body)


def test_a_statement_that_takes_too_long_is_told_as_such(graphql, token, monkeypatch, caplog):
    slow = OperationalError(SECRET)
    slow.__cause__ = QueryCanceled()
    monkeypatch.setattr(tags, "create_tag", breaking(slow))
    graphql.may_fail = True

    answer = graphql(CREATE_TAG, token=token)

    assert answer.codes == ["TIMED_OUT"]
    assert "hunter2" not in str(answer.body)
    (record,) = [record for record in caplog.records if record.name == "schema.errors"]
    assert record.getMessage() == "the database stopped a statement that took too long"


def test_database_that_is_away_from_the_start_is_503(graphql, token, monkeypatch):
    graphql.may_fail = True

    with connection.execute_wrapper(breaking(OperationalError(SECRET))):
        answer = graphql("{ viewer { id } }", token=token)

    assert (answer.status, answer.codes) == (503, ["UNAVAILABLE"])
    assert answer.headers["Retry-After"] == "5"
    assert "hunter2" not in str(answer.body)


def test_database_that_goes_away_between_two_statements_is_unavailable(graphql, token, user):
    QuestionFactory(owner=user)
    statements = 0
    graphql.may_fail = True

    def away_after_the_first(execute, *arguments):
        nonlocal statements
        statements += 1
        if statements > 1:
            raise OperationalError(SECRET)
        return execute(*arguments)

    with connection.execute_wrapper(away_after_the_first):
        answer = graphql("{ questions { totalCount edges { node { id } } } }", token=token)

    assert answer.codes == ["UNAVAILABLE"]
    assert "hunter2" not in str(answer.body)


def test_crash_before_the_operation_is_masked(graphql, monkeypatch):
    monkeypatch.setattr("schema.view.ApiView.get_context", breaking(RuntimeError(SECRET)))
    graphql.may_fail = True

    answer = graphql("{ __typename }")

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert "hunter2" not in str(answer.body)


def test_crash_of_a_limit_is_masked(graphql, monkeypatch):
    monkeypatch.setattr("schema.pricing.operation_cost", breaking(RuntimeError(SECRET)))
    graphql.may_fail = True

    answer = graphql("{ __typename }")

    assert answer.codes == ["INTERNAL"]
    assert "hunter2" not in str(answer.body)


@pytest.mark.parametrize(
    ("error", "code", "field"),
    [
        (ValidationError("No.", code="some_code"), "some_code", None),
        (ValidationError({"name": ValidationError("No.", code="a")}), "a", "name"),
        (ValidationError({"desired_retention": ["No."]}), None, "desiredRetention"),
    ],
)
def test_refusals_of_a_service_are_messages(error, code, field, graphql, token, monkeypatch):
    monkeypatch.setattr(tags, "create_tag", breaking(error))
    query = CREATE_TAG.replace("code message", "kind field code message")

    answer = graphql(query, token=token)

    assert answer.data["createTag"]["messages"] == [
        {"kind": "VALIDATION", "field": field, "code": code, "message": "No."}
    ]


def test_permission_denied_by_django_is_a_message(graphql, token, monkeypatch):
    monkeypatch.setattr(tags, "create_tag", breaking(PermissionDenied("No.")))

    answer = graphql(CREATE_TAG.replace("code", "kind"), token=token)

    assert answer.data["createTag"]["messages"] == [{"kind": "PERMISSION", "message": "No."}]


@pytest.mark.parametrize(
    ("service", "name", "operation"),
    [
        (questions, "set_tags", 'createQuestion(input: {title: "x"})'),
        (questions, "set_tags", 'updateQuestion(input: {id: $id, title: "x", tags: []})'),
        (questions.audit, "record", "deleteQuestion(input: {id: $id})"),
        (tags.audit, "record", 'createTag(input: {name: "x"})'),
        (practice, "settle_one", "createQuestionLog(input: {question: $id, outcome: SOLVED})"),
    ],
)
def test_a_crash_half_way_leaves_nothing_behind(
    service, name, operation, graphql, token, user, monkeypatch
):
    question = QuestionFactory(owner=user)
    monkeypatch.setattr(service, name, breaking(RuntimeError(SECRET)))
    graphql.may_fail = True
    variables = "($id: ID!)" if "$id" in operation else ""

    with nothing_changes():
        answer = graphql(
            f"mutation {variables} {{ {operation} {{ __typename }} }}",
            token=token,
            id=node_id(question),
        )

    assert answer.codes == ["INTERNAL"]


def test_one_failing_field_leaves_the_others(graphql, token, user):
    question = QuestionFactory(owner=user)
    operation = """query ($id: ID!) {
      found: question(id: $id) { title }
      missing: question(id: "VGFnOjE=") { title }
    }"""

    answer = graphql(operation, token=token, id=node_id(question))

    assert answer.body["data"] == {"found": {"title": question.title}, "missing": None}
    assert [error["path"] for error in answer.body["errors"]] == [["missing"]]


def test_one_failing_mutation_leaves_the_others(graphql, token):
    operation = """mutation {
      a: createTag(input: {name: "a"}) { __typename }
      b: createTag(input: {name: ""}) { __typename ... on OperationInfo { messages { code } } }
      c: createTag(input: {name: "c"}) { __typename }
    }"""

    answer = graphql(operation, token=token)

    assert [value["__typename"] for value in answer.data.values()] == [
        "Tag",
        "OperationInfo",
        "Tag",
    ]


def test_numbers_of_5000_digits_are_refused_without_pythons_words(graphql, token):
    digits = "9" * 5000
    operations = [
        f"{{ questions(first: {digits}) {{ totalCount }} }}",
        f"{{ questions(filter: {{importance: [{digits}]}}) {{ totalCount }} }}",
        f"query ($n: Int = {digits}) {{ questions(first: $n) {{ totalCount }} }}",
    ]

    answers = [graphql(operation, token=token) for operation in operations]

    assert [answer.codes for answer in answers] == [["GRAPHQL_VALIDATION_FAILED"]] * 3
    assert "sys." not in str([answer.body for answer in answers])


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("query ($value: ID!) { question(id: $value) { id } }", NO_ID),
        ("query ($value: ID!) { questions(filter: {tagsAny: [$value]}) { totalCount } }", NO_ID),
        (
            "query ($value: Date!) { viewer { statistics(range: {since: $value}) { since } } }",
            NO_DATE,
        ),
        (
            'mutation ($value: UUID!) { createTag(input: {name: "x", id: $value}) { __typename } }',
            NO_UUID,
        ),
    ],
)
def test_values_of_another_form_are_refused_with_the_right_form(operation, message, graphql, token):
    with nothing_changes():
        answer = graphql(operation, token=token, value="Two Sum")

    assert answer.codes == ["BAD_USER_INPUT"]
    (error,) = answer.body["errors"]
    assert error["message"].endswith(message)
    assert "Two Sum" not in error["message"]


def test_names_that_do_not_exist_are_not_guessed_at(graphql):
    answer = graphql("{ question_s { id } }")

    assert answer.body["errors"][0]["message"] == "Cannot query field 'question_s' on type 'Query'."


def test_a_stored_value_that_the_schema_does_not_know_is_our_fault(graphql, token, user):
    QuestionFactory(owner=user, platform="MYSPACE")
    graphql.may_fail = True

    answer = graphql("{ questions { edges { node { platform } } } }", token=token)

    assert answer.codes == ["INTERNAL"]
    assert "MYSPACE" not in str(answer.body)
