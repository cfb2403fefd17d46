"""``goals``, ``goal`` and the mutations that set, change and delete one."""

from datetime import date

import pytest
import time_machine

from domain.audit.models import AuditEvent
from domain.goals.models import Goal
from domain.questions.models import TagKind
from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionTagFactory,
    StudyListFactory,
    TagFactory,
)
from tests.schema.tables import nothing_changes

FIELDS = """id name date targetRetention note version deletedAt
  company { name } lists { name } tags { name }"""
CREATE = f"""
  mutation ($input: CreateGoalInput!) {{
    createGoal(input: $input) {{
      ... on Goal {{ {FIELDS} }} ... on OperationInfo {{ messages {{ field code }} }}
    }}
  }}
"""
UPDATE = f"""
  mutation ($input: UpdateGoalInput!) {{
    updateGoal(input: $input) {{
      ... on Goal {{ {FIELDS} }} ... on OperationInfo {{ messages {{ field code }} }}
      ... on Conflict {{ code current {{ ... on Goal {{ name version tags {{ name }} }} }} }}
    }}
  }}
"""
DELETE = """
  mutation ($id: ID!, $version: Int) {
    deleteGoal(input: {id: $id, expectedVersion: $version}) {
      ... on Goal { deletedAt version } ... on Conflict { code }
      ... on OperationInfo { messages { field code } }
    }
  }
"""


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def company(user):
    return TagFactory(owner=user, name="Google", kind=TagKind.COMPANY)


def test_creates_a_goal_with_all_that_it_covers(graphql, user, company):
    second, first = StudyListFactory(owner=user, name="B"), StudyListFactory(owner=user, name="A")
    tag = TagFactory(owner=user, name="graphs")

    created = graphql(
        CREATE,
        as_user=user,
        input={
            "date": "2026-04-01",
            "company": node_id(company),
            "lists": [node_id(second), node_id(first)],
            "tags": [node_id(tag)],
            "targetRetention": 0.85,
            "note": "Bring water",
        },
    ).only

    assert created == {
        "id": node_id(Goal.objects.get()),
        "name": "Google",
        "date": "2026-04-01",
        "targetRetention": 0.85,
        "note": "Bring water",
        "version": 1,
        "deletedAt": None,
        "company": {"name": "Google"},
        "lists": [{"name": "A"}, {"name": "B"}],
        "tags": [{"name": "graphs"}],
    }
    assert Goal.objects.get().owner == user


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "name_or_company"),
        ({"date": "2026-03-01"}, "date", "in_the_past"),
        ({"date": "2037-01-01"}, "date", "too_far_ahead"),
        ({"targetRetention": 1.0}, "targetRetention", "max_value"),
        ({"lists": ["many"] * 21}, "lists", "too_many_lists"),
        ({"tags": ["many"] * 51}, "tags", "too_many_tags"),
    ],
)
def test_refuses_what_cannot_be(changes, field, code, graphql, user, token):
    rows = {"lists": StudyListFactory, "tags": TagFactory}
    given = {
        name: [node_id(rows[name](owner=user)) for _ in value] if isinstance(value, list) else value
        for name, value in changes.items()
    }

    with nothing_changes():
        answer = graphql(CREATE, token=token, input={"name": "x", "date": "2026-04-01"} | given)

    assert (answer.fields, answer.codes) == ([field], [code])


@pytest.mark.parametrize("date", ["yesterday", "2026-02-30", 5, "", None])
def test_what_is_no_day_is_bad_input(date, graphql, user):
    answer = graphql(CREATE, as_user=user, input={"name": "x", "date": date})

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "yesterday" not in str(answer.body)


def test_takes_an_id_and_a_key_of_the_clients(graphql, token):
    uid = "01939b0a-6a4c-7c3e-9d52-1c8f0f5e7a10"
    input = {"id": uid, "name": "x", "date": "2026-04-01", "idempotencyKey": "k"}

    answers = [graphql(CREATE, token=token, input=input).only["id"] for _ in range(2)]
    other = graphql(CREATE, token=token, input=input | {"name": "y"})
    again = graphql(CREATE, token=token, input=input | {"idempotencyKey": "l"})

    assert answers == [node_id(type_name="Goal", uid=uid)] * 2
    assert (other.codes, again.codes) == (["idempotency_mismatch"], ["id_taken"])
    assert AuditEvent.objects.filter(verb="goal.created").count() == 1


def test_changes_what_is_given_and_leaves_the_rest(graphql, user, company):
    goal = GoalFactory(owner=user, name="Onsite", company=company, note="n")
    tag = TagFactory(owner=user, name="graphs")

    first = graphql(UPDATE, as_user=user, input={"id": node_id(goal), "tags": [node_id(tag)]}).only
    second = graphql(
        UPDATE, as_user=user, input={"id": node_id(goal), "company": None, "note": ""}
    ).only

    assert (first["company"], first["tags"]) == ({"name": "Google"}, [{"name": "graphs"}])
    assert (first["name"], first["note"], first["version"]) == ("Onsite", "n", 2)
    assert (second["company"], second["tags"], second["note"]) == (None, [{"name": "graphs"}], "")


