"""``createQuestion``."""

import pytest
import time_machine

from domain.base.models import new_uid
from domain.questions.models import Question, Tag
from tests.client import node_id
from tests.factories import NOW, QuestionFactory, TagFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

FIELDS = """
  id title slug url platform externalId content notes source difficulty platformRating importance
  isStarred isArchived targetSeconds createdAt updatedAt deletedAt version logCount solvedCount
  totalSeconds lastAttemptedAt lastOutcome dueAt status
  tags { name kind } tagLinks { tag { name } frequency window }
  logs { totalCount edges { node { id } } }
"""
CREATE = f"""
  mutation ($input: CreateQuestionInput!) {{
    createQuestion(input: $input) {{
      ... on Question {{ {FIELDS} }}
      ... on OperationInfo {{ messages {{ kind field code message }} }}
    }}
  }}
"""
EMPTY = {
    "url": "",
    "platform": "OTHER",
    "externalId": None,
    "content": "",
    "notes": "",
    "source": "",
    "difficulty": None,
    "platformRating": None,
    "importance": 2,
    "isStarred": False,
    "isArchived": False,
    "targetSeconds": None,
    "createdAt": "2026-03-02T09:30:00Z",
    "updatedAt": "2026-03-02T09:30:00Z",
    "deletedAt": None,
    "version": 1,
    "logCount": 0,
    "solvedCount": 0,
    "totalSeconds": 0,
    "lastAttemptedAt": None,
    "lastOutcome": None,
    "dueAt": None,
    "status": "NEW",
    "tags": [],
    "tagLinks": [],
    "logs": {"totalCount": 0, "edges": []},
}


@time_machine.travel(NOW, tick=False)
def test_a_title_is_enough(graphql, user):
    created = graphql(CREATE, as_user=user, input={"title": "  Two Sum "}).only

    question = Question.objects.get()
    assert created == EMPTY | {"id": node_id(question), "title": "Two Sum", "slug": "two-sum"}
    assert (question.owner, question.created_by, question.updated_by) == (user, user, user)


@time_machine.travel(NOW, tick=False)
def test_everything_can_be_said_at_once(graphql, user):
    uid = str(new_uid())
    values = {
        "title": "Two Sum",
        "slug": "mine",
        "url": "https://leetcode.com/problems/two-sum/",
        "content": "Find *two* numbers.",
        "notes": "Hash map.",
        "source": "Blind 75",
        "difficulty": "EASY",
        "platformRating": 1200,
        "importance": 4,
        "isStarred": True,
        "isArchived": True,
        "targetSeconds": 900,
    }
    tags = [
        {"name": "array", "kind": "TOPIC"},
        {"name": "Initech", "kind": "COMPANY", "frequency": 12.5, "window": "LAST_30_DAYS"},
        {"id": node_id(TagFactory(owner=user, name="mine"))},
    ]

    created = graphql(CREATE, as_user=user, input=values | {"id": uid, "tags": tags}).only

    assert created == EMPTY | values | {
        "id": node_id(type_name="Question", uid=uid),
        "platform": "LEETCODE",
        "externalId": "two-sum",
        "tags": [
            {"name": "array", "kind": "TOPIC"},
            {"name": "Initech", "kind": "COMPANY"},
            {"name": "mine", "kind": "CUSTOM"},
        ],
        "tagLinks": created["tagLinks"],
    }
    assert created["tagLinks"] == [
        {"tag": {"name": "array"}, "frequency": None, "window": None},
        {"tag": {"name": "Initech"}, "frequency": 12.5, "window": "LAST_30_DAYS"},
        {"tag": {"name": "mine"}, "frequency": None, "window": None},
    ]


def test_slug_is_made_free(graphql, user, stranger):
    QuestionFactory(owner=stranger, slug="two-sum")

    slugs = [
        graphql(CREATE, as_user=user, input={"title": title}).only["slug"]
        for title in ("Two Sum", "two sum!", "Two  Sum")
    ]

    assert slugs == ["two-sum", "two-sum-2", "two-sum-3"]


