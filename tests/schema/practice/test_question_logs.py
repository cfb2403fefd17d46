"""``createQuestionLog``, ``updateQuestionLog``, ``deleteQuestionLog``, ``questionLogs``."""

from datetime import timedelta

import pytest
import time_machine

from domain.base.models import new_uid
from domain.practice.models import QuestionLog, Rating
from domain.questions.models import Outcome, Question
from tests.client import access_token, node_id
from tests.factories import NOW, QuestionFactory, QuestionLogFactory
from tests.schema.tables import nothing_changes

FIELDS = """
  id attemptedAt durationSeconds outcome rating help approach timeComplexity spaceComplexity
  language notes solutionCode mistakes platform externalId countsForReview createdAt updatedAt
  deletedAt version
"""
COUNTERS = "logCount solvedCount totalSeconds lastAttemptedAt lastOutcome dueAt status"
REFUSED = "... on OperationInfo { messages { kind field code message } }"
CREATE = f"""
  mutation ($input: CreateQuestionLogInput!) {{
    createQuestionLog(input: $input) {{
      ... on QuestionLog {{ {FIELDS} question {{ {COUNTERS} }} }}
      {REFUSED}
    }}
  }}
"""
UPDATE = f"""
  mutation ($input: UpdateQuestionLogInput!) {{
    updateQuestionLog(input: $input) {{
      ... on QuestionLog {{ {FIELDS} question {{ {COUNTERS} }} }}
      {REFUSED}
    }}
  }}
"""
DELETE = f"""
  mutation ($id: ID!) {{
    deleteQuestionLog(input: {{id: $id}}) {{
      ... on QuestionLog {{ id deletedAt question {{ {COUNTERS} }} }}
      {REFUSED}
    }}
  }}
"""
COUNTED = f"query ($id: ID!) {{ question(id: $id) {{ {COUNTERS} }} }}"
LIST = """
  query ($filter: QuestionLogFilter, $orderBy: QuestionLogOrder) {
    questionLogs(filter: $filter, orderBy: $orderBy) { totalCount edges { node { notes } } }
  }
"""
UNTOUCHED = {
    "logCount": 0,
    "solvedCount": 0,
    "totalSeconds": 0,
    "lastAttemptedAt": None,
    "lastOutcome": None,
    "dueAt": None,
    "status": "NEW",
}
DAY = timedelta(days=1)


@pytest.fixture
def question(user) -> Question:
    """A question without attempts."""
    return QuestionFactory(owner=user)


@time_machine.travel(NOW, tick=False)
def test_an_outcome_is_enough(graphql, user, question):
    input = {"question": node_id(question), "outcome": "SOLVED"}

    created = graphql(CREATE, as_user=user, input=input).only

    log = QuestionLog.objects.get()
    assert created == {
        "id": node_id(log),
        "attemptedAt": "2026-03-02T09:30:00Z",
        "durationSeconds": None,
        "outcome": "SOLVED",
        "rating": None,
        "help": "NONE",
        "approach": "",
        "timeComplexity": "",
        "spaceComplexity": "",
        "language": "",
        "notes": "",
        "solutionCode": "",
        "mistakes": [],
        "platform": None,
        "externalId": None,
        "countsForReview": True,
        "createdAt": "2026-03-02T09:30:00Z",
        "updatedAt": "2026-03-02T09:30:00Z",
        "deletedAt": None,
        "version": 1,
        "question": {
            "logCount": 1,
            "solvedCount": 1,
            "totalSeconds": 0,
            "lastAttemptedAt": "2026-03-02T09:30:00Z",
            "lastOutcome": "SOLVED",
            "dueAt": created["question"]["dueAt"],
            "status": "SOLVED",
        },
    }
    assert log.owner == user


