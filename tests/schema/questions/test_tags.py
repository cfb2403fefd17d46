"""``tag``, ``tags``, ``createTag`` and ``updateTag``."""

import pytest
import time_machine

from domain.base.models import new_uid
from domain.questions.models import QuestionTag, Tag, TagKind
from tests.client import node_id
from tests.factories import NOW, QuestionTagFactory, TagFactory
from tests.schema.tables import nothing_changes

FIELDS = "id name kind description colour createdAt updatedAt deletedAt version questionCount"
CREATE = f"""
  mutation ($input: CreateTagInput!) {{
    createTag(input: $input) {{
      ... on Tag {{ {FIELDS} }}
      ... on OperationInfo {{ messages {{ kind field code message }} }}
    }}
  }}
"""
UPDATE = CREATE.replace("CreateTagInput", "UpdateTagInput").replace("createTag", "updateTag")
TAG = f"query ($id: ID!) {{ tag(id: $id) {{ {FIELDS} }} }}"
TAGS = """
  query ($filter: TagFilter, $search: String, $orderBy: TagOrder) {
    tags(filter: $filter, search: $search, orderBy: $orderBy) { edges { node { name } } }
  }
"""


@time_machine.travel(NOW, tick=False)
def test_tag_is_created_and_read_back(graphql, user):
    uid = str(new_uid())
    input = {
        "id": uid,
        "name": " Initech ",
        "kind": "COMPANY",
        "description": "d",
        "colour": "#aB12ef",
    }

    created = graphql(CREATE, as_user=user, input=input).only

    assert created == {
        "id": node_id(type_name="Tag", uid=uid),
        "name": "Initech",
        "kind": "COMPANY",
        "description": "d",
        "colour": "#aB12ef",
        "createdAt": "2026-03-02T09:30:00Z",
        "updatedAt": "2026-03-02T09:30:00Z",
        "deletedAt": None,
        "version": 1,
        "questionCount": 0,
    }
    assert graphql(TAG, as_user=user, id=created["id"]).only == created


@pytest.mark.parametrize(
    ("input", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": " \t "}, "name", "blank"),
        ({"name": "x" * 51}, "name", "max_length"),
        ({"name": "Arrays"}, "name", "name_taken"),
        ({"name": " ARRAYS "}, "name", "name_taken"),
        ({"name": "x", "colour": "red"}, "colour", "invalid"),
        ({"name": "x", "colour": "#12345\n"}, "colour", "invalid"),
        ({"name": "x", "description": "x" * 501}, "description", "max_length"),
    ],
)
def test_creating_says_which_field_is_wrong(input, field, code, graphql, user, token):
    TagFactory(owner=user, name="arrays")

    with nothing_changes():
        answer = graphql(CREATE, token=token, input=input)

    assert (answer.codes, answer.fields) == ([code], [field])


def test_the_same_name_may_be_of_another_kind_or_somebody_elses(graphql, user, stranger):
    TagFactory(owner=user, name="arrays")
    TagFactory(owner=stranger, name="arrays", kind=TagKind.TOPIC)

    answer = graphql(CREATE, as_user=user, input={"name": "arrays", "kind": "TOPIC"})

    assert answer.codes == []


def test_renaming_leaves_the_rest(graphql, user):
    tag = QuestionTagFactory(question__owner=user, tag__colour="#000000").tag

    changed = graphql(UPDATE, as_user=user, input={"id": node_id(tag), "name": "new"}).only

    assert (changed["name"], changed["colour"]) == ("new", "#000000")
    assert (changed["version"], changed["questionCount"]) == (2, 1)


def test_renaming_to_another_tags_name_is_refused(graphql, user, token):
    TagFactory(owner=user, name="taken")
    tag = TagFactory(owner=user)

    with nothing_changes():
        answer = graphql(UPDATE, token=token, input={"id": node_id(tag), "name": "Taken"})

    assert (answer.codes, answer.fields) == (["name_taken"], ["name"])


def test_a_tag_that_stops_being_a_company_loses_its_frequency(graphql, user):
    link = QuestionTagFactory(
        question__owner=user, tag__kind=TagKind.COMPANY, frequency=5.0, window="ALL"
    )

    graphql(UPDATE, as_user=user, input={"id": node_id(link.tag), "kind": "TOPIC"})

    assert QuestionTag.objects.values_list("frequency", "window").get() == (None, None)


@pytest.mark.parametrize("field", ["name", "kind"])
def test_null_is_refused(field, graphql, user, token):
    tag = TagFactory(owner=user)

    with nothing_changes():
        answer = graphql(UPDATE, token=token, input={"id": node_id(tag), field: None})

    assert (answer.codes, answer.fields) == (["null"], [field])


@pytest.mark.parametrize("field", ["description", "colour"])
def test_null_empties_what_can_be_empty(field, graphql, user):
    tag = TagFactory(owner=user, description="Sorted", colour="#aabbcc")

    graphql(UPDATE, as_user=user, input={"id": node_id(tag), field: None})

    assert Tag.objects.values_list(field, flat=True).get() == ""


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["array", "Big Tree", "graph", "tree"]),
        (
            {"orderBy": {"field": "NAME", "direction": "DESC"}},
            ["tree", "graph", "Big Tree", "array"],
        ),
        ({"orderBy": {"field": "CREATED_AT"}}, ["tree", "array", "graph", "Big Tree"]),
        ({"filter": {"kind": ["TOPIC"]}}, ["array", "graph"]),
        ({"filter": {"kind": ["TOPIC", "CUSTOM"]}, "search": "TRE"}, ["Big Tree", "tree"]),
        ({"filter": {"kind": []}}, []),
        ({"filter": {"kind": None}}, ["array", "Big Tree", "graph", "tree"]),
        ({"filter": {}}, ["array", "Big Tree", "graph", "tree"]),
        (
            {"filter": None, "search": None, "orderBy": None},
            ["array", "Big Tree", "graph", "tree"],
        ),
        ({"search": ""}, ["array", "Big Tree", "graph", "tree"]),
        ({"search": "big tr"}, ["Big Tree"]),
        ({"search": "ree"}, []),
        ({"search": "%"}, []),
    ],
)
def test_tags_are_filtered_searched_and_sorted(arguments, names, graphql, user):
    for name, kind in (
        ("tree", "CUSTOM"),
        ("array", "TOPIC"),
        ("graph", "TOPIC"),
        ("Big Tree", "CUSTOM"),
    ):
        TagFactory(owner=user, name=name, kind=kind)

    found = [node["name"] for node in graphql(TAGS, as_user=user, **arguments).nodes]

    assert found == names


def test_a_deleted_tag_still_counts_its_questions(graphql, user):
    tag = TagFactory(owner=user)
    QuestionTagFactory(question__owner=user, tag=tag)
    query = "mutation ($id: ID!) { deleteTag(input: {id: $id}) { ... on Tag { questionCount } } }"

    answer = graphql(query, as_user=user, id=node_id(tag))

    assert answer.only == {"questionCount": 1}