def test_another_version_than_expected_is_answered_with_the_goal_as_it_is(graphql, user):
    goal = GoalFactory(owner=user, name="Mine", version=3)
    input = {"id": node_id(goal), "name": "Other", "expectedVersion": 2}

    updated = graphql(UPDATE, as_user=user, input=input).only
    deleted = graphql(DELETE, as_user=user, id=node_id(goal), version=2).only
    done = graphql(UPDATE, as_user=user, input=input | {"expectedVersion": 3}).only

    current = {"name": "Mine", "version": 3, "tags": []}
    assert updated == {"code": "CONFLICT", "current": current}
    assert deleted == {"code": "CONFLICT"}
    assert (done["name"], done["version"]) == ("Other", 4)


def test_deleting_hides_it_everywhere(graphql, user):
    goal = GoalFactory(owner=user)

    deleted = graphql(DELETE, as_user=user, id=node_id(goal)).only
    answer = graphql(
        "query ($id: ID!) { goal(id: $id) { id } node(id: $id) { id } goals { totalCount } }",
        as_user=user,
        id=node_id(goal),
    )

    assert deleted == {"deletedAt": "2026-03-02T09:30:00Z", "version": 2}
    assert answer.body["data"] == {"goal": None, "node": None, "goals": {"totalCount": 0}}
    assert graphql(DELETE, as_user=user, id=node_id(goal)).codes == ["not_found"]


def test_lists_goals_by_their_day(graphql, user, stranger):
    days = [date(2026, 5, 1), date(2026, 3, 9), date(2026, 4, 1)]
    goals = {day: GoalFactory(owner=user, date=day) for day in days}
    GoalFactory(owner=stranger)
    listing = """query ($after: String) {
      goals(first: 2, after: $after) { totalCount pageInfo { endCursor } edges { node { id } } }
    }"""
    token = access_token(user)

    first = graphql(listing, token=token)
    rest = graphql(listing, token=token, after=first.only["pageInfo"]["endCursor"])

    assert first.only["totalCount"] == 3
    assert [node["id"] for node in first.nodes + rest.nodes] == [
        node_id(goals[day]) for day in sorted(days)
    ]


def test_shows_no_rows_of_others_even_if_a_link_does(graphql, user, stranger):
    """No service makes such rows; were there one, the API would still not show them."""
    tag = TagFactory(owner=stranger, name="THEIRS", kind=TagKind.COMPANY)
    question = QuestionFactory(owner=stranger, title="THEIRS")
    QuestionTagFactory(question=question, tag=tag)
    goal = GoalFactory(owner=user, company=tag, date=date(2026, 4, 1))
    goal.tag_links.create(owner=user, tag=tag)
    goal.list_links.create(owner=user, study_list=StudyListFactory(owner=stranger, name="THEIRS"))
    operation = f"""{{ goals {{ edges {{ node {{ {FIELDS} readiness {{
      questionCount belowTarget {{ question {{ title }} }} perTag {{ tag {{ name }} }}
      perList {{ studyList {{ name }} }}
    }} }} }} }} }}"""

    (shown,) = graphql(operation, as_user=user).nodes

    assert (shown["company"], shown["lists"], shown["tags"]) == (None, [], [])
    assert shown["readiness"] == {
        "questionCount": 0,
        "belowTarget": [],
        "perTag": [],
        "perList": [],
    }


@pytest.mark.parametrize(
    ("caller", "code"),
    [("nobody", "UNAUTHENTICATED"), ("stranger", "not_found"), ("admin", "not_found")],
)
def test_is_refused_to(caller, code, graphql, people, user):
    goal = GoalFactory(owner=user)

    updated = graphql(UPDATE, as_user=people[caller], input={"id": node_id(goal), "name": "x"})
    deleted = graphql(DELETE, as_user=people[caller], id=node_id(goal))

    assert updated.codes == deleted.codes == [code]
    assert Goal.objects.live().get().version == 1


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, ["over", "today", "later"]),
        ({}, ["over", "today", "later"]),
        ({"isOver": True}, ["over"]),
        ({"isOver": False}, ["today", "later"]),
    ],
)
def test_goals_are_filtered_by_whether_their_day_is_over(filter, expected, graphql, user):
    # Half past nine of the second of March still belongs to the first.
    user.settings.timezone, user.settings.day_start_hour = "UTC", 12
    user.settings.save()
    for day, name in ((28, "over"), (1, "today"), (2, "later")):
        GoalFactory(owner=user, name=name, date=date(2026, 2 if day == 28 else 3, day))

    found = graphql(
        "query ($filter: GoalFilter) { goals(filter: $filter) { edges { node { name } } } }",
        as_user=user,
        filter=filter,
    ).nodes

    assert [goal["name"] for goal in found] == expected
