"""``viewer``, ``updateViewer`` and ``updateSettings``."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts.models import UserSettings
from domain.jobs.models import Job
from domain.jobs.running import run_job
from domain.practice.services import settings
from tests.client import access_token, node_id
from tests.factories import JobFactory, QuestionLogFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

SETTINGS = """
  timezone dayStartHour weekStart desiredRetention maximumIntervalDays newPerDay reviewsPerDay
  sameDayRepeat fsrsParameters dailyGoalMinutes
"""
VIEWER = f"""{{
  viewer {{ id email displayName role dateJoined emailVerifiedAt settings {{ {SETTINGS} }} }}
}}"""
UPDATE_VIEWER = """
  mutation ($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      ... on User { displayName }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
UPDATE_SETTINGS = f"""
  mutation ($input: UpdateSettingsInput!) {{
    updateSettings(input: $input) {{
      ... on UserSettings {{ {SETTINGS} }}
      ... on OperationInfo {{ messages {{ kind field code message }} }}
    }}
  }}
"""
DEFAULTS = {
    "timezone": "UTC",
    "dayStartHour": 4,
    "weekStart": "MONDAY",
    "desiredRetention": 0.9,
    "maximumIntervalDays": 365,
    "newPerDay": 5,
    "reviewsPerDay": 20,
    "sameDayRepeat": False,
    "fsrsParameters": None,
    "dailyGoalMinutes": None,
}


def test_viewer_is_the_caller(graphql, user):
    assert graphql(VIEWER, as_user=user).only == {
        "id": node_id(user),
        "email": "user@example.com",
        "displayName": "",
        "role": "MEMBER",
        "dateJoined": "2026-03-02T09:30:00Z",
        "emailVerifiedAt": None,
        "settings": DEFAULTS,
    }


def test_nobody_has_no_viewer(graphql, user):
    answer = graphql(VIEWER)

    assert answer.body["data"] is None
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.body["errors"][0]["message"].startswith("No valid access token")


def test_display_name_is_tidied(graphql, user):
    changed = graphql(UPDATE_VIEWER, as_user=user, input={"displayName": "  Ada\u0308 "}).only

    assert changed == {"displayName": "Ad\u00e4"}


@pytest.mark.parametrize("name", ["x" * 81, "y" * 1_000_000])
def test_too_long_a_name_is_refused(name, graphql, token):
    with nothing_changes():
        answer = graphql(UPDATE_VIEWER, token=token, input={"displayName": name})

    assert (answer.codes, answer.fields) == (["max_length"], ["displayName"])


def test_only_what_is_given_changes(graphql, user):
    changes = {"timezone": "Asia/Tokyo", "dailyGoalMinutes": 30, "sameDayRepeat": True}

    changed = graphql(UPDATE_SETTINGS, as_user=user, input=changes).only
    back = graphql(UPDATE_SETTINGS, as_user=user, input={"dailyGoalMinutes": None}).only

    assert changed == DEFAULTS | changes
    assert back == DEFAULTS | changes | {"dailyGoalMinutes": None}


def test_nothing_given_changes_nothing(graphql, token):
    with nothing_changes():
        answer = graphql(UPDATE_SETTINGS, token=token, input={})

    assert answer.only == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("timezone", "Mars/Olympus", "unknown_timezone"),
        ("timezone", "", "blank"),
        ("timezone", "../../etc/passwd", "unknown_timezone"),
        ("dayStartHour", 24, "max_value"),
        ("dayStartHour", -1, "min_value"),
        ("desiredRetention", 0.69, "min_value"),
        ("desiredRetention", 0.98, "max_value"),
        ("desiredRetention", 1e308, "max_value"),
        ("maximumIntervalDays", 0, "min_value"),
        ("maximumIntervalDays", 36501, "max_value"),
        ("newPerDay", 101, "max_value"),
        ("reviewsPerDay", 201, "max_value"),
        ("fsrsParameters", [], "invalid"),
        ("fsrsParameters", [1.0] * 20, "bad_fsrs_parameters"),
        ("fsrsParameters", [1e9] * 21, "bad_fsrs_parameters"),
        ("fsrsParameters", [-1.0] * 21, "bad_fsrs_parameters"),
        ("dailyGoalMinutes", 0, "min_value"),
        ("dailyGoalMinutes", 1441, "max_value"),
    ],
)
def test_values_out_of_range_are_refused(field, value, code, graphql, token):
    with nothing_changes():
        answer = graphql(UPDATE_SETTINGS, token=token, input={"weekStart": "SUNDAY", field: value})

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize("field", sorted(set(DEFAULTS) - {"fsrsParameters", "dailyGoalMinutes"}))
def test_null_is_refused_where_a_value_is_needed(field, graphql, token):
    refusal = "... on OperationInfo { messages { field code } }"
    literal = f"mutation {{ updateSettings(input: {{{field}: null}}) {{ {refusal} }} }}"

    with nothing_changes():
        answers = [
            graphql(UPDATE_SETTINGS, token=token, input={field: None}),
            graphql(literal, token=token),
        ]

    assert [(answer.codes, answer.fields) for answer in answers] == [(["null"], [field])] * 2


