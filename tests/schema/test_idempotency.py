"""A create that is sent again with its ``idempotencyKey`` gets its first answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from domain.accounts.models import User
from domain.audit.models import AuditEvent
from domain.goals.models import Goal
from domain.idempotency.models import IdempotencyRecord
from domain.lists.models import StudyList
from domain.practice.models import PracticeSession, QuestionLog
from domain.questions.models import Question, Tag
from domain.sharing.models import ShareLink
from schema.root import schema
from tests.client import GraphQLClient, access_token, node_id
from tests.domain.parallel import at_once
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, TagFactory
from tests.schema.tables import nothing_changes
from tests.schema.test_malformed_requests import MULTIPART, form
from tests.schema.transfer.test_import_questions import CODEFORCES, RESULT

KEY = "4b0c2a4e"
# What is shown once must not be kept.
WITHOUT_KEY = {"createApiToken"}
# Of each create: what it makes, its least input, another one, and one that is refused.
CREATES: dict[str, tuple[type, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "createQuestion": (Question, {"title": "New"}, {"title": "Other"}, {"title": ""}),
    "createTag": (Tag, {"name": "new"}, {"name": "other"}, {"name": ""}),
    "createQuestionLog": (
        QuestionLog,
        {"outcome": "SOLVED"},
        {"outcome": "FAILED"},
        {"outcome": "SOLVED", "attemptedAt": "2999-01-01T00:00:00Z"},
    ),
    "createStudyList": (StudyList, {"name": "New"}, {"name": "Other"}, {"name": ""}),
    "cloneBuiltInList": (
        StudyList,
        {"list": "BLIND_75"},
        {"list": "NEETCODE_150"},
        {"list": "BLIND_75", "name": "x" * 101},
    ),
    "createGoal": (
        Goal,
        {"date": "2026-06-01", "name": "New"},
        {"date": "2026-06-02", "name": "New"},
        {"date": "2026-06-01"},
    ),
    "startPracticeSession": (
        PracticeSession,
        {"questionCount": 1},
        {"questionCount": 2},
        {"questionCount": 0},
    ),
    "createShareLink": (
        ShareLink,
        {"kind": "HEATMAP", "name": "README"},
        {"kind": "HEATMAP", "name": "blog"},
        {"kind": "HEATMAP", "name": ""},
    ),
}
IMPORT = f"""
  mutation ($input: ImportQuestionsInput!) {{ importQuestions(input: $input) {{ {RESULT} }} }}
"""
UPLOAD = f"""
  mutation ($file: Upload!) {{
    importQuestions(input: {{upload: $file, idempotencyKey: "{KEY}"}}) {{ {RESULT} }}
  }}
"""


def operation(name: str) -> str:
    """A create that shows the row, and what is wrong."""
    type_ = CREATES[name][0].__name__
    fields = schema._schema.type_map[type_].fields
    shown = " ".join(each for each in ("version", "startedAt", "deletedAt") if each in fields)
    return f"""
      mutation ($input: {name[0].upper()}{name[1:]}Input!) {{
        {name}(input: $input) {{
          ... on {type_} {{ id {shown} }}
          ... on OperationInfo {{ messages {{ field code }} }}
        }}
      }}
    """


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Iterator[None]:
    """Goals lie ahead."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(params=CREATES)
def name(request):
    """Which create a test is about."""
    return request.param


@pytest.fixture
def create(name, graphql, user, token):
    """Call it, as the user unless told otherwise."""

    def call(
        input: dict[str, Any], *, key: str | None = KEY, caller: User = user, token: str = token
    ) -> Any:
        keyed = dict(input) if key is None else {**input, "idempotencyKey": key}
        token = token if caller == user else access_token(caller)
        return graphql(operation(name), token=token, input=keyed | needed(name, caller))

    QuestionFactory(owner=user)
    return call


def needed(name: str, owner: User) -> dict[str, str]:
    """What an attempt is made at: the owner's first question."""
    if name != "createQuestionLog":
        return {}
    return {"question": node_id(Question.objects.owned_by(owner).earliest("pk"))}


def rows(name: str, *, key: str = KEY) -> Any:
    """What calls with a key made: a row that is named in the record."""
    uids = [record.response["uid"] for record in IdempotencyRecord.objects.filter(key=key)]
    return CREATES[name][0].objects.filter(uid__in=uids)


def test_every_create_takes_a_key():
    creates = {
        field_name: field.args["input"].type.of_type.fields
        for field_name, field in schema._schema.mutation_type.fields.items()
        if field_name.startswith(("create", "clone", "start", "import"))
    }

    assert {
        field_name for field_name, input in creates.items() if "idempotencyKey" not in input
    } == (WITHOUT_KEY)


