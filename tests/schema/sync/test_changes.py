"""``changes``: what a device asks to keep up with a person's data."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import ApiScope, User
from domain.archive.entities import LOG, QUESTION
from domain.archive.records import records
from domain.goals.models import GoalList
from domain.questions.models import Question
from domain.sync.models import FeedHead
from schema.documents import _parsed
from schema.pricing import operation_cost
from tests.client import access_token, node_id
from tests.client import cursor as made_up
from tests.domain.sync.devices import noted
from tests.domain.sync.test_noting import furnish
from tests.factories import (
    ApiTokenFactory,
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListItemFactory,
    TagFactory,
    UserFactory,
    api_token_text,
)
from tests.schema.isolation.conftest import rows_of

CHANGES = """query ($after: String, $first: Int) {
  changes(after: $after, first: $first) {
    changes { cursor entity id op version changedAt record node { id } }
    endCursor hasMore serverTime
  }
}"""
NODES = """query ($first: Int) { changes(first: $first) { changes { id node {
  __typename id
  ... on User { settings { timezone } }
  ... on Tag { name questionCount }
  ... on Question { title tags { name } review { isDue } logs(first: 1) { totalCount } }
  ... on QuestionLog { outcome question { title } }
  ... on StudyList { name itemCount items(first: 2) { edges { node { section } } } }
  ... on Goal { name lists { name } }
  ... on PracticeSession { state sessionItems { question { title } } }
} } } }"""


@pytest.fixture
def asking(graphql, user):
    """What the person's feed answers."""
    token = access_token(user)

    def ask(query: str = CHANGES, **variables: Any) -> Any:
        noted()
        return graphql(query, token=token, **variables)

    return ask


def test_tells_what_is_new(asking, user, now):
    log = QuestionLogFactory(question__owner=user, question__title="Two Sum")
    first = asking().only
    assert [change["entity"] for change in first["changes"]][0] == "SETTINGS"
    assert {change["id"] for change in first["changes"]} == {
        node_id(user), node_id(log.question), node_id(log),
    }  # fmt: skip

    Question.objects.filter(pk=log.question.pk).update(notes="x", version=2)
    (change,) = (page := asking(after=first["endCursor"]).only)["changes"]

    assert change.pop("cursor") == page["endCursor"]
    assert change.pop("changedAt").endswith("Z")
    assert page["serverTime"].endswith("Z")
    assert change == {
        "entity": "QUESTION",
        "id": node_id(log.question),
        "op": "UPSERT",
        "version": 2,
        "record": next(records(QUESTION, user.pk)),
        "node": {"id": node_id(log.question)},
    }
    assert page["hasMore"] is False
    assert asking(after=page["endCursor"]).only["changes"] == []


def test_what_goes_is_told_by_its_record_then_by_its_id_alone(asking, user, now):
    log = QuestionLogFactory(question__owner=user)
    before = asking().only["endCursor"]

    Question.objects.filter(pk=log.question.pk).update(deleted_at=now)
    (trashed,) = asking(after=before).only["changes"]
    log.delete()
    log.question.delete()
    gone = asking(after=before).only["changes"]

    assert (trashed["op"], trashed["node"]) == ("TRASH", None)
    assert trashed["record"]["deletedAt"] == "2026-03-02T09:30:00Z"
    assert [(each["op"], each["record"], each["node"], each["version"]) for each in gone] == [
        ("PURGE", None, None, None)
    ] * 2
    assert {each["id"] for each in gone} == {node_id(log.question), node_id(log)}


def test_an_attempt_whose_question_is_in_the_trash_has_a_record_and_no_node(asking, user, now):
    log = QuestionLogFactory(question__owner=user, question__deleted_at=now)

    (change,) = [each for each in asking().only["changes"] if each["entity"] == "LOG"]

    assert (change["op"], change["node"]) == ("UPSERT", None)
    assert change["record"] == next(records(LOG, user.pk))
    assert change["id"] == node_id(log)


def test_pages_bring_everything_once(asking, user):
    furnish(user)
    whole = asking().only

    pages, after, has_more = [], None, True
    while has_more:
        page = asking(after=after, first=2).only
        pages += page["changes"]
        after, has_more = page["endCursor"], page["hasMore"]

    def known(changes: list[Any]) -> list[Any]:
        return [{**change, "cursor": None} for change in changes]

    assert known(pages) == known(whole["changes"])
    assert len(pages) == 7
    assert len({change["cursor"] for change in pages}) == 7


def test_every_cursor_goes_on_after_its_change(asking, user):
    furnish(user)
    changes = asking().only["changes"]

    for position, change in enumerate(changes):
        rest = asking(after=change["cursor"]).only["changes"]
        assert [each["id"] for each in rest] == [each["id"] for each in changes[position + 1 :]]


def test_shows_the_live_objects(asking, user):
    furnish(user)

    nodes = {each["id"]: each["node"] for each in asking(NODES, first=70).only["changes"]}

    assert all(node["id"] == id for id, node in nodes.items())
    kinds = ["Goal", "PracticeSession", "Question", "QuestionLog", "StudyList", "Tag", "User"]
    assert sorted(node["__typename"] for node in nodes.values()) == kinds
    question = next(node for node in nodes.values() if node["__typename"] == "Question")
    assert question["logs"]["totalCount"] == len(question["tags"]) == 1