@time_machine.travel(NOW, tick=False)
def test_everything_can_be_said_at_once(graphql, user, question):
    uid = str(new_uid())
    values = {
        "outcome": "PARTIAL",
        "attemptedAt": "2026-03-01T20:00:00.123456Z",
        "durationSeconds": 86_400,
        "rating": "HARD",
        "help": "HINT",
        "approach": "two pointers",
        "timeComplexity": "O(n)",
        "spaceComplexity": "O(1)",
        "language": "Python",
        "notes": "*close*",
        "solutionCode": "\tpass\n",
        "mistakes": ["OFF_BY_ONE", "TOO_SLOW"],
        "countsForReview": False,
    }

    created = graphql(
        CREATE, as_user=user, input=values | {"id": uid, "question": node_id(question)}
    ).only

    assert created["id"] == node_id(type_name="QuestionLog", uid=uid)
    assert {name: created[name] for name in values} == values
    assert created["question"] == UNTOUCHED | {
        "logCount": 1,
        "totalSeconds": 86_400,
        "lastAttemptedAt": "2026-03-01T20:00:00.123456Z",
        "lastOutcome": "PARTIAL",
        "status": "ATTEMPTED",
    }


def test_an_attempt_is_given_in_utc(graphql, user, question):
    input = {
        "question": node_id(question),
        "outcome": "SOLVED",
        "attemptedAt": "2026-03-02T01:00:00+02:30",
    }

    created = graphql(CREATE, as_user=user, input=input).only

    assert created["attemptedAt"] == "2026-03-01T22:30:00Z"


def test_counters_follow_every_change(graphql, user, question):
    first = {"question": node_id(question), "outcome": "FAILED", "durationSeconds": 100,
             "attemptedAt": "2026-01-01T10:00:00Z"}  # fmt: skip
    earlier = first | {"outcome": "SOLVED", "attemptedAt": "2025-12-01T10:00:00Z"}

    def counted():
        return graphql(COUNTED, as_user=user, id=node_id(question)).only

    ids = [graphql(CREATE, as_user=user, input=input).only["id"] for input in (first, earlier)]
    both = counted()
    graphql(UPDATE, as_user=user, input={"id": ids[0], "durationSeconds": 50, "outcome": "PARTIAL"})
    corrected = counted()
    graphql(DELETE, as_user=user, id=ids[0])
    one = counted()
    graphql(DELETE, as_user=user, id=ids[1])

    assert (both["logCount"], both["solvedCount"], both["totalSeconds"]) == (2, 1, 200)
    assert (both["lastAttemptedAt"], both["lastOutcome"]) == ("2026-01-01T10:00:00Z", "FAILED")
    assert (corrected["totalSeconds"], corrected["lastOutcome"]) == (150, "PARTIAL")
    assert (one["logCount"], one["totalSeconds"], one["lastOutcome"]) == (1, 100, "SOLVED")
    assert counted() == UNTOUCHED


@time_machine.travel(NOW, tick=False)
def test_deleting_answers_with_the_counters_of_what_is_left(graphql, user):
    log = QuestionLogFactory(question__owner=user)

    deleted = graphql(DELETE, as_user=user, id=node_id(log)).only

    assert deleted == {
        "id": node_id(log),
        "deletedAt": "2026-03-02T09:30:00Z",
        "question": UNTOUCHED,
    }
    assert graphql(LIST, as_user=user).only["totalCount"] == 0


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"attemptedAt": "2026-03-02T09:35:00.000001Z"}, "attemptedAt", "in_the_future"),
        ({"attemptedAt": "9999-12-31T23:59:59Z"}, "attemptedAt", "in_the_future"),
        ({"attemptedAt": "1999-12-31T23:59:59.999999Z"}, "attemptedAt", "too_early"),
        ({"attemptedAt": "0001-01-01T00:00:00Z"}, "attemptedAt", "too_early"),
        ({"durationSeconds": -1}, "durationSeconds", "min_value"),
        ({"durationSeconds": 86_401}, "durationSeconds", "max_value"),
        ({"durationSeconds": 2**31 - 1}, "durationSeconds", "max_value"),
        ({"approach": "x" * 201}, "approach", "max_length"),
        ({"timeComplexity": "x" * 41}, "timeComplexity", "max_length"),
        ({"spaceComplexity": "x" * 41}, "spaceComplexity", "max_length"),
        ({"language": "x" * 41}, "language", "max_length"),
        ({"notes": "x" * 100_001}, "notes", "max_length"),
        ({"solutionCode": "x" * (64 * 1024 + 1)}, "solutionCode", "code_too_long"),
        ({"solutionCode": "é" * (32 * 1024 + 1)}, "solutionCode", "code_too_long"),
        ({"mistakes": ["BUG", "BUG"]}, "mistakes", "repeated_mistake"),
    ],
)
@pytest.mark.parametrize("operation", ["create", "update"])
@time_machine.travel(NOW, tick=False)
def test_says_which_field_is_wrong_and_stores_nothing(
    operation, change, field, code, graphql, user
):
    log = QuestionLogFactory(question__owner=user)
    query, input = {
        "create": (CREATE, {"question": node_id(log.question), "outcome": "SOLVED"}),
        "update": (UPDATE, {"id": node_id(log), "outcome": "FAILED"}),
    }[operation]
    token = access_token(user)

    with nothing_changes():
        answer = graphql(query, token=token, input=input | change)

    assert (answer.codes, answer.fields) == ([code], [field])