def test_the_second_call_gets_the_first_answer(name, create):
    _, input, _, _ = CREATES[name]

    first = create(input)
    with nothing_changes():
        second = create(input)

    assert first.only["id"] == node_id(rows(name).get())
    assert second.body == first.body
    assert AuditEvent.objects.filter(object_uid=rows(name).get().uid).count() == 1


def test_other_arguments_are_refused(name, create):
    _, input, other, _ = CREATES[name]
    create(input)

    with nothing_changes():
        answer = create(other)

    assert answer.codes == ["idempotency_mismatch"]
    assert answer.fields == ["idempotencyKey"]


def test_a_refusal_frees_the_key(name, create):
    _, input, _, wrong = CREATES[name]

    with nothing_changes():
        assert create(wrong).codes

    assert create(input).only["id"] == node_id(rows(name).get())


def test_a_strangers_key_is_another_one(name, create, graphql, stranger):
    model, input, other, _ = CREATES[name]
    ours = create(input).only["id"]
    QuestionFactory(owner=stranger)

    answer = create(other, caller=stranger)

    assert answer.only["id"] != ours
    assert model.objects.owned_by(stranger).filter(uid__in=rows(name).values("uid")).count() == 1
    assert create(input).only["id"] == ours


def test_without_a_key_nothing_is_remembered(name, create):
    _, input, _, _ = CREATES[name]

    first = create(input, key=None)
    second = create(input, key=None)

    assert first.only["id"]
    assert second.body != first.body
    assert not IdempotencyRecord.objects.exists()


def test_what_was_made_is_shown_from_the_trash(name, create):
    model, input, _, _ = CREATES[name]
    first = create(input).only
    trashed = {"deletedAt": "2026-03-02T09:30:00Z"} if "deletedAt" in first else {}
    if trashed:
        model.objects.update(deleted_at=NOW)
    # Nor has what it was made of to be there any more.
    Question.objects.update(deleted_at=NOW)

    again = create(input)

    assert again.only == first | trashed


@pytest.mark.parametrize("name", ["createQuestionLog"], indirect=True)
def test_an_attempt_is_shown_with_its_question_from_the_trash(name, graphql, token, user):
    question = QuestionFactory(owner=user)
    input = {"question": node_id(question), "outcome": "SOLVED", "idempotencyKey": KEY}
    document = """
      mutation ($input: CreateQuestionLogInput!) {
        createQuestionLog(input: $input) {
          ... on QuestionLog { id question { id deletedAt tags { id } } }
        }
      }
    """
    first = graphql(document, token=token, input=input).only
    Question.objects.update(deleted_at=NOW)

    again = graphql(document, token=token, input=input).only

    assert again["id"] == first["id"]
    assert again["question"] == first["question"] | {"deletedAt": "2026-03-02T09:30:00Z"}


def test_what_was_deleted_for_good_is_not_found(name, create):
    _, input, _, _ = CREATES[name]
    create(input)
    rows(name).delete()

    with nothing_changes():
        answer = create(input)

    assert answer.codes == ["not_found"]
    assert answer.fields == ["idempotencyKey"]


@pytest.mark.parametrize("key", ["", "x" * 129, "two\nlines"])
def test_what_is_no_key_is_refused(key, name, create):
    with nothing_changes():
        answer = create(CREATES[name][1], key=key)

    assert answer.codes == ["invalid_key"]
    assert answer.fields == ["idempotencyKey"]


@pytest.mark.parametrize("name", ["createTag"], indirect=True)
def test_null_is_no_key(name, graphql, token):
    input = {"name": "x", "idempotencyKey": None}

    answers = [graphql(operation(name), token=token, input=input) for _ in range(2)]

    assert [answer.codes for answer in answers] == [[], ["name_taken"]]


def test_one_key_may_serve_several_mutations(graphql, token):
    operation = """mutation {
      createQuestion(input: {title: "x", idempotencyKey: "k"}) { ... on Question { id } }
      createTag(input: {name: "x", idempotencyKey: "k"}) { ... on Tag { id } }
    }"""

    first, second = graphql(operation, token=token).data, graphql(operation, token=token).data

    assert first == second
    assert (Question.objects.count(), Tag.objects.count()) == (1, 1)


def test_twice_in_one_operation_is_once(graphql, token):
    created = 'createTag(input: {name: "x", idempotencyKey: "k"}) { ... on Tag { id } }'

    data = graphql(f"mutation {{ a: {created} b: {created} }}", token=token).data

    assert data["a"] == data["b"] == {"id": node_id(Tag.objects.get())}


