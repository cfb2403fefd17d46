"""Study lists are shown: their questions in order, and how far the person has come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice.models import ReviewState
from domain.questions.models import Question
from tests.client import access_token, node_id
from tests.factories import (
    QuestionFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
)

DAY = timedelta(days=1)
WHOLE = """
  id name description builtIn source licence version itemCount sections
  progress {
    total new learning due mastered
    sections { section total new learning due mastered }
  }
"""
ITEMS = "items { totalCount edges { node { id position section question { title } } } }"
ONE = f"query ($id: ID!) {{ studyList(id: $id) {{ {WHOLE} {ITEMS} }} }}"


@pytest.fixture
def study_list(user):
    """Three questions under two headings: one due, one mastered, one new."""
    study_list = StudyListFactory(owner=user, name="Graphs", description="All of them")
    for position, (title, section) in enumerate([("a", "Easy"), ("b", "Easy"), ("c", "Hard")]):
        StudyListItemFactory(
            study_list=study_list, question__title=title, position=position, section=section
        )
    remember("a", due_in=-DAY, stability=1.0)
    remember("b", due_in=DAY, stability=30.0)
    return study_list


def remember(title, *, due_in, stability):
    question = Question.objects.get(title=title)
    moment = datetime.now(UTC)
    ReviewState.objects.create(
        owner=question.owner, question=question, state=2, stability=stability, reps=1,
        due_at=moment + due_in, last_review_at=moment - DAY,
    )  # fmt: skip


def rows(shown):
    return [
        (item["node"]["position"], item["node"]["question"]["title"], item["node"]["section"])
        for item in shown["items"]["edges"]
    ]


def test_a_list_is_shown_whole(study_list, graphql, user):
    shown = graphql(ONE, as_user=user, id=node_id(study_list)).only

    easy = {"total": 2, "new": 0, "learning": 0, "due": 1, "mastered": 1}
    hard = {"total": 1, "new": 1, "learning": 0, "due": 0, "mastered": 0}
    assert rows(shown) == [(0, "a", "Easy"), (1, "b", "Easy"), (2, "c", "Hard")]
    assert shown.pop("items")["totalCount"] == 3
    assert shown == {
        "id": node_id(study_list),
        "name": "Graphs",
        "description": "All of them",
        "builtIn": None,
        "source": "",
        "licence": "",
        "version": 1,
        "itemCount": 3,
        "sections": ["Easy", "Hard"],
        "progress": {
            "total": 3,
            "new": 1,
            "learning": 0,
            "due": 1,
            "mastered": 1,
            "sections": [{"section": "Easy"} | easy, {"section": "Hard"} | hard],
        },
    }


def test_what_is_in_the_trash_is_not_on_the_list(study_list, graphql, user, now):
    Question.objects.filter(title="a").update(deleted_at=now)

    shown = graphql(ONE, as_user=user, id=node_id(study_list)).only

    assert rows(shown) == [(0, "b", "Easy"), (1, "c", "Hard")]
    assert (shown["itemCount"], shown["items"]["totalCount"]) == (2, 2)
    assert (shown["progress"]["total"], shown["progress"]["due"]) == (2, 0)


def test_positions_have_no_gaps_after_a_purge(study_list, graphql, user):
    Question.objects.filter(title="b").delete()

    shown = graphql(ONE, as_user=user, id=node_id(study_list)).only

    assert rows(shown) == [(0, "a", "Easy"), (1, "c", "Hard")]


def test_items_come_page_by_page_with_their_positions(study_list, graphql, token):
    page = "pageInfo { endCursor hasNextPage } edges { node { position } }"
    operation = f"""query ($id: ID!, $after: String) {{
      studyList(id: $id) {{ items(first: 2, after: $after) {{ {page} }} }}
    }}"""

    first = graphql(operation, token=token, id=node_id(study_list)).only["items"]
    after = first["pageInfo"]["endCursor"]
    second = graphql(operation, token=token, id=node_id(study_list), after=after).only["items"]

    assert [edge["node"]["position"] for edge in first["edges"]] == [0, 1]
    assert [edge["node"]["position"] for edge in second["edges"]] == [2]
    assert second["pageInfo"]["hasNextPage"] is False


def test_a_place_is_a_node(study_list, graphql, user):
    item = study_list.items.get(position=2)
    operation = """query ($id: ID!) {
      node(id: $id) { ... on StudyListItem { position section studyList { name } } }
    }"""

    shown = graphql(operation, as_user=user, id=node_id(item)).only

    assert shown == {"position": 2, "section": "Hard", "studyList": {"name": "Graphs"}}


def test_a_question_tells_its_places(study_list, graphql, user):
    question = Question.objects.get(title="c")
    other = StudyListFactory(owner=user, name="Trees")
    StudyListItemFactory(study_list=other, question=question)
    StudyListItemFactory(
        study_list=StudyListFactory(owner=user, deleted_at=other.created_at), question=question
    )
    operation = """query ($id: ID!) { question(id: $id) {
      listItems { totalCount edges { node { position studyList { name } } } }
    } }"""

    shown = graphql(operation, as_user=user, id=node_id(question)).only["listItems"]

    assert shown["totalCount"] == 2
    assert [edge["node"] for edge in shown["edges"]] == [
        {"position": 2, "studyList": {"name": "Graphs"}},
        {"position": 0, "studyList": {"name": "Trees"}},
    ]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("", ["Ärger", "graphs 10", "trees"]),
        ("(orderBy: {field: NAME, direction: DESC})", ["trees", "graphs 10", "Ärger"]),
        ("(orderBy: {field: CREATED_AT})", ["trees", "Ärger", "graphs 10"]),
        ('(search: "GRAPHS")', ["graphs 10"]),
        ('(search: "ärg")', ["Ärger"]),
        ('(search: "RE")', ["trees"]),
        ('(search: "%")', []),
        ('(search: "_")', []),
        ('(search: "")', ["Ärger", "graphs 10", "trees"]),
    ],
)
def test_lists_are_searched_and_sorted(arguments, names, graphql, user, now):
    for hour, name in enumerate(["trees", "Ärger", "graphs 10"]):
        StudyListFactory(owner=user, name=name, created_at=now + timedelta(hours=hour))

    found = graphql(f"{{ studyLists{arguments} {{ edges {{ node {{ name }} }} }} }}", as_user=user)

    if "CREATED_AT" in arguments:
        assert [node["name"] for node in found.nodes] == names
    else:
        # Databases disagree on where letters beyond ASCII come.
        assert sorted(node["name"] for node in found.nodes) == sorted(names)


def test_a_search_that_is_too_long_is_refused(graphql, user):
    answer = graphql(
        "query ($s: String) { studyLists(search: $s) { totalCount } }", as_user=user, s="x" * 201
    )

    assert answer.codes == ["BAD_USER_INPUT"]


def test_questions_are_filtered_by_list(study_list, graphql, user):
    QuestionFactory(owner=user, title="elsewhere")
    operation = """query ($filter: QuestionFilter) {
      questions(filter: $filter, orderBy: {field: TITLE}) { totalCount edges { node { title } } }
    }"""

    answer = graphql(operation, as_user=user, filter={"studyList": node_id(study_list)})
    due = graphql(
        operation,
        as_user=user,
        filter={"studyList": node_id(study_list), "status": ["SOLVED"]},
    )

    assert [node["title"] for node in answer.nodes] == ["a", "b", "c"]
    assert (answer.only["totalCount"], due.only["totalCount"]) == (3, 0)


def test_built_in_lists_name_their_source(graphql, user):
    operation = "{ builtInLists { key name description source licence questionCount sections } }"

    blind, neetcode = graphql(operation, as_user=user).only

    assert (blind["key"], blind["name"], blind["questionCount"]) == ("BLIND_75", "Blind 75", 75)
    assert (blind["licence"], len(blind["sections"])) == ("MIT", 16)
    assert blind["source"].startswith("https://github.com/javydevx/leetcode-tracker")
    assert (neetcode["key"], neetcode["questionCount"]) == ("NEETCODE_150", 150)
    assert neetcode["sections"][:2] == ["Arrays & Hashing", "Two Pointers"]


def test_a_page_of_lists_costs_the_same_however_long_they_are(graphql, user):
    operation = f"""{{ studyLists(first: 20) {{ edges {{ node {{
      {WHOLE}
      items(first: 5) {{
        totalCount edges {{ node {{ position question {{ title tags {{ name }} }} }} }}
      }}
    }} }} }} }}"""
    token = access_token(user)
    counts = []
    for lists, items in ((1, 1), (5, 8)):
        for _ in range(lists):
            study_list = StudyListFactory(owner=user)
            for position in range(items):
                item = StudyListItemFactory(study_list=study_list, position=position)
                QuestionTagFactory(question=item.question)
        with CaptureQueriesContext(connection) as captured:
            assert graphql(operation, token=token).codes == []
        counts.append(len(captured))

    assert counts == [7, 7]