@time_machine.travel(NOW, tick=False)
def test_a_clock_may_run_five_minutes_ahead(graphql, user, question):
    input = {
        "question": node_id(question),
        "outcome": "SOLVED",
        "attemptedAt": "2026-03-02T09:35:00Z",
    }

    assert graphql(CREATE, as_user=user, input=input).codes == []


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "solved"},
        {"rating": 3},
        {"rating": "Good"},
        {"mistakes": ["UNKNOWN"]},
        {"mistakes": [None]},
        {"durationSeconds": 1.5},
        {"durationSeconds": "60"},
        {"durationSeconds": True},
        {"durationSeconds": 2**31},
        {"durationSeconds": 10**400},
        {"countsForReview": "no"},
        {"attemptedAt": "2026-03-01"},
        {"attemptedAt": "2026-03-01T10:00:00"},
        {"attemptedAt": "0001-01-01T00:00:00+14:00"},
        {"attemptedAt": "9999-12-31T23:59:59-12:00"},
        {"attemptedAt": 1},
        {"notes": 1},
        {"platform": "CODEFORCES"},
        {"externalId": "1"},
        {"owner": 1},
        {"version": 1},
        {"importBatch": 1},
    ],
)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_refuses_what_is_not_its_input(operation, change, graphql, user, token):
    log = QuestionLogFactory(question__owner=user)
    query, input = {
        "create": (CREATE, {"question": node_id(log.question), "outcome": "SOLVED"}),
        "update": (UPDATE, {"id": node_id(log)}),
    }[operation]

    with nothing_changes():
        answer = graphql(query, token=token, input=input | change)

    assert set(answer.codes) == {"BAD_USER_INPUT"}


def test_update_leaves_what_is_left_out_and_empties_what_is_null(graphql, user):
    log = QuestionLogFactory(
        question__owner=user, duration_seconds=60, rating=3, notes="n", mistakes=["BUG"]
    )

    changed = graphql(UPDATE, as_user=user, input={"id": node_id(log), "rating": None}).only

    assert (changed["rating"], changed["durationSeconds"]) == (None, 60)
    assert (changed["notes"], changed["mistakes"], changed["version"]) == ("n", ["BUG"], 2)


