"""Who sees and changes whom: members themselves, managers see people, administrators do both."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from strawberry.printer import print_schema

from domain.accounts.models import AuthSession, Role, User
from domain.accounts.services import api_tokens, lockout
from domain.base import counting
from domain.base.models import new_uid
from schema.root import schema
from tests.client import access_token, node_id
from tests.factories import NOW, PASSWORD, AuthSessionFactory, QuestionLogFactory, UserFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

PERSON = "id email displayName role isActive dateJoined emailVerifiedAt deletionScheduledFor"
MESSAGES = "... on OperationInfo { messages { kind field code message } }"
USERS = f"""
  query (
    $filter: PersonFilter, $search: String, $orderBy: PersonOrder, $first: Int, $after: String
  ) {{
    users(filter: $filter, search: $search, orderBy: $orderBy, first: $first, after: $after) {{
      totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {PERSON} }} }}
    }}
  }}
"""
READS = {
    "user": f"query ($id: ID!) {{ user(id: $id) {{ {PERSON} }} }}",
    "node": f"query ($id: ID!) {{ node(id: $id) {{ id ... on Person {{ {PERSON} }} }} }}",
}


def mutation(name: str, more: str = "") -> str:
    return f"""mutation ($id: ID!) {{
      {name}(input: {{id: $id{more}}}) {{ ... on Person {{ {PERSON} }} {MESSAGES} }}
    }}"""


MUTATIONS = {
    "updateUser": mutation("updateUser", ', displayName: "New"'),
    "setRole": mutation("setRole", ", role: MANAGER"),
    "deactivateUser": mutation("deactivateUser"),
    "activateUser": mutation("activateUser"),
    "unlockUser": mutation("unlockUser"),
    "deleteUser": mutation("deleteUser"),
}
CALLERS = ["nobody", "owner", "stranger", "manager", "admin"]
# What each caller gets who names ``owner``, in the order of CALLERS; "" where it is done.
TO_A_MEMBER = {
    "user": ["UNAUTHENTICATED", "", "NOT_FOUND", "", ""],
    "node": ["UNAUTHENTICATED", "", "NOT_FOUND", "", ""],
    "updateUser": ["UNAUTHENTICATED", "", "not_found", "forbidden", ""],
    "setRole": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""],
    "deactivateUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""],
    "activateUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""],
    "unlockUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "", ""],
    "deleteUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""],
}
# The same for an administrator who is named; the last column is that administrator.
TO_AN_ADMINISTRATOR = {
    "user": ["UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "", ""],
    "node": ["UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "", ""],
    "updateUser": ["UNAUTHENTICATED", "not_found", "not_found", "forbidden", ""],
    "setRole": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "own_account"],
    "deactivateUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "own_account"],
    "activateUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "own_account"],
    "unlockUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "forbidden", ""],
    "deleteUser": ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "own_account"],
}
TABLES = [("owner", TO_A_MEMBER), ("admin", TO_AN_ADMINISTRATOR)]
CASES = [
    (whom, operation, caller, code)
    for whom, table in TABLES
    for operation, codes in table.items()
    for caller, code in zip(CALLERS, codes, strict=True)
]


def person_id(user: User) -> str:
    return node_id(type_name="Person", uid=user.uid)


def emails(answer: Any) -> list[str]:
    return [node["email"] for node in answer.nodes]


@pytest.mark.parametrize(("whom", "operation", "caller", "code"), CASES)
def test_is_allowed_or_refused(whom, operation, caller, code, graphql, people):
    token = access_token(people[caller]) if people[caller] else None
    document = (READS | MUTATIONS)[operation]
    call = {"token": token, "id": person_id(people[whom])}

    if code:
        with nothing_changes():
            answer = graphql(document, **call)
    else:
        answer = graphql(document, **call)

    assert answer.codes == ([code] if code else [])


# --- What members learn -----------------------------------------------------------------------


@pytest.mark.parametrize("operation", [*READS, *MUTATIONS])
def test_members_cannot_tell_people_from_nobody(operation, graphql, token, people):
    document = (READS | MUTATIONS)[operation]
    ids = [
        person_id(people["stranger"]),
        person_id(people["admin"]),
        person_id(UserFactory(is_active=False)),
        node_id(type_name="Person", uid=new_uid()),
        node_id(type_name="Person", uid=people["stranger"].pk),
        node_id(people["stranger"]),
    ]

    with nothing_changes():
        answers = [graphql(document, token=token, id=id) for id in ids]

    assert len({(answer.status, answer.anonymous) for answer in answers}) == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"search": "s"},
        {"search": "stranger@example.com"},
        {"search": "person"},
        {"search": "%"},
        {"search": "Secret"},
        {"filter": {"role": ["MEMBER"]}},
        {"filter": {"role": ["ADMIN", "MANAGER"]}},
        {"filter": {"isActive": True}},
        {"filter": {"isActive": False}},
        *[
            {"orderBy": {"field": field, "direction": direction}, "first": 1}
            for field in ("EMAIL", "DATE_JOINED")
            for direction in ("ASC", "DESC")
        ],
    ],
)
def test_whatever_members_ask_for_others_make_no_difference(given, graphql, user):
    before = graphql(USERS, as_user=user, **given)

    UserFactory(admin=True, email="a-first@example.com", display_name="Secret")
    UserFactory(email="stranger@example.com", display_name="Secret", is_active=False)
    UserFactory.create_batch(3)

    assert graphql(USERS, as_user=user, **given).body == before.body
    assert before.only["totalCount"] <= 1


def test_members_list_themselves(graphql, user, stranger):
    (node,) = graphql(USERS, as_user=user).nodes

    assert node == {
        "id": person_id(user),
        "email": "user@example.com",
        "displayName": "",
        "role": "MEMBER",
        "isActive": True,
        "dateJoined": "2026-03-02T09:30:00Z",
        "emailVerifiedAt": None,
        "deletionScheduledFor": None,
    }


@pytest.mark.parametrize("field", ["EMAIL", "DATE_JOINED"])
@pytest.mark.parametrize("side", ["after", "before"])
def test_cursors_of_others_open_nothing_to_members(field, side, graphql, people):
    order = f"orderBy: {{field: {field}}}"
    listing = f"{{ users({order}) {{ edges {{ cursor node {{ email }} }} }} }}"
    edges = graphql(listing, as_user=people["admin"]).only["edges"]
    page = "totalCount edges { node { email } }"
    paged = f"query ($c: String) {{ users({order}, {side}: $c) {{ {page} }} }}"

    for edge in edges:
        page = graphql(paged, as_user=people["owner"], c=edge["cursor"])

        assert page.only["totalCount"] == 1
        assert emails(page) in ([], ["user@example.com"])


def test_an_id_of_one_type_is_not_one_of_the_other(graphql, admin, user):
    """Both read one table: what opens a person must not open what that person alone may see."""
    for id, type_name in ((node_id(user), "User"), (person_id(user), "Person")):
        more = "... on User { settings { timezone } }"
        document = f"query ($id: ID!) {{ node(id: $id) {{ __typename {more} }} }}"
        own = graphql(document, as_user=user, id=id)
        others = graphql(document, as_user=admin, id=id)

        assert own.only["__typename"] == type_name
        if type_name == "User":
            assert others.codes == ["NOT_FOUND"]
        else:
            assert others.only == {"__typename": "Person"}


# --- What staff see ---------------------------------------------------------------------------


@pytest.mark.parametrize("caller", ["manager", "admin"])
def test_staff_list_everybody(caller, graphql, people):
    listed = graphql(USERS, as_user=people[caller], orderBy={"field": "EMAIL"})

    assert listed.only["totalCount"] == 4
    assert emails(listed) == [
        "admin@example.com",
        "manager@example.com",
        "stranger@example.com",
        "user@example.com",
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"search": "STRAN"}, ["stranger"]),
        ({"search": "ranger"}, []),
        ({"search": "lovelace"}, ["user"]),
        ({"search": " Ada "}, ["user"]),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"search": "\\"}, []),
        ({"search": ""}, ["admin", "manager", "stranger", "user"]),
        ({"filter": {"role": ["MANAGER", "ADMIN", "ADMIN"]}}, ["admin", "manager"]),
        ({"filter": {"role": []}}, []),
        ({"filter": {"isActive": False}}, ["stranger"]),
        ({"filter": {"isActive": True, "role": ["MEMBER"]}}, ["user"]),
        ({"filter": {"isActive": None, "role": None}}, ["admin", "manager", "stranger", "user"]),
    ],
)
def test_staff_search_and_filter(given, found, graphql, people):
    User.objects.filter(pk=people["owner"].pk).update(display_name="Ada Lovelace")
    User.objects.filter(pk=people["stranger"].pk).update(is_active=False)

    listed = graphql(USERS, as_user=people["manager"], orderBy={"field": "EMAIL"}, **given)

    assert [email.partition("@")[0] for email in emails(listed)] == found


def test_too_long_a_search_is_refused(graphql, manager):
    assert graphql(USERS, as_user=manager, search="x" * 201).codes == ["BAD_USER_INPUT"]


def test_pages_of_people_are_complete(graphql, manager):
    UserFactory.create_batch(5)
    pages, after = [], None
    for _ in range(3):
        answer = graphql(USERS, as_user=manager, first=2, after=after)
        pages += emails(answer)
        after = answer.only["pageInfo"]["endCursor"]

    assert len(set(pages)) == 6 == answer.only["totalCount"]
    assert not answer.only["pageInfo"]["hasNextPage"]


def test_a_page_of_people_takes_the_same_statements_however_long(
    graphql, manager, django_assert_num_queries
):
    token = access_token(manager)
    document = f"{{ users(first: 100) {{ edges {{ node {{ {PERSON} }} }} }} }}"
    for _ in range(2):
        UserFactory.create_batch(5)
        # One for the caller, one for the page.
        with django_assert_num_queries(2):
            graphql(document, token=token)


def test_unlocked_people_can_sign_in_again(graphql, user, manager, settings):
    settings.LOGIN_FAILURES_PER_ACCOUNT = 1
    sign_in = """mutation ($password: String!) {
      signIn(input: {email: "user@example.com", password: $password}) {
        __typename ... on OperationInfo { messages { code } }
      }
    }"""
    graphql(sign_in, password="wrong")
    locked = graphql(sign_in, password=PASSWORD)

    graphql(MUTATIONS["unlockUser"], as_user=manager, id=person_id(user))

    assert locked.codes == ["invalid_credentials"]
    assert graphql(sign_in, password=PASSWORD).codes == []


def test_nothing_of_what_people_practise_is_shown(graphql, user, admin):
    QuestionLogFactory(question__owner=user, question__title="PRIVATE", notes="PRIVATE")

    for document, given in ((USERS, {}), (READS["user"], {"id": person_id(user)})):
        assert "PRIVATE" not in str(graphql(document, as_user=admin, **given).body)


def test_an_api_token_has_no_role(graphql, admin, user):
    new = api_tokens.create_api_token(
        owner=admin, name="x", scope="WRITE", password=PASSWORD, at=admin.date_joined
    )

    assert emails(graphql(USERS, token=new.token)) == ["admin@example.com"]
    assert graphql(READS["user"], token=new.token, id=person_id(user)).codes == ["NOT_FOUND"]
    for name in MUTATIONS:
        refused = graphql(MUTATIONS[name], token=new.token, id=person_id(user))
        assert refused.codes == ["FORBIDDEN"], name


# --- What staff change ------------------------------------------------------------------------


def test_administrators_rename_people(graphql, admin, user):
    changed = graphql(MUTATIONS["updateUser"], as_user=admin, id=person_id(user)).only

    assert (changed["id"], changed["displayName"]) == (person_id(user), "New")


def test_too_long_a_name_is_refused(graphql, user):
    document = mutation("updateUser", f', displayName: "{"x" * 81}"')

    answer = graphql(document, as_user=user, id=person_id(user))

    assert (answer.codes, answer.fields) == (["max_length"], ["displayName"])


def test_a_new_role_holds_at_once_and_old_tokens_do_not(graphql, admin, user):
    old = access_token(user)

    changed = graphql(MUTATIONS["setRole"], as_user=admin, id=person_id(user)).only

    assert changed["role"] == "MANAGER"
    assert graphql(USERS, token=old).codes == ["UNAUTHENTICATED"]
    user.refresh_from_db()
    assert graphql(USERS, as_user=user).only["totalCount"] == 2


def test_deactivated_people_are_out_at_once(graphql, admin, user):
    old = access_token(user)

    changed = graphql(MUTATIONS["deactivateUser"], as_user=admin, id=person_id(user)).only

    assert changed["isActive"] is False
    assert graphql(USERS, token=old).codes == ["UNAUTHENTICATED"]
    assert not AuthSession.objects.filter(user=user).open(at=NOW).exists()


def test_deleted_people_are_out_at_once_and_can_be_brought_back(graphql, admin, user):
    old = access_token(user)

    deleted = graphql(MUTATIONS["deleteUser"], as_user=admin, id=person_id(user)).only
    assert (deleted["isActive"], deleted["deletionScheduledFor"] is None) == (False, False)
    assert graphql(USERS, token=old).codes == ["UNAUTHENTICATED"]

    back = graphql(MUTATIONS["activateUser"], as_user=admin, id=person_id(user)).only
    assert (back["isActive"], back["deletionScheduledFor"]) == (True, None)


def test_a_demoted_administrator_is_refused_at_once(graphql, admin):
    other = UserFactory(admin=True)
    old = access_token(other)

    graphql(mutation("setRole", ", role: MEMBER"), as_user=admin, id=person_id(other))

    assert graphql(MUTATIONS["setRole"], token=old, id=person_id(admin)).codes == [
        "UNAUTHENTICATED"
    ]
    assert User.objects.filter(role=Role.ADMIN).get() == admin


def test_directives_are_printed():
    sdl = print_schema(schema)

    for role, name in (("ADMIN", "SetRole"), ("MANAGER", "UnlockUser")):
        assert f"): {name}Payload! @requires(role: {role})" in sdl


def locks(graphql, token, search=""):
    operation = """query ($search: String!) {
        users(first: 100, search: $search) { edges { node { email lockedUntil } } } }"""
    nodes = graphql(operation, token=token, search=search).nodes
    return {node["email"]: node["lockedUntil"] for node in nodes}


def lock(person, address=""):
    for _ in range(settings.LOGIN_FAILURES_PER_ACCOUNT):
        attempt = lockout.begin_sign_in(email=person.email, address=address, at=NOW)
        lockout.sign_in_failed(attempt)


@time_machine.travel(NOW, tick=False)
def test_staff_see_who_is_locked_out_and_until_when(graphql):
    manager, member = UserFactory(role=Role.MANAGER), UserFactory()
    for person in (member, UserFactory(), UserFactory()):
        lock(person)
    free = UserFactory()
    token = access_token(manager)

    with CaptureQueriesContext(connection) as three_locked:
        found = locks(graphql, token)
    lockout.unlock(user=member, actor=manager, at=NOW)
    with CaptureQueriesContext(connection) as two_locked:
        after = locks(graphql, token)

    assert found[member.email] == "2026-03-02T09:45:00Z"
    assert (found[free.email], found[manager.email]) == (None, None)
    assert sum(until is not None for until in found.values()) == 3
    assert (after[member.email], sum(until is not None for until in after.values())) == (None, 2)
    assert len(three_locked) == len(two_locked)


@time_machine.travel(NOW, tick=False)
def test_of_those_on_the_page_alone_it_is_read_where_they_signed_in(graphql, monkeypatch):
    monkeypatch.setattr(lockout, "MOST_KNOWN", 2)
    manager, shown, other, free = UserFactory(role=Role.MANAGER), *UserFactory.create_batch(3)
    for person in (shown, other, free):
        for day in (1, 2, 3):
            signed_in = NOW - timedelta(days=day)
            AuthSessionFactory(user=person, address=f"203.0.113.{day}", created_at=signed_in)
    lock(shown, address="203.0.113.2")
    lock(other, address="203.0.113.2")
    token = access_token(manager)
    read = []
    monkeypatch.setattr(lockout, "network_of", lambda address: read.append(address) or address)

    found = locks(graphql, token, search=shown.email)

    assert found == {shown.email: "2026-03-02T09:45:00Z"}
    assert read == ["203.0.113.1", "203.0.113.2"]


def noting(asked, read):
    def found(keys, *args):
        asked.append(keys)
        return read(keys, *args)

    return found


@time_machine.travel(NOW, tick=False)
def test_counts_of_a_locked_person_are_read_at_once(graphql, monkeypatch):
    manager, member = UserFactory(role=Role.MANAGER), UserFactory()
    lock(member)
    AuthSessionFactory(user=member, address="203.0.113.2", created_at=NOW - timedelta(days=1))
    token = access_token(manager)
    asked = []
    monkeypatch.setattr(counting.store, "find_all", noting(asked, counting.store.find_all))
    monkeypatch.setattr(counting, "_found", noting(asked, counting._found))

    locks(graphql, token)

    (keys,) = asked
    assert len(keys) == 3


@time_machine.travel(NOW, tick=False)
def test_a_person_who_was_changed_is_shown_with_their_lock(graphql):
    manager, member = UserFactory(role=Role.ADMIN), UserFactory()
    lock(member)
    change = """mutation ($id: ID!) { updateUser(input: {id: $id, displayName: "Other"}) {
        ... on Person { lockedUntil } } }"""

    answer = graphql(change, token=access_token(manager), id=person_id(member))

    assert answer.only == {"lockedUntil": "2026-03-02T09:45:00Z"}


@time_machine.travel(NOW, tick=False)
def test_members_do_not_see_that_they_are_locked(graphql):
    member = UserFactory()
    token = access_token(member)
    for _ in range(settings.LOGIN_FAILURES_PER_ACCOUNT):
        lockout.sign_in_failed(lockout.begin_sign_in(email=member.email, address="", at=NOW))

    assert locks(graphql, token) == {member.email: None}