def test_arguments_are_the_same_however_they_are_written(graphql, token, user):
    """In any order, in the document or in variables; a moment in the same offset."""
    question = node_id(QuestionFactory(owner=user))
    spelled = f"""mutation {{ createQuestionLog(input: {{
      idempotencyKey: "k", mistakes: [EDGE_CASE], outcome: SOLVED, question: "{question}",
      attemptedAt: "2026-01-01T00:00:00Z", durationSeconds: null,
    }}) {{ ... on QuestionLog {{ id version deletedAt }} }} }}"""
    variables = {
        "question": question, "outcome": "SOLVED", "mistakes": ["EDGE_CASE"],
        "durationSeconds": None, "attemptedAt": "2026-01-01T00:00:00.000+00:00",
        "idempotencyKey": "k",
    }  # fmt: skip

    first = graphql(spelled, token=token).only
    second = graphql(operation("createQuestionLog"), token=token, input=variables).only

    assert second == first


@pytest.mark.parametrize(
    "other",
    [{"difficulty": "EASY"}, {"difficulty": "HARD", "notes": ""}, {}, {"tags": [{"name": "a"}]}],
)
def test_what_is_left_out_is_not_null_or_empty(other, graphql, token):
    keyed = {"title": "x", "idempotencyKey": "k"}
    graphql(operation("createQuestion"), token=token, input={**keyed, "difficulty": None})

    answer = graphql(operation("createQuestion"), token=token, input={**keyed, **other})

    assert answer.codes == ["idempotency_mismatch"]


def test_what_was_sent_is_not_kept(graphql, token):
    secret = "what nobody else should read"
    input = {"title": "x", "notes": secret, "idempotencyKey": "k"}

    graphql(operation("createQuestion"), token=token, input=input)

    record = IdempotencyRecord.objects.values().get()
    assert secret not in str(record)
    assert record["response"] == {
        "model": "questions.Question",
        "uid": str(Question.objects.get().uid),
    }


def test_an_import_gets_its_first_answer(graphql, token):
    input = {"content": CODEFORCES, "idempotencyKey": KEY}

    first = graphql(IMPORT, token=token, input=input)
    with nothing_changes():
        second = graphql(IMPORT, token=token, input=input)

    assert first.only["created"] > 0
    assert first.only["notes"]
    assert second.body == first.body


@pytest.mark.parametrize("content", ["[]", ""])
def test_a_refused_import_frees_the_key(content, graphql, token):
    with nothing_changes():
        refused = graphql(IMPORT, token=token, input={"content": content, "idempotencyKey": KEY})

    assert refused.codes != []
    assert graphql(IMPORT, token=token, input={"content": CODEFORCES, "idempotencyKey": KEY}).only[
        "created"
    ]


def test_a_file_is_known_by_its_content(graphql, token):
    first = _uploaded(graphql, token, CODEFORCES, "first.json")
    same = _uploaded(graphql, token, CODEFORCES, "second.json")
    with nothing_changes():
        other = _uploaded(graphql, token, CODEFORCES + " ", "first.json")

    assert first.only["created"] > 0
    assert same.body == first.body
    assert other.codes == ["idempotency_mismatch"]


def test_what_is_no_file_is_refused_with_a_key_too(graphql, token):
    with nothing_changes():
        answer = graphql(UPLOAD, token=token, file={"a": [1]})

    assert answer.codes == ["not_a_file"]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_create_one_row(name):
    user = QuestionFactory().owner
    model, input, _, _ = CREATES[name]
    keyed = {**input, **needed(name, user), "idempotencyKey": KEY}
    token, before = access_token(user), model.objects.count()

    answers = at_once(*[lambda: GraphQLClient()(operation(name), token=token, input=keyed)] * 8)

    (row,) = rows(name)
    assert [answer.only["id"] for answer in answers] == [node_id(row)] * 8
    assert model.objects.count() == before + 1
    assert AuditEvent.objects.filter(object_uid=row.uid).count() == 1


def test_another_persons_record_leads_nowhere(graphql, user, stranger):
    """Even a record that names a stranger's row, which none does, shows nothing."""
    tag = TagFactory(owner=stranger)
    log = QuestionLogFactory(question__owner=stranger)
    input = {"name": "x", "idempotencyKey": "k"}
    graphql(operation("createTag"), as_user=user, input=input)

    for row in (tag, log):
        response = {"model": row._meta.label, "uid": str(row.uid)}
        IdempotencyRecord.objects.update(response=response)

        assert graphql(operation("createTag"), as_user=user, input=input).codes == ["not_found"]


def _uploaded(graphql: GraphQLClient, token: str, content: str, file_name: str) -> Any:
    operations = json.dumps({"query": UPLOAD, "variables": {"file": None}})
    body = form(
        ("operations", operations),
        ("map", '{"0": ["variables.file"]}'),
        ("0", (file_name, content.encode())),
    )
    return graphql.send(body, token=token, **MULTIPART)
