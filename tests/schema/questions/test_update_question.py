"""``updateQuestion``: what is left out stays, null empties, a value replaces."""

from datetime import timedelta

import pytest
import time_machine

from domain.audit.models import AuditEvent
from domain.questions.models import Question
from tests.client import node_id
from tests.factories import NOW, QuestionFactory, QuestionTagFactory, TagFactory
from tests.schema.tables import nothing_changes

UPDATE = """
  mutation ($input: UpdateQuestionInput!) {
    updateQuestion(input: $input) {
      ... on Question {
        title slug url platform externalId difficulty platformRating importance targetSeconds notes
        isStarred updatedAt version tags { name }
      }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def question(user):
    """A question about which everything is known."""
    question = QuestionFactory(
        owner=user,
        title="Two Sum",
        slug="two-sum",
        url="https://leetcode.com/problems/two-sum/",
        platform="LEETCODE",
        external_id="two-sum",
        difficulty=1,
        platform_rating=1200,
        target_seconds=900,
        notes="Hash map.",
    )
    QuestionTagFactory(question=question, tag__name="array")
    return question


def update(graphql, question, token, **changes):
    return graphql(UPDATE, token=token, input={"id": node_id(question)} | changes)


@time_machine.travel(LATER, tick=False)
def test_changes_what_is_given_and_leaves_the_rest(graphql, question, user):
    input = {"id": node_id(question), "isStarred": True, "notes": ""}

    changed = graphql(UPDATE, as_user=user, input=input).only

    assert changed == {
        "title": "Two Sum",
        "slug": "two-sum",
        "url": "https://leetcode.com/problems/two-sum/",
        "platform": "LEETCODE",
        "externalId": "two-sum",
        "difficulty": "EASY",
        "platformRating": 1200,
        "importance": 2,
        "targetSeconds": 900,
        "notes": "",
        "isStarred": True,
        "updatedAt": "2026-03-02T10:30:00Z",
        "version": 2,
        "tags": [{"name": "array"}],
    }
    assert AuditEvent.objects.get(verb="question.updated").fields == ["is_starred", "notes"]


def test_null_empties_what_may_be_unknown(graphql, question, token):
    unknown = dict.fromkeys(["externalId", "difficulty", "platformRating", "targetSeconds"])

    changed = update(graphql, question, token, **unknown).only

    assert {name: changed[name] for name in unknown} == unknown


@pytest.mark.parametrize("field", ["title", "platform", "importance", "isStarred", "isArchived"])
def test_null_is_refused_where_a_value_is_needed(field, graphql, question, token):
    literal = f"""mutation {{
      updateQuestion(input: {{id: "{node_id(question)}", {field}: null}}) {{
        ... on OperationInfo {{ messages {{ field code }} }}
      }}
    }}"""

    with nothing_changes():
        answers = [update(graphql, question, token, **{field: None}), graphql(literal, token=token)]

    assert [(answer.codes, answer.fields) for answer in answers] == [(["null"], [field])] * 2


def test_nothing_new_changes_nothing(graphql, question, token):
    with nothing_changes():
        answer = update(graphql, question, token, title=" Two Sum ", difficulty="EASY")

    assert answer.only["version"] == 1


def test_tags_are_replaced(graphql, question, token, user):
    other = TagFactory(owner=user, name="other")

    replaced = update(graphql, question, token, tags=[{"id": node_id(other)}, {"name": "new"}]).only
    emptied = update(graphql, question, token, tags=[]).only

    assert [tag["name"] for tag in replaced["tags"]] == ["new", "other"]
    assert emptied["tags"] == []
    assert emptied["version"] == 3


def test_a_new_link_brings_its_platform_along(graphql, question, token):
    url = "https://codeforces.com/problemset/problem/1775/a2"

    changed = update(graphql, question, token, url=url).only

    assert (changed["platform"], changed["externalId"]) == ("CODEFORCES", "1775A2")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": " "}, "title", "blank"),
        ({"slug": "taken"}, "slug", "slug_taken"),
        ({"importance": 5}, "importance", "max_value"),
        ({"url": "x"}, "url", "invalid"),
        ({"tags": [{"name": "a", "frequency": 1.0}]}, "tags", "not_a_company"),
        ({"tags": [{"name": f"tag {n}"} for n in range(51)]}, "tags", "too_many_tags"),
    ],
)
def test_a_refused_change_stores_nothing_of_the_others(
    change, field, code, graphql, question, token, user
):
    QuestionFactory(owner=user, slug="taken")

    with nothing_changes():
        answer = update(graphql, question, token, **({"isStarred": True} | change))

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ("nobody", "UNAUTHENTICATED"),
        ("stranger", "not_found"),
        ("manager", "not_found"),
        ("admin", "not_found"),
    ],
)
def test_is_refused_to(caller, code, graphql, people, question):
    answer = graphql(
        UPDATE, as_user=people[caller], input={"id": node_id(question), "title": "Mine now"}
    )

    assert answer.codes == [code]
    assert Question.objects.get().title == "Two Sum"
