"""``trash``: what was deleted, page by page."""

import pytest
import time_machine

from domain.trash.kinds import TrashKind
from tests.client import cursor, node_id
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
)
from tests.schema.lists import pages
from tests.schema.tables import nothing_changes

LIST = "{ trash { totalCount edges { node { id kind title deletedAt logCount } } } }"
PAGE = """
  totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id } }
"""
UID = "0" * 32
MALFORMED = [
    "", " ", "x", "é😀", "====", cursor(), cursor("-deleted_at"), cursor("-deleted_at", "a", UID),
    cursor("-deleted_at", "a", UID, "TAG"), cursor("-deleted_at", None, UID, "TAG"),
    cursor("-deleted_at", "2026-03-02T09:30:00", UID, "TAG"),
    cursor("-deleted_at", "2026-03-02T09:30:00Z", "x", "TAG"),
    cursor("-deleted_at", "2026-03-02T09:30:00Z", 1, "TAG"),
    cursor("-deleted_at", "2026-03-02T09:30:00Z", UID, "USER"),
    cursor("-deleted_at", "2026-03-02T09:30:00Z", UID, ["TAG"]),
    cursor("-deleted_at", "0001-01-01T00:00:00+14:00", UID, "TAG"),
    cursor("-created_at", "2026-03-02T09:30:00Z", UID, "TAG"),
    cursor("-deleted_at", "2026-03-02T09:30:00Z", UID, "TAG", "x"),
    cursor("-created_at", "2026-03-02T09:30:00Z", UID),
    "YXJyYXljb25uZWN0aW9uOltbW1tb", "/w==", "x" * 100_000,
]  # fmt: skip


@pytest.fixture
def trashed(user):
    """Eleven rows of all kinds, deleted at one moment."""
    gone = {"owner": user, "deleted_at": NOW}
    log = {"question__owner": user, "deleted_at": NOW}
    return [
        row
        for factory, values in (
            (QuestionFactory, gone), (TagFactory, gone), (QuestionLogFactory, log),
            (StudyListFactory, gone), (GoalFactory, gone),
        )
        for row in factory.create_batch(2, **values)
    ] + [TagFactory(**gone)]  # fmt: skip


@time_machine.travel(NOW, tick=False)
def test_lists_what_was_deleted_with_what_is_needed_to_restore_it(graphql, user):
    log = QuestionLogFactory(question__owner=user, question__title="Two Sum")
    QuestionFactory(owner=user)
    delete = "mutation ($id: ID!) { deleteQuestion(input: {id: $id}) { __typename } }"

    graphql(delete, as_user=user, id=node_id(log.question))

    item = {
        "id": node_id(log.question),
        "kind": "QUESTION",
        "title": "Two Sum",
        "deletedAt": "2026-03-02T09:30:00Z",
        "logCount": 1,
    }
    assert graphql(LIST, as_user=user).only == {"totalCount": 1, "edges": [{"node": item}]}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("size", [1, 4, 11, 100])
def test_pages_go_through_all_of_it(size, backwards, graphql, token, trashed):
    def ask(arguments):
        return graphql(f"{{ trash({arguments}) {{ {PAGE} }} }}", token=token).only

    found = list(pages(ask, size=size, backwards=backwards))

    if backwards:
        found.reverse()
    ids = [id for page in found for id in page]
    assert sorted(ids) == sorted(map(node_id, trashed))
    assert ids == [edge["node"]["id"] for edge in graphql(LIST, token=token).only["edges"]]


def test_says_whether_there_is_more_on_either_side(graphql, token, trashed):
    whole = graphql(f"{{ trash {{ {PAGE} }} }}", token=token).only
    middle = whole["edges"][5]["cursor"]

    pages = graphql(
        f"""query ($c: String) {{
          after: trash(first: 2, after: $c) {{ {PAGE} }}
          before: trash(last: 2, before: $c) {{ {PAGE} }}
          none: trash(first: 0) {{ {PAGE} }}
        }}""",
        token=token,
        c=middle,
    ).data

    assert whole["pageInfo"]["hasNextPage"] is whole["pageInfo"]["hasPreviousPage"] is False
    for page, edges in (("after", whole["edges"][6:8]), ("before", whole["edges"][3:5])):
        assert pages[page] == {
            "totalCount": 11,
            "pageInfo": {
                "hasNextPage": True,
                "hasPreviousPage": True,
                "startCursor": edges[0]["cursor"],
                "endCursor": edges[1]["cursor"],
            },
            "edges": edges,
        }
    ends = {"startCursor": None, "endCursor": None}
    more = {"hasNextPage": True, "hasPreviousPage": False}
    assert pages["none"] == {"totalCount": 11, "pageInfo": ends | more, "edges": []}


@pytest.mark.parametrize(
    ("kinds", "count"),
    [([], 0), (["TAG"], 3), (["GOAL", "QUESTION_LOG"], 4), (list(TrashKind), 11)],
)
def test_is_filtered_by_kind(kinds, count, graphql, token, trashed):
    operation = """query ($filter: TrashFilter) {
      trash(filter: $filter) { totalCount edges { node { kind } } }
    }"""

    found = graphql(operation, token=token, filter={"kind": kinds}).only

    assert (found["totalCount"], len(found["edges"])) == (count, count)
    assert {edge["node"]["kind"] for edge in found["edges"]} == set(kinds)


@pytest.mark.parametrize("side", ["after", "before"])
def test_cursors_of_others_are_refused(side, graphql, token, trashed):
    operation = f"query ($c: String) {{ trash({side}: $c) {{ totalCount }} }}"

    with nothing_changes():
        for malformed in MALFORMED:
            assert graphql(operation, token=token, c=malformed).codes == ["BAD_USER_INPUT"], (
                malformed
            )


@pytest.mark.parametrize(
    "arguments",
    ["first: 101", "first: -1", "last: 101", "first: 1, last: 1", 'first: 1, before: "x"'],
)
def test_pages_have_bounds(arguments, graphql, token, trashed):
    answer = graphql(f"{{ trash({arguments}) {{ totalCount }} }}", token=token)

    assert answer.codes == ["BAD_USER_INPUT"]