def test_tag_of_that_name_is_found_whatever_its_case(graphql, user, stranger):
    TagFactory(owner=stranger, name="Arrays")
    own = TagFactory(owner=user, name="arrays")

    created = graphql(
        CREATE, as_user=user, input={"title": "x", "tags": [{"name": "ARRAYS"}, {"name": "Arrays"}]}
    ).only

    assert [tag["name"] for tag in created["tags"]] == ["arrays"]
    assert Tag.objects.owned_by(user).get() == own


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": ""}, "title", "blank"),
        ({"title": "   "}, "title", "blank"),
        ({"title": "x" * 256}, "title", "max_length"),
        ({"title": "x" * 1_000_000}, "title", "max_length"),
        ({"slug": "x" * 256}, "slug", "max_length"),
        ({"slug": "taken"}, "slug", "slug_taken"),
        ({"url": "ftp://example.com"}, "url", "invalid"),
        ({"url": "javascript:alert(1)"}, "url", "invalid"),
        ({"url": "https://"}, "url", "invalid"),
        ({"url": "https://[::1"}, "url", "invalid"),
        ({"platform": "BOOK", "externalId": "1"}, "externalId", "external_id_taken"),
        ({"externalId": "x" * 129}, "externalId", "max_length"),
        ({"content": "x" * 100_001}, "content", "max_length"),
        ({"notes": "x" * 100_001}, "notes", "max_length"),
        ({"source": "x" * 256}, "source", "max_length"),
        ({"platformRating": -1}, "platformRating", "min_value"),
        ({"platformRating": 10_001}, "platformRating", "max_value"),
        ({"platformRating": 2**31 - 1}, "platformRating", "max_value"),
        ({"importance": 0}, "importance", "min_value"),
        ({"importance": 5}, "importance", "max_value"),
        ({"importance": -(2**31)}, "importance", "min_value"),
        ({"targetSeconds": 0}, "targetSeconds", "min_value"),
        ({"targetSeconds": 86_401}, "targetSeconds", "max_value"),
        ({"tags": [{"name": ""}]}, "tags", "blank"),
        ({"tags": [{"name": "x" * 51}]}, "tags", "max_length"),
        ({"tags": [{"name": f"tag {n}"} for n in range(51)]}, "tags", "too_many_tags"),
        ({"tags": [{}]}, "tags", "id_or_name"),
        ({"tags": [{"name": "x", "frequency": 1}]}, "tags", "not_a_company"),
        ({"tags": [{"name": "x", "window": "ALL_TIME"}]}, "tags", "not_a_company"),
        ({"tags": [{"name": "x", "kind": "COMPANY", "frequency": 101}]}, "tags", "max_value"),
        ({"tags": [{"name": "x", "kind": "COMPANY", "frequency": -1}]}, "tags", "min_value"),
    ],
)
def test_says_which_field_is_wrong_and_stores_nothing(change, field, code, graphql, token, user):
    QuestionFactory(owner=user, slug="taken", platform="BOOK", external_id="1")

    with nothing_changes():
        answer = graphql(CREATE, token=token, input={"title": "New"} | change)

    assert (answer.codes, answer.fields) == ([code], [field])


def test_too_long_a_link_is_refused(graphql, token):
    with nothing_changes():
        answer = graphql(
            CREATE, token=token, input={"title": "x", "url": "https://x.de/" + "x" * 2048}
        )

    assert set(answer.fields) == {"url"}
    assert "max_length" in answer.codes


def test_says_everything_that_is_wrong_at_once(graphql, token):
    wrong = {"title": "", "importance": 9, "url": "x", "difficulty": "HARD"}

    answer = graphql(CREATE, token=token, input=wrong)

    assert set(answer.fields) == {"title", "importance", "url"}


def test_tag_is_named_in_one_way(graphql, token, user):
    tag = {"id": node_id(TagFactory(owner=user)), "name": "x"}

    with nothing_changes():
        answer = graphql(CREATE, token=token, input={"title": "x", "tags": [tag]})

    assert answer.codes == ["id_or_name"]


def test_id_of_an_own_row_is_taken_even_in_the_trash(graphql, token, user):
    live, trashed = QuestionFactory(owner=user), QuestionFactory(owner=user, deleted_at=NOW)

    with nothing_changes():
        answers = [
            graphql(CREATE, token=token, input={"title": "x", "id": str(row.uid)})
            for row in (live, trashed)
        ]

    assert [(answer.codes, answer.fields) for answer in answers] == [(["id_taken"], ["id"])] * 2


@pytest.mark.parametrize(
    "input",
    [
        {},
        {"title": None},
        {"title": 1},
        {"title": True},
        {"title": ["x"]},
        {"title": "x", "id": "1"},
        {"title": "x", "id": 1},
        {"title": "x", "importance": "2"},
        {"title": "x", "importance": 2.5},
        {"title": "x", "importance": 2**31},
        {"title": "x", "importance": True},
        {"title": "x", "difficulty": "easy"},
        {"title": "x", "difficulty": 1},
        {"title": "x", "platform": "LeetCode"},
        {"title": "x", "isStarred": "true"},
        {"title": "x", "isStarred": 1},
        {"title": "x", "tags": "array"},
        {"title": "x", "tags": [None]},
        {"title": "x", "tags": [{"name": "x", "kind": None}]},
        {"title": "x", "tags": [{"name": "x", "kind": "COMPANY", "frequency": "1"}]},
        {"title": "x", "owner": 1},
        {"title": "x", "ownerId": 1},
        {"title": "x", "logCount": 7},
        {"title": "x", "dueAt": "2026-01-01T00:00:00Z"},
        {"title": "x", "createdAt": "2026-01-01T00:00:00Z"},
        {"title": "x", "version": 7},
        {"title": "x", "deletedAt": None},
    ],
)
def test_refuses_what_is_not_its_input(input, graphql, token):
    with nothing_changes():
        answer = graphql(CREATE, token=token, input=input)

    assert set(answer.codes) == {"BAD_USER_INPUT"}


def test_is_refused_to_nobody(graphql, user):
    with nothing_changes():
        answer = graphql(CREATE, input={"title": "x"})

    assert answer.codes == ["UNAUTHENTICATED"]
