"""Everybody sees what happened to themselves; staff see all, members nothing of the staff."""

from datetime import timedelta

import pytest

from domain.audit import services as audit
from tests.client import access_token, node_id
from tests.factories import NOW, QuestionFactory

EVENT = """
  id at verb objectType objectId fields requestId
  person { email } actor { kind isYou displayName }
"""
OWN = f"""query ($filter: AuditEventFilter) {{
  auditEvents(filter: $filter) {{ totalCount edges {{ node {{ {EVENT} }} }} }}
}}"""
ALL = f"""query ($filter: AuditEventFilter, $person: ID) {{
  allAuditEvents(filter: $filter, person: $person) {{
    totalCount edges {{ node {{ {EVENT} }} }}
  }}
}}"""


def record(verb, *, actor, row, minutes=0, fields=()):
    at = NOW - timedelta(minutes=minutes)
    return audit.record(verb=verb, at=at, actor=actor, row=row, fields=fields)


def verbs(answer):
    return [node["verb"] for node in answer.nodes if node["verb"] != "session.opened"]


def person_id(user):
    return node_id(type_name="Person", uid=user.uid)


def test_an_event_is_shown_whole(graphql, user):
    token = access_token(user)
    question = QuestionFactory(owner=user)
    event = record("question.updated", actor=user, row=question, fields=["is_starred", "notes"])

    answer = graphql(OWN, token=token, filter={"verb": ["question.updated"]})

    assert answer.nodes == [
        {
            "id": node_id(event),
            "at": "2026-03-02T09:30:00Z",
            "verb": "question.updated",
            "objectType": "Question",
            "objectId": node_id(question),
            "fields": ["isStarred", "notes"],
            "requestId": "",
            "person": {"email": "user@example.com"},
            "actor": {"kind": "YOU", "isYou": True, "displayName": "user@example.com"},
        }
    ]


@pytest.mark.parametrize("role", ["MEMBER", "MANAGER", "ADMIN"])
def test_own_events_are_those_done_to_me_and_by_me(role, graphql, user, stranger):
    user.role = role
    user.save()
    record("account.updated", actor=user, row=user)
    record("account.unlocked", actor=user, row=stranger, minutes=1)
    record("account.deactivated", actor=stranger, row=user, minutes=2)
    record("tag.created", actor=stranger, row=stranger, minutes=3)
    record("trash.purged", actor=None, row=None, minutes=4)

    answer = graphql(OWN, as_user=user)

    assert verbs(answer) == ["account.updated", "account.unlocked", "account.deactivated"]


def test_a_member_learns_nothing_of_who_acted(graphql, user, admin, manager):
    admin.display_name = manager.display_name = "SECRET"
    admin.save()
    manager.save()
    token = access_token(user)
    for actor in (admin, manager, None):
        record("account.updated", actor=actor, row=user)

    answer = graphql(OWN, token=token, filter={"verb": ["account.updated"]})

    actors = [node["actor"] for node in answer.nodes]
    staff = {"kind": "STAFF", "isYou": False, "displayName": None}
    assert sorted(actors, key=str) == sorted([staff, staff, staff | {"kind": "SYSTEM"}], key=str)
    assert "SECRET" not in str(answer.body)
    assert "admin@" not in str(answer.body)


def test_staff_learn_who_acted(graphql, user, admin, manager):
    token = access_token(manager)
    record("role.changed", actor=admin, row=manager)
    record("role.kept", actor=user, row=user, minutes=1)

    answer = graphql(ALL, token=token, filter={"verb": ["role.changed", "role.kept"]})

    assert [node["actor"] for node in answer.nodes] == [
        {"kind": "STAFF", "isYou": False, "displayName": "admin@example.com"},
        {"kind": "OWNER", "isYou": False, "displayName": "user@example.com"},
    ]


@pytest.mark.parametrize(
    ("caller", "code"), [("nobody", "UNAUTHENTICATED"), ("owner", "FORBIDDEN")]
)
def test_all_events_are_refused_to(caller, code, graphql, people):
    assert graphql(ALL, as_user=people[caller]).codes == [code]


@pytest.mark.parametrize("caller", ["manager", "admin"])
def test_staff_see_all_and_can_ask_for_a_person(caller, graphql, people, user, stranger):
    record("tag.created", actor=user, row=user)
    record("tag.deleted", actor=stranger, row=stranger, minutes=1)
    record("account.unlocked", actor=people[caller], row=stranger, minutes=2)
    token = access_token(people[caller])

    everybody = graphql(ALL, token=token)
    one = graphql(ALL, token=token, person=person_id(stranger))

    assert verbs(everybody) == ["tag.created", "tag.deleted", "account.unlocked"]
    assert verbs(one) == ["tag.deleted", "account.unlocked"]


def test_an_unknown_person_is_not_found(graphql, manager, user):
    for id in (node_id(type_name="Person", uid=QuestionFactory().uid), node_id(user)):
        assert graphql(ALL, as_user=manager, person=id).codes == ["NOT_FOUND"]


def test_node_opens_own_events_only(graphql, user, stranger, manager):
    theirs = record("tag.created", actor=stranger, row=stranger)
    query = "query ($id: ID!) { node(id: $id) { ... on AuditEvent { verb } } }"

    assert graphql(query, as_user=user, id=node_id(theirs)).codes == ["NOT_FOUND"]
    assert graphql(query, as_user=manager, id=node_id(theirs)).only == {"verb": "tag.created"}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"verb": ["tag.created", "tag.deleted"]}, ["tag.created", "tag.deleted"]),
        ({"verb": []}, []),
        ({"objectType": ["Question"]}, ["question.created"]),
        ({"before": "2026-03-02T09:29:00Z"}, ["question.created"]),
        (
            {"after": "2026-03-02T09:29:00Z", "before": "2026-03-02T09:31:00Z"},
            ["tag.created", "tag.deleted"],
        ),
    ],
)
def test_filters(filter, expected, graphql, user):
    record("tag.created", actor=user, row=user)
    record("tag.deleted", actor=user, row=user, minutes=1)
    record("question.created", actor=user, row=QuestionFactory(owner=user), minutes=2)

    assert verbs(graphql(OWN, as_user=user, filter=filter)) == expected


def test_pages_go_on_where_they_stopped(graphql, user):
    token = access_token(user)
    for number in range(5):
        record(f"tag.number_{number}", actor=user, row=user)
    page = """query ($after: String) {
      auditEvents(first: 2, after: $after) { pageInfo { endCursor } edges { node { verb } } }
    }"""

    seen, after = [], None
    while edges := (only := graphql(page, token=token, after=after).only)["edges"]:
        seen += [edge["node"]["verb"] for edge in edges]
        after = only["pageInfo"]["endCursor"]

    assert seen == ["session.opened", *[f"tag.number_{number}" for number in (4, 3, 2, 1, 0)]]


def test_a_page_costs_the_same_for_many(graphql, manager, user, django_assert_max_num_queries):
    token = access_token(manager)
    for number in range(10):
        record(f"tag.number_{number}", actor=user, row=user)

    with django_assert_max_num_queries(4):
        assert len(graphql(ALL, token=token).nodes) == 11