def test_an_attempt_stays_with_its_question(graphql, user, token):
    log = QuestionLogFactory(question__owner=user)
    other = QuestionFactory(owner=user)

    with nothing_changes():
        answer = graphql(
            UPDATE, token=token, input={"id": node_id(log), "question": node_id(other)}
        )

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "cba"),
        ({"orderBy": {"field": "ATTEMPTED_AT", "direction": "ASC"}}, "abc"),
        ({"orderBy": {"field": "ATTEMPTED_AT"}}, "cba"),
        ({"filter": {"outcome": ["FAILED"]}}, "b"),
        ({"filter": {"outcome": ["FAILED", "SOLVED"]}}, "cba"),
        ({"filter": {"outcome": []}}, ""),
        ({"filter": {"outcome": None}}, "cba"),
        ({"filter": {"attemptedAfter": "2026-02-28T09:30:00Z"}}, "cb"),
        ({"filter": {"attemptedBefore": "2026-02-28T09:30:00Z"}}, "a"),
        ({"filter": {"rating": ["HARD"]}}, "a"),
        ({"filter": {"rating": ["HARD", "AGAIN"]}}, "ba"),
        ({"filter": {"rating": ["GOOD"]}}, ""),
        ({"filter": {"rating": []}}, ""),
        ({"filter": {"mistake": ["BUG"]}}, "cb"),
        ({"filter": {"mistake": ["BUG", "TOO_SLOW"]}}, "cb"),
        ({"filter": {"mistake": ["SYNTAX"]}}, ""),
        ({"filter": {"mistake": []}}, ""),
        ({"filter": {"language": ["PYTHON"]}}, "cb"),
        ({"filter": {"language": [""]}}, "a"),
        ({"filter": {"language": ["python"], "mistake": ["BUG"], "rating": ["AGAIN"]}}, "b"),
        ({"filter": {"rating": None, "mistake": None, "language": None}}, "cba"),
        ({"filter": {"question": "first"}}, "a"),
        ({"filter": {"question": "second", "outcome": ["SOLVED"]}}, "c"),
    ],
)
def test_attempts_are_filtered_and_sorted(arguments, expected, graphql, user):
    first, second = QuestionFactory(owner=user), QuestionFactory(owner=user)
    QuestionLogFactory(question=first, attempted_at=NOW - 3 * DAY, notes="a", rating=Rating.HARD)
    QuestionLogFactory(
        question=second, attempted_at=NOW - 2 * DAY, notes="b", outcome=Outcome.FAILED,
        rating=Rating.AGAIN, mistakes=["TOO_SLOW", "BUG"], language="Python",
    )  # fmt: skip
    QuestionLogFactory(
        question=second, attempted_at=NOW - DAY, notes="c", mistakes=["BUG"], language="python"
    )
    if named := (arguments.get("filter") or {}).get("question"):
        id = node_id({"first": first, "second": second}[named])
        arguments = arguments | {"filter": arguments["filter"] | {"question": id}}

    found = graphql(LIST, as_user=user, **arguments).only

    assert "".join(edge["node"]["notes"] for edge in found["edges"]) == expected
    assert found["totalCount"] == len(expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [("outcome", "SOLVED"), ("rating", "HARD"), ("mistake", "BUG"), ("language", "C")],
)
def test_too_many_values_are_refused(name, value, graphql, user):
    answer = graphql(LIST, as_user=user, filter={name: [value] * 101})

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("caller", "code"),
    [("nobody", "UNAUTHENTICATED"), ("stranger", "not_found"), ("admin", "not_found")],
)
def test_is_refused_to(caller, code, graphql, people):
    log = QuestionLogFactory(question__owner=people["owner"])
    calls = [
        (CREATE, {"input": {"question": node_id(log.question), "outcome": "SOLVED"}}),
        (UPDATE, {"input": {"id": node_id(log), "notes": "x"}}),
        (DELETE, {"id": node_id(log)}),
    ]

    answers = [graphql(query, as_user=people[caller], **variables) for query, variables in calls]

    assert [answer.codes for answer in answers] == [[code]] * 3
    assert QuestionLog.objects.live().values_list("notes", flat=True).get() == ""


@pytest.mark.parametrize(
    ("said", "effective"),
    [
        ({"outcome": "SOLVED"}, "GOOD"),
        ({"outcome": "SOLVED", "help": "HINT"}, "HARD"),
        ({"outcome": "SOLVED", "help": "EDITORIAL"}, "AGAIN"),
        ({"outcome": "FAILED"}, "AGAIN"),
        ({"outcome": "FAILED", "rating": Rating.EASY}, "EASY"),
    ],
)
def test_the_grade_that_counts_is_told_where_none_was_given(said, effective, graphql, user):
    QuestionLogFactory(question__owner=user, **said)

    (log,) = graphql(
        "{ questionLogs { edges { node { rating effectiveRating } } } }", as_user=user
    ).nodes

    assert log == {"rating": "EASY" if "rating" in said else None, "effectiveRating": effective}


def test_an_attempt_names_the_import_that_it_came_with(graphql, user):
    batch = new_uid()
    QuestionLogFactory(question__owner=user, import_batch=batch, attempted_at=NOW)
    QuestionLogFactory(question__owner=user, attempted_at=NOW - timedelta(days=1))

    found = graphql("{ questionLogs { edges { node { importBatchId } } } }", as_user=user).nodes

    expected = [node_id(type_name="ImportBatch", uid=str(batch)), None]
    assert [log["importBatchId"] for log in found] == expected
