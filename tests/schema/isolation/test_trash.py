"""No id, list or cursor leads to what is in somebody else's trash, or to what is in none."""

import pytest

from domain.accounts.models import User
from domain.base.models import new_uid
from domain.trash.kinds import KINDS, TrashKind
from tests.client import cursor, node_id
from tests.domain.trash.conftest import Rows, rows_of
from tests.schema.isolation.trash_places import TRASH_PLACES
from tests.schema.tables import dump, nothing_changes

KIND_OF = {kind.type_name: name for name, kind in KINDS.items()}
LIST = "{ trash { totalCount edges { cursor node { id kind title deletedAt logCount } } } }"
EMPTY = """mutation { emptyTrash(input: {}) {
  ... on EmptiedTrash { questions tags questionLogs studyLists goals }
} }"""


@pytest.fixture
def my_rows(user: User) -> Rows:
    """The caller's."""
    return rows_of(user)


@pytest.fixture
def their_rows(stranger: User) -> Rows:
    """The stranger's."""
    return rows_of(stranger)


@pytest.mark.parametrize("place", sorted(TRASH_PLACES))
def test_own_row_in_the_trash_is_found(place, graphql, token, my_rows, their_rows):
    expected, operation = TRASH_PLACES[place]
    row = my_rows.delete(KIND_OF[expected])

    assert graphql(operation, token=token, id=node_id(row)).codes == []


@pytest.mark.parametrize("place", sorted(TRASH_PLACES))
def test_all_other_rows_are_alike_not_found(place, graphql, token, user, my_rows, their_rows):
    expected, operation = TRASH_PLACES[place]
    kind = KIND_OF[expected]
    own, foreign = my_rows.delete(kind), their_rows.delete(kind)
    others = [name for name in ("QuestionTag", "User", *KIND_OF) if name != expected]
    ids = [
        node_id(type_name=expected, uid=new_uid()),
        node_id(foreign),
        node_id(rows_of(user, external_id="live").of(kind)),
        *[node_id(type_name=name, uid=row.uid) for name in others for row in (own, foreign)],
        *[node_id(type_name=expected, uid=row.uid) for row in my_rows.all() if row.uid != own.uid],
        *[node_id(type_name=expected, uid=row.pk) for row in (own, foreign)],
        node_id(type_name=expected, uid=f"{{{foreign.uid}}}"),
        node_id(type_name=expected.lower(), uid=own.uid),
    ]

    with nothing_changes():
        answers = [graphql(operation, token=token, id=id) for id in ids]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert (answers[0].codes, answers[0].fields) == (["not_found"], ["id"])


@pytest.mark.parametrize("place", sorted(TRASH_PLACES))
def test_what_is_no_id_is_bad_input_and_what_cannot_be_read_not_found(
    place, graphql, token, my_rows
):
    with nothing_changes():
        no_ids, unreadable = (
            [graphql(TRASH_PLACES[place][1], token=token, id=id) for id in ids]
            for ids in ((None, [], {}, True), ("", "1", 1, "not base64", "é😀"))
        )

    assert {tuple(answer.codes) for answer in no_ids} == {("BAD_USER_INPUT",)}
    assert {answer.anonymous for answer in unreadable} == {unreadable[0].anonymous}
    assert (unreadable[0].codes, unreadable[0].fields) == (["not_found"], ["id"])


@pytest.mark.parametrize("role", ["MEMBER", "MANAGER", "ADMIN"])
def test_the_list_shows_nobody_elses(role, graphql, user, token, their_rows):
    User.objects.filter(pk=user.pk).update(role=role, is_staff=True, is_superuser=True)
    for kind in reversed(TrashKind):
        their_rows.delete(kind)

    assert graphql(LIST, token=token).only == {"totalCount": 0, "edges": []}


def test_cursor_of_a_foreign_row_is_only_a_place_in_the_order(
    graphql, token, stranger, my_rows, their_rows
):
    my_rows.delete(TrashKind.TAG)
    their_rows.delete(TrashKind.TAG)
    foreign = graphql(LIST, as_user=stranger).only["edges"][0]["cursor"]

    pages = graphql(
        """query ($cursor: String) {
          after: trash(after: $cursor) { totalCount edges { node { id } } }
          before: trash(before: $cursor) { totalCount edges { node { id } } }
        }""",
        token=token,
        cursor=foreign,
    ).data

    edges = pages["after"]["edges"] + pages["before"]["edges"]
    own = graphql(LIST, token=token).only
    assert own["totalCount"] == pages["after"]["totalCount"] == pages["before"]["totalCount"] == 2
    assert {edge["node"]["id"] for edge in edges} == {edge["node"]["id"] for edge in own["edges"]}
    assert len(edges) == 2


def test_cursor_holds_only_what_its_owner_sees(graphql, token, user, now, my_rows):
    row = my_rows.delete(TrashKind.GOAL)

    edge, _ = graphql(LIST, token=token).only["edges"]

    assert edge["cursor"] == cursor("-deleted_at", now.isoformat(), str(row.uid), "GOAL")


def test_emptying_touches_nobody_elses(graphql, token, stranger, my_rows, their_rows):
    for kind in reversed(TrashKind):
        my_rows.delete(kind)
        their_rows.delete(kind)
    theirs = of_owner(stranger)

    emptied = graphql(EMPTY, token=token).only

    assert emptied == {"questions": 1, "tags": 1, "questionLogs": 0, "studyLists": 1, "goals": 1}
    assert of_owner(stranger) == theirs


def of_owner(person: User) -> dict[str, list[dict]]:
    """Every row of somebody's, by table."""
    return {
        table: [row for row in rows if row.get("owner_id") == person.pk]
        for table, rows in dump().items()
    }