UNKNOWN = ["UNKNOWN_CURSOR"]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "é",
        "Y2hhbmdlczo=",
        "Y2hhbmdlczpbXQ==",
        made_up("title", "a", "b"),
        *[
            made_up(*values).replace("YXJyYXljb25uZWN0aW9uO", "Y2hhbmdlczp")
            for values in ([1, 2, 3], [None, None, None])
        ],
    ],
)
def test_a_cursor_that_is_none_is_refused(after, asking):
    assert asking(after=after).codes == UNKNOWN


def test_a_cursor_after_the_end_or_of_another_feed_is_refused(asking, graphql, user, stranger):
    TagFactory(owner=user)
    after = asking().only["endCursor"]
    theirs = graphql(CHANGES, as_user=stranger).only["endCursor"]
    assert asking(after=theirs).codes == UNKNOWN

    FeedHead.objects.filter(pk=user.pk).update(seq=1)

    answer = asking(after=after)
    assert answer.codes == UNKNOWN
    assert "Begin again without `after`" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("first", [0, -1, 501, 2**31 - 1])
def test_pages_are_bounded(first, asking):
    answer = asking(first=first)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "1 to 500" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("first", [1, 500])
def test_the_smallest_and_the_largest_page(first, asking):
    assert len(asking(first=first).only["changes"]) == 1


def test_somebody_sees_nothing_of_anybody_else(asking, graphql, user, stranger):
    mine, theirs = rows_of(user, "MINE"), rows_of(stranger, "THEIRS")

    own = asking(NODES.replace("id node", "id record node"), first=70).body
    noted()
    after = graphql(CHANGES, as_user=theirs.owner).only["endCursor"]
    Question.objects.filter(pk=mine.question.pk).update(notes="again")
    noted()

    assert "THEIRS" not in str(own)
    assert str(own).count("MINE") > 7
    assert graphql(CHANGES, as_user=theirs.owner, after=after).only["changes"] == []


@pytest.mark.parametrize("scope", ApiScope)
def test_programs_may_read_it(scope, graphql, user):
    token = api_token_text(ApiTokenFactory(owner=user, scope=scope))
    noted()

    assert graphql(CHANGES, token=token).only["changes"][0]["id"] == node_id(user)


def test_a_page_with_records_is_bounded_in_bytes(asking, user, monkeypatch):
    for title in ("Two Sum", "Three Sum", "Four Sum"):
        QuestionFactory(owner=user, title=title, notes="n" * 1000)
    monkeypatch.setattr("domain.sync.reading.MOST_BYTES", 2500)
    query = "query ($after: String) { changes(after: $after) { %s endCursor hasMore } }"

    found, after, sizes, has_more = [], None, [], True
    while has_more:
        page = asking(query % "changes { id record node { id } }", after=after).only
        found += [change["record"].get("title") for change in page["changes"]]
        assert all(change["node"] for change in page["changes"])
        sizes.append(len(page["changes"]))
        after, has_more = page["endCursor"], page["hasMore"]

    assert sizes == [2, 1, 1]
    assert found[1:] == ["Two Sum", "Three Sum", "Four Sum"]
    # Without records nothing large is sent.
    assert len(asking(query % "changes { id }").only["changes"]) == 4


QUERIES = {
    "{ changes(first: 500) { endCursor hasMore } }": 3,
    "{ changes(first: 500) { changes { cursor id op version } } }": 3,
    "{ changes(first: 500) { changes { record } } }": 18,
    "{ changes(first: 500) { changes { node { __typename } } } }": 10,
    "{ changes(first: 500) { changes { node { id } } } }": 10,
    NODES: 21,
}


@pytest.mark.parametrize("rows", [0, 15])
def test_costs_the_same_statements_whatever_the_page(rows, graphql, user):
    furnish(user)
    for _ in range(rows):
        question = QuestionLogFactory(question__owner=user).question
        study_list = StudyListItemFactory(question=question, study_list__owner=user).study_list
        goal = GoalFactory(owner=user)
        GoalList.objects.create(owner=user, goal=goal, study_list=study_list)
    noted()
    token = access_token(user)

    counts = {}
    for query in QUERIES:
        with CaptureQueriesContext(connection) as captured:
            assert graphql(query, token=token, first=70).codes == []
        counts[query] = len(captured)

    assert counts == QUERIES


@pytest.mark.once
@pytest.mark.parametrize(
    ("operation", "cost"),
    [
        ("{ changes { endCursor } }", 1),
        ("{ changes { changes { id } } }", 101),
        ("{ changes(first: 500) { changes { id } } }", 501),
        ("{ changes(first: 7) { changes { record } } }", 1 + 7 + 7 * 5),
        ("{ changes(first: 7) { changes { node { id } } } }", 1 + 7 * 2),
        (
            """{ changes(first: 500) { changes { node { ... on Question {
                 logs(first: 50) { edges { node { id } } }
               } } } } }""",
            1 + 500 * (1 + 1 + 1 + 50 * 2),
        ),
    ],
)
def test_its_page_counts_for_what_an_operation_costs(operation, cost):
    assert operation_cost(_parsed(operation), None, {}) == cost


def test_who_is_new_has_settings_alone(graphql):
    person: User = UserFactory()
    noted()

    (change,) = graphql(CHANGES, as_user=person).only["changes"]

    assert (change["entity"], change["id"]) == ("SETTINGS", node_id(person))
    assert change["version"] is None
    assert change["record"]["timezone"] == "UTC"
    assert change["node"] == {"id": node_id(person)}
