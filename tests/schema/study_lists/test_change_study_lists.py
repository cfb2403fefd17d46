"""Study lists are made, changed and put in order through the API."""

import pytest

from domain.lists.models import StudyList, StudyListItem
from domain.questions.models import Question
from tests.client import access_token, node_id
from tests.factories import QuestionFactory, StudyListFactory, StudyListItemFactory
from tests.schema.tables import nothing_changes

SHOWN = """
  ... on StudyList {
    id name version builtIn itemCount
    items { edges { node { position section question { title } } } }
    progress { total new }
  }
  ... on OperationInfo { messages { kind field code message } }
"""
CONFLICT = "... on Conflict { code current { ... on StudyList { name version itemCount } } }"


def mutation(field):
    type_ = f"{field[0].upper()}{field[1:]}Input"
    shown = SHOWN if field.startswith(("create", "clone")) else SHOWN + CONFLICT
    return f"mutation ($input: {type_}!) {{ {field}(input: $input) {{ {shown} }} }}"


@pytest.fixture
def change(graphql, user):
    """Sends a mutation as the user."""
    token = access_token(user)

    def call(field, /, **input):
        return graphql(mutation(field), token=token, input=input)

    return call


@pytest.fixture
def study_list(user):
    study_list = StudyListFactory(owner=user, name="Graphs")
    for position, title in enumerate("ab"):
        StudyListItemFactory(study_list=study_list, position=position, question__title=title)
    return study_list


@pytest.fixture
def ids(study_list):
    """The id of a question by its title."""
    return lambda *titles: [node_id(Question.objects.get(title=title)) for title in titles]


def rows(shown):
    return [
        (edge["node"]["position"], edge["node"]["question"]["title"], edge["node"]["section"])
        for edge in shown["items"]["edges"]
    ]


def test_a_list_is_created_under_the_clients_id(change, user):
    uid = "01939b0a-6a4c-7c3e-9d52-1c8f0f5e7a10"

    shown = change("createStudyList", id=uid, name="Graphs", description="x").only

    assert shown["id"] == node_id(type_name="StudyList", uid=uid)
    assert (shown["name"], shown["itemCount"], shown["builtIn"]) == ("Graphs", 0, None)
    assert StudyList.objects.get().owner == user


def test_a_taken_name_is_named(change, study_list):
    answer = change("createStudyList", name="GRAPHS")

    assert (answer.codes, answer.fields) == (["name_taken"], ["name"])


def test_a_create_that_is_sent_again_makes_nothing_twice(change):
    first = change("createStudyList", name="Graphs", idempotencyKey="k").only
    second = change("createStudyList", name="Graphs", idempotencyKey="k").only

    assert second == first
    assert StudyList.objects.count() == 1


def test_a_list_is_renamed(change, study_list):
    shown = change("updateStudyList", id=node_id(study_list), name="Trees").only

    assert (shown["name"], shown["version"], shown["itemCount"]) == ("Trees", 2, 2)


def test_a_list_is_put_in_the_trash(change, study_list):
    shown = change("deleteStudyList", id=node_id(study_list)).only

    assert shown["version"] == 2
    assert not StudyList.objects.live().exists()
    assert change("updateStudyList", id=node_id(study_list), name="x").codes == ["not_found"]


def test_questions_are_added(change, study_list, user, ids):
    QuestionFactory(owner=user, title="c")

    shown = change(
        "addToStudyList",
        id=node_id(study_list),
        questions=ids("c"),
        section="New",
        position=1,
    ).only

    assert rows(shown) == [(0, "a", ""), (1, "c", "New"), (2, "b", "")]
    assert (shown["version"], shown["progress"]) == (2, {"total": 3, "new": 3})


def test_questions_are_taken_off(change, study_list, ids):
    shown = change("removeFromStudyList", id=node_id(study_list), questions=ids("a")).only

    assert rows(shown) == [(0, "b", "")]


def test_a_list_is_put_in_order_in_one_call(change, study_list, ids):
    a, b = ids("a", "b")
    order = [{"question": b, "section": "One"}, {"question": a}]

    shown = change("reorderStudyList", id=node_id(study_list), order=order).only

    assert rows(shown) == [(0, "b", "One"), (1, "a", "")]


def test_an_order_that_is_not_of_the_list_is_refused(change, study_list, user, ids):
    QuestionFactory(owner=user, title="c")
    a, c = ids("a", "c")
    order = [{"question": a}, {"question": c}]

    with nothing_changes():
        answer = change("reorderStudyList", id=node_id(study_list), order=order)

    assert answer.codes == ["missing_questions", "unknown_questions"]
    assert answer.fields == ["order", "order"]
    messages = answer.body["data"]["reorderStudyList"]["messages"]
    assert [message["message"] for message in messages] == [
        "The list also has “b”. Name every question of it.",
        "The list does not have “c”. Add them first, or leave them out.",
    ]


