"""The order of names and titles: one alphabet, whatever the case and the database."""

import pytest

from domain.base.bulk import ErrorPolicy
from domain.questions.models import Question
from domain.questions.services import bulk
from domain.questions.services.bulk import NewQuestion
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionTagFactory,
    StudyListFactory,
    TagFactory,
)

# As every database is to sort them, which no language does: an accent comes after all letters.
SORTED = ["2 Sum", "abc", "Apple pie", "apple-pie", "Word Search", "Zed", "Ärger", "élan", "Ñu"]
MADE = [SORTED[place] for place in (5, 0, 8, 2, 7, 4, 1, 6, 3)]
FACTORIES = {
    "questions": (QuestionFactory, "title"),
    "tags": (TagFactory, "name"),
    "studyLists": (StudyListFactory, "name"),
}


@pytest.mark.parametrize("name", FACTORIES)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_lists_are_sorted_whatever_the_case(name, direction, graphql, user):
    factory, column = FACTORIES[name]
    for text in MADE:
        factory(owner=user, **{column: text})
    operation = f"""query ($after: String) {{
      {name}(first: 2, after: $after, orderBy: {{field: {column.upper()}, direction: {direction}}})
      {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {column} }} }} }}
    }}"""

    found, after, more = [], None, True
    while more:
        page = graphql(operation, as_user=user, after=after).only
        found += [edge["node"][column] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert found == (SORTED if direction == "ASC" else SORTED[::-1])


def test_tags_of_a_question_are_sorted_whatever_the_case(graphql, user):
    question = QuestionFactory(owner=user)
    for name in MADE:
        QuestionTagFactory(question=question, tag__name=name)

    found = graphql(
        "{ questions { edges { node { tags { name } tagLinks { tag { name } } } } } }",
        as_user=user,
    ).only["edges"][0]["node"]

    assert [tag["name"] for tag in found["tags"]] == SORTED
    assert [link["tag"]["name"] for link in found["tagLinks"]] == SORTED


def test_lists_and_tags_of_a_goal_are_sorted_whatever_the_case(graphql, user):
    goal = GoalFactory(owner=user)
    goal.tags.set(
        [TagFactory(owner=user, name=name) for name in MADE], through_defaults={"owner": user}
    )
    goal.lists.set(
        [StudyListFactory(owner=user, name=name) for name in MADE], through_defaults={"owner": user}
    )

    found = graphql(
        "{ goals { edges { node { tags { name } lists { name } } } } }", as_user=user
    ).only["edges"][0]["node"]

    assert [tag["name"] for tag in found["tags"]] == SORTED
    assert [each["name"] for each in found["lists"]] == SORTED


TITLES = "{ questions(orderBy: {field: TITLE}) { edges { node { title } } } }"


def test_a_new_title_has_its_new_place(graphql, user):
    for title in ("alpha", "Beta", "Gamma"):
        create = f'mutation {{ createQuestion(input: {{title: "{title}"}}) {{ __typename }} }}'
        assert graphql(create, as_user=user).only == {"__typename": "Question"}
    id = graphql(
        "{ questions(orderBy: {field: TITLE}) { edges { node { id } } } }", as_user=user
    ).only["edges"][0]["node"]["id"]

    graphql(
        """mutation ($id: ID!) {
          updateQuestion(input: {id: $id, title: "BETAMAX"}) { __typename }
        }""",
        as_user=user,
        id=id,
    )

    found = graphql(TITLES, as_user=user).only["edges"]
    assert [edge["node"]["title"] for edge in found] == ["Beta", "BETAMAX", "Gamma"]


def test_titles_that_are_made_in_bulk_have_their_place(graphql, user):
    rows = [NewQuestion(fields={"title": title}) for title in MADE]

    made = bulk.create_questions(owner=user, at=NOW, rows=rows, policy=ErrorPolicy.REJECT_ALL)
    changed = next(entry.standing for entry in made if entry.standing.title == "Zed")
    bulk.update_questions(
        owner=user,
        at=NOW,
        rows=[bulk.QuestionChange(ref=bulk.Ref(changed, None), fields={"title": "ABACUS"})],
        policy=ErrorPolicy.REJECT_ALL,
    )

    found = [edge["node"]["title"] for edge in graphql(TITLES, as_user=user).only["edges"]]
    assert found == ["2 Sum", "ABACUS", *[text for text in SORTED[1:] if text != "Zed"]]
    assert not Question.objects.filter(title_key="").exists()
