"""A refusal because something is taken names the object that has it, if it is the caller's own."""

import pytest
from strawberry_django.fields.types import OperationMessage

from domain.base.bulk import BulkRowStatus
from domain.questions.services.questions import create_question
from schema.bulk import Outcome
from schema.messages import existing_of, say_existing
from tests.client import node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    StudyListFactory,
    TagFactory,
)
from tests.schema.tables import nothing_changes

URL = "https://leetcode.com/problems/two-sum/"
MESSAGES = "... on OperationInfo { messages { field code existingId } }"
CREATE = f"""
  mutation ($input: CreateQuestionInput!) {{
    createQuestion(input: $input) {{ ... on Question {{ id }} {MESSAGES} }}
  }}
"""
BULK = """
  mutation (
    $items: [CreateQuestionInput!]!, $key: String, $policy: ErrorPolicy! = SKIP_FAILED
  ) {
    createQuestions(input: {items: $items, errorPolicy: $policy, idempotencyKey: $key}) {
      ... on BulkQuestions { results { question { id } messages { code existingId } } }
    }
  }
"""
BULK_UPDATE = """
  mutation ($items: [UpdateQuestionInput!]!, $policy: ErrorPolicy!) {
    updateQuestions(input: {items: $items, errorPolicy: $policy}) {
      ... on BulkQuestions { results { messages { code existingId } } }
    }
  }
"""


@pytest.fixture
def mine(user):
    return create_question(owner=user, at=NOW, title="Two Sum", url=URL)


def said(answer):
    """What a refusal says."""
    (refusal,) = answer.data.values()
    return refusal["messages"]


def test_of_a_url_the_question_that_has_it(graphql, user, token, mine):
    with nothing_changes():
        answer = graphql(CREATE, token=token, input={"title": "Again", "url": URL})

    assert said(answer) == [
        {"field": "url", "code": "external_id_taken", "existingId": node_id(mine)}
    ]


def test_nobody_elses(graphql, user, stranger, mine):
    create_question(owner=stranger, at=NOW, title="Theirs", url=URL)
    graphql(CREATE, as_user=stranger, input={"title": "Two Sum", "slug": "two-sum"})

    answer = graphql(CREATE, as_user=user, input={"title": "x", "url": URL})

    assert [message["existingId"] for message in said(answer)] == [node_id(mine)]


def test_of_a_slug_an_id_and_a_version_that_was_changed(graphql, user, mine):
    other = QuestionFactory(owner=user)
    update = f"""mutation ($id: ID!, $slug: String!) {{
      updateQuestion(input: {{id: $id, slug: $slug}}) {{ __typename {MESSAGES} }}
    }}"""

    by_slug = graphql(CREATE, as_user=user, input={"title": "x", "slug": mine.slug})
    by_id = graphql(CREATE, as_user=user, input={"title": "x", "id": str(mine.uid)})
    updated = graphql(update, as_user=user, id=node_id(other), slug=mine.slug)

    for answer, code in ((by_slug, "slug_taken"), (by_id, "id_taken"), (updated, "slug_taken")):
        (message,) = said(answer)
        assert (message["code"], message["existingId"]) == (code, node_id(mine))


@pytest.mark.parametrize(
    ("factory", "operation"),
    [
        (TagFactory, 'createTag(input: {name: "same"})'),
        (StudyListFactory, 'createStudyList(input: {name: "SAME"})'),
    ],
)
def test_of_a_name_the_tag_or_the_list(factory, operation, graphql, user):
    row = factory(owner=user, name="same")

    answer = graphql(f"mutation {{ {operation} {{ __typename {MESSAGES} }} }}", as_user=user)

    (message,) = said(answer)
    assert (message["code"], message["existingId"]) == ("name_taken", node_id(row))


def test_of_other_refusals_there_is_nothing_to_name(graphql, user):
    answer = graphql(CREATE, as_user=user, input={"title": ""})

    assert said(answer) == [{"field": "title", "code": "blank", "existingId": None}]


def test_in_a_call_for_many_also_when_it_is_sent_again(graphql, user, mine):
    items = [{"title": "a", "url": URL}, {"title": "b", "slug": "b"}, {"title": "c", "slug": "b"}]

    first = graphql(BULK, as_user=user, items=items, key="k").only["results"]
    again = graphql(BULK, as_user=user, items=items, key="k").only["results"]

    assert first == again
    assert [result["messages"] for result in first] == [
        [{"code": "external_id_taken", "existingId": node_id(mine)}],
        [],
        [{"code": "slug_taken", "existingId": first[1]["question"]["id"]}],
    ]


def test_in_a_call_of_which_nothing_is_stored_no_row_of_the_call(graphql, token):
    items = [{"title": "a", "slug": "a"}, {"title": "b", "slug": "a"}]

    with nothing_changes():
        results = graphql(BULK, token=token, items=items, policy="REJECT_ALL").only["results"]

    assert results == [
        {"question": None, "messages": []},
        {"question": None, "messages": [{"code": "slug_taken", "existingId": None}]},
    ]


@pytest.mark.parametrize(
    ("policy", "slug", "named"),
    [
        ("SKIP_FAILED", "new", True),
        ("REJECT_ALL", "new", False),
        ("SKIP_FAILED", "two-sum", True),
        ("REJECT_ALL", "two-sum", True),
    ],
)
def test_of_changed_questions_the_one_that_has_it_once_the_call_is_over(
    policy, slug, named, graphql, user, mine
):
    other = QuestionFactory(owner=user)
    items = [{"id": node_id(row), "slug": slug} for row in (mine, other)]

    results = graphql(BULK_UPDATE, as_user=user, items=items, policy=policy).only["results"]

    taken = {"code": "slug_taken", "existingId": node_id(mine) if named else None}
    assert [result["messages"] for result in results] == [[], [taken]]


@pytest.mark.parametrize("existing_id", [None, "UXVlc3Rpb246MQ=="])
def test_what_is_kept_of_a_message_has_the_id_only_if_there_is_one(existing_id):
    message = OperationMessage(
        kind=OperationMessage.Kind.VALIDATION, message="Taken.", field="slug", code="slug_taken"
    )
    say_existing(message, existing_id)

    kept = Outcome(BulkRowStatus.FAILED, None, [message]).kept()

    named = {} if existing_id is None else {"existing_id": existing_id}
    plain = {"kind": "validation", "message": "Taken.", "field": "slug", "code": "slug_taken"}
    assert kept["messages"] == [plain | named]
    assert existing_of(Outcome.stored(kept).messages[0]) == existing_id
