"""``mergeTags``, and where ``updateTag`` points to it."""

import pytest

from domain.goals.models import Goal, GoalTag
from domain.questions.models import QuestionTag, Tag, TagKind
from tests.client import node_id
from tests.factories import GoalFactory, QuestionTagFactory, TagFactory
from tests.schema.tables import nothing_changes

MERGE = """
  mutation ($sources: [ID!]!, $target: ID!) {
    mergeTags(input: {sources: $sources, target: $target}) {
      ... on Tag { id name questionCount version }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""


@pytest.fixture
def tags(user):
    """The target and two sources, each on a question of its own."""
    tags = TagFactory.create_batch(3, owner=user)
    for tag in tags:
        QuestionTagFactory(question__owner=user, tag=tag)
    return tags


def test_answers_with_the_tag_that_stays(graphql, user, tags):
    target, *sources = tags

    merged = graphql(
        MERGE, as_user=user, sources=[node_id(tag) for tag in sources], target=node_id(target)
    ).only

    assert merged == {
        "id": node_id(target), "name": target.name, "questionCount": 3, "version": 1
    }  # fmt: skip
    assert graphql("{ tags { totalCount } }", as_user=user).only == {"totalCount": 1}


def test_goals_follow(graphql, user, tags):
    target, *sources = tags
    goals = GoalFactory.create_batch(3, owner=user)
    covered = [[sources[0]], [*sources], [target, sources[1]]]
    for goal, its_tags in zip(goals, covered, strict=True):
        for tag in its_tags:
            GoalTag.objects.create(owner=user, goal=goal, tag=tag)
    other = GoalFactory(owner=user)

    graphql(MERGE, as_user=user, sources=list(map(node_id, sources)), target=node_id(target))

    assert list(GoalTag.objects.order_by("goal").values_list("goal", "tag")) == [
        (goal.pk, target.pk) for goal in goals
    ]
    versions = dict(Goal.objects.values_list("pk", "version"))
    assert versions == {other.pk: 1} | {goal.pk: 2 for goal in goals}


@pytest.mark.parametrize("kind", [TagKind.COMPANY, TagKind.TOPIC])
def test_a_goals_company_gives_way_to_a_company_only(kind, graphql, user):
    target, source = TagFactory(owner=user, kind=kind), TagFactory(owner=user, kind="COMPANY")
    goal = GoalFactory(owner=user, company=source)

    graphql(MERGE, as_user=user, sources=[node_id(source)], target=node_id(target))

    goal.refresh_from_db()
    gave_way = kind == TagKind.COMPANY
    assert (goal.company, goal.version) == ((target, 2) if gave_way else (source, 1))


def test_into_one_of_the_sources_is_refused(graphql, user, token, tags):
    with nothing_changes():
        answer = graphql(
            MERGE, token=token, sources=[node_id(tag) for tag in tags], target=node_id(tags[1])
        )

    assert (answer.codes, answer.fields) == (["target_among_sources"], ["sources"])


@pytest.mark.parametrize("number", [0, 51])
def test_takes_1_to_50_sources(number, graphql, user, token, tags):
    sources = [node_id(tag) for tag in TagFactory.create_batch(number, owner=user)]

    with nothing_changes():
        answer = graphql(MERGE, token=token, sources=sources, target=node_id(tags[0]))

    assert (answer.codes, answer.fields) == (["bad_number_of_sources"], ["sources"])


@pytest.mark.parametrize("whose", ["a stranger's", "in the trash"])
def test_a_tag_that_is_not_there_among_others_is_not_found(
    whose, graphql, user, token, stranger, tags, now
):
    lost = (
        TagFactory(owner=stranger)
        if whose == "a stranger's"
        else TagFactory(owner=user, deleted_at=now)
    )
    target, *sources = map(node_id, tags)

    with nothing_changes():
        answers = [
            graphql(MERGE, token=token, sources=[*sources, node_id(lost)], target=target),
            graphql(MERGE, token=token, sources=sources, target=node_id(lost)),
        ]

    assert [answer.codes for answer in answers] == [["not_found"]] * 2
    assert [answer.fields for answer in answers] == [["sources"], ["target"]]


def test_a_name_that_is_taken_points_to_it(graphql, user, tags):
    rename = """mutation ($id: ID!, $name: String!) {
      updateTag(input: {id: $id, name: $name}) {
        ... on OperationInfo { messages { field code message } }
      }
    }"""

    answer = graphql(rename, as_user=user, id=node_id(tags[0]), name=tags[1].name.upper())

    (message,) = answer.body["data"]["updateTag"]["messages"]
    assert (message["field"], message["code"]) == ("name", "name_taken")
    assert "mergeTags" in message["message"]
    assert Tag.objects.get(pk=tags[0].pk).name == tags[0].name
    assert QuestionTag.objects.count() == 3