def test_higher_retention_brings_reviews_forward(graphql, user):
    log = QuestionLogFactory(question__owner=user)
    before = log.question.due_at

    graphql(UPDATE_SETTINGS, as_user=user, input={"desiredRetention": 0.97})

    log.question.refresh_from_db()
    assert log.question.due_at < before


def test_of_many_questions_the_answer_names_the_job(graphql, user, monkeypatch):
    monkeypatch.setattr(settings, "MOST_AT_ONCE", 0)
    question = QuestionLogFactory(question__owner=user).question
    before = question.due_at
    operation = """mutation {
      updateSettings(input: {maximumIntervalDays: 1}) {
        ... on UserSettings { maximumIntervalDays rescheduling { id kind status } }
      }
    }"""
    token = access_token(user)

    first = graphql(operation, token=token).only
    again = graphql(operation.replace("1", "2"), token=token).only

    job = Job.objects.get()
    named = {"id": node_id(job), "kind": "RESCHEDULE", "status": "PENDING"}
    assert first == {"maximumIntervalDays": 1, "rescheduling": named}
    assert again == {"maximumIntervalDays": 2, "rescheduling": named}
    question.refresh_from_db()
    assert question.due_at == before
    run_job(job.pk)
    question.refresh_from_db()
    assert question.due_at == question.last_attempted_at + timedelta(days=2)
    shown = graphql("{ viewer { settings { rescheduling { id } } } }", token=token)
    assert shown.only == {"settings": {"rescheduling": None}}


def test_a_job_that_failed_is_named_until_the_same_values_have_it_done(graphql, user):
    failed = JobFactory(owner=user, kind="RESCHEDULE", status="FAILED", error_code="internal")
    QuestionLogFactory(question__owner=user)
    token = access_token(user)
    query = "{ viewer { settings { rescheduling { id status error { code } } } } }"

    shown = graphql(query, token=token).only["settings"]["rescheduling"]
    graphql(UPDATE_SETTINGS, token=token, input={"maximumIntervalDays": 365})

    assert shown == {"id": node_id(failed), "status": "FAILED", "error": {"code": "internal"}}
    assert graphql(query, token=token).only == {"settings": {"rescheduling": None}}


def test_nobody_sees_what_others_reschedule(graphql, user, stranger):
    JobFactory(owner=stranger, kind="RESCHEDULE", status="PENDING", created_at=datetime.now(UTC))

    shown = graphql("{ viewer { settings { rescheduling { id } } } }", as_user=user)

    assert shown.only == {"settings": {"rescheduling": None}}


def test_settings_of_others_stay(graphql, user, stranger):
    graphql(UPDATE_SETTINGS, as_user=user, input={"newPerDay": 50})

    assert UserSettings.objects.get(user=stranger).new_per_day == 5


def test_changed_settings_say_whose_they_are(graphql, user):
    operation = """mutation {
      updateSettings(input: {newPerDay: 7}) {
        ... on UserSettings { newPerDay user { id settings { newPerDay } } }
      }
    }"""

    changed = graphql(operation, as_user=user).only

    settings = {"newPerDay": 7}
    assert changed == settings | {"user": {"id": node_id(user), "settings": settings}}