@pytest.mark.parametrize(
    ("name", "input", "code", "field"),
    [
        ("addToStudyList", {"questions": []}, "no_questions", "questions"),
        ("removeFromStudyList", {"questions": []}, "no_questions", "questions"),
        ("addToStudyList", {"questions": ["a"]}, "question_taken", "questions"),
        ("addToStudyList", {"questions": ["c"], "position": 3}, "bad_position", "position"),
        ("addToStudyList", {"questions": ["c"], "position": -1}, "bad_position", "position"),
        (
            "addToStudyList",
            {"questions": ["c"], "section": "x" * 101},
            "max_length",
            "section",
        ),
        ("removeFromStudyList", {"questions": ["c"]}, "not_on_the_list", "questions"),
        ("updateStudyList", {"name": ""}, "blank", "name"),
        ("updateStudyList", {"description": "x" * 2001}, "max_length", "description"),
    ],
)
def test_what_is_wrong_is_named(name, input, code, field, change, study_list, user, ids):
    QuestionFactory(owner=user, title="c")
    if "questions" in input:
        input = input | {"questions": ids(*input["questions"])}

    with nothing_changes():
        answer = change(name, id=node_id(study_list), **input)

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize("name", ["addToStudyList", "removeFromStudyList"])
def test_foreign_questions_are_not_found_among_own_ones(name, change, study_list, stranger, ids):
    foreign = node_id(QuestionFactory(owner=stranger))

    with nothing_changes():
        answer = change(name, id=node_id(study_list), questions=[*ids("a"), foreign])

    assert (answer.codes, answer.fields) == (["not_found"], ["questions"])


@pytest.mark.parametrize(
    ("name", "input"),
    [
        ("updateStudyList", {"name": "x"}),
        ("deleteStudyList", {}),
        ("addToStudyList", {"questions": ["c"]}),
        ("removeFromStudyList", {"questions": ["a"]}),
        ("reorderStudyList", {"order": ["b", "a"]}),
    ],
)
def test_another_version_than_expected_is_a_conflict(name, input, change, study_list, user, ids):
    QuestionFactory(owner=user, title="c")
    StudyList.objects.update(version=7, name="Trees")
    if "questions" in input:
        input = input | {"questions": ids(*input["questions"])}
    if "order" in input:
        input = {"order": [{"question": id} for id in ids(*input["order"])]}

    with nothing_changes():
        shown = change(name, id=node_id(study_list), expectedVersion=1, **input).only

    assert shown["code"] == "CONFLICT"
    assert shown["current"] == {"name": "Trees", "version": 7, "itemCount": 2}


def test_a_built_in_list_is_cloned(change, user):
    shown = change("cloneBuiltInList", list="BLIND_75").only

    assert (shown["name"], shown["builtIn"], shown["itemCount"]) == ("Blind 75", "BLIND_75", 75)
    assert shown["progress"] == {"total": 75, "new": 75}
    assert rows(shown)[0] == (0, "Two Sum", "Arrays & Hashing")
    assert Question.objects.owned_by(user).count() == 75


def test_a_second_clone_takes_another_name_and_creates_no_question(change):
    change("cloneBuiltInList", list="BLIND_75")

    refused = change("cloneBuiltInList", list="BLIND_75")
    again = change("cloneBuiltInList", list="BLIND_75", name="Once more").only

    assert (refused.codes, refused.fields) == (["name_taken"], ["name"])
    assert (again["name"], again["itemCount"]) == ("Once more", 75)
    assert (Question.objects.count(), StudyListItem.objects.count()) == (75, 150)


def test_a_clone_that_is_sent_again_is_the_same(change):
    first = change("cloneBuiltInList", list="NEETCODE_150", idempotencyKey="k").only
    second = change("cloneBuiltInList", list="NEETCODE_150", idempotencyKey="k").only

    assert second == first
    assert StudyList.objects.count() == 1


def test_a_clone_under_a_taken_id_stores_nothing(change, study_list):
    with nothing_changes():
        answer = change("cloneBuiltInList", list="BLIND_75", id=str(study_list.uid))

    assert (answer.codes, answer.fields) == (["id_taken"], ["id"])


def test_positions_are_those_after_each_of_several_changes(graphql, user, study_list, ids):
    a, b = ids("a", "b")
    shown = "... on StudyList { items { edges { node { position question { title } } } } }"
    operation = f"""mutation ($id: ID!, $a: ID!, $b: ID!) {{
      first: reorderStudyList(
        input: {{id: $id, order: [{{question: $b}}, {{question: $a}}]}}
      ) {{ {shown} }}
      second: removeFromStudyList(input: {{id: $id, questions: [$b]}}) {{ {shown} }}
    }}"""

    data = graphql(operation, as_user=user, id=node_id(study_list), a=a, b=b).data

    positions = [
        [(edge["node"]["position"], edge["node"]["question"]["title"]) for edge in items["edges"]]
        for items in (data["first"]["items"], data["second"]["items"])
    ]
    assert positions == [[(0, "b"), (1, "a")], [(0, "a")]]
