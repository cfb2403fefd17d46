"""People say how they practise; what the scheduler depends on reschedules their questions."""

from datetime import timedelta

import fsrs
import pytest
from django.core.exceptions import ValidationError

from domain.accounts.models import UserSettings
from domain.audit.models import AuditEvent
from domain.practice import rescheduling
from domain.practice.services.settings import update_settings
from domain.practice.settling import settle
from tests.domain.practice.replay import expected, stored
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionLogFactory

DAY = timedelta(days=1)
PARAMETERS = list(fsrs.scheduler.DEFAULT_PARAMETERS)
NAN, INFINITY = float("nan"), float("inf")


@pytest.fixture
def question(user, now):
    question = QuestionFactory(owner=user)
    for days in (40, 20, 3):
        QuestionLogFactory(question=question, attempted_at=now - days * DAY)
    return question


def test_changes_what_is_given_and_leaves_the_rest(user, now):
    settings = update_settings(user=user, at=now, timezone="Asia/Tokyo", new_per_day=0)

    settings.refresh_from_db()
    assert (settings.timezone, settings.new_per_day) == ("Asia/Tokyo", 0)
    assert (settings.reviews_per_day, settings.day_start_hour) == (20, 4)


def test_shows_on_the_person_that_was_given(user, now):
    assert user.settings.week_start == "MONDAY"

    update_settings(user=user, at=now, week_start="SUNDAY")

    assert user.settings.week_start == "SUNDAY"


def test_overwrites_nothing_that_was_changed_meanwhile(user, now):
    assert user.settings.new_per_day == 5
    UserSettings.objects.update(new_per_day=7)

    settings = update_settings(user=user, at=now, reviews_per_day=1)

    assert (settings.new_per_day, settings.reviews_per_day) == (7, 1)


def test_is_recorded_when_something_changed(user, now):
    update_settings(user=user, at=now, timezone="Asia/Tokyo", week_start="MONDAY")
    update_settings(user=user, at=now, timezone="Asia/Tokyo")

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner, event.fields) == ("settings.updated", user, ["timezone"])


@pytest.mark.parametrize(
    "changes",
    [
        {"desired_retention": 0.97},
        {"desired_retention": 0.7},
        {"maximum_interval_days": 1},
        {"fsrs_parameters": [*PARAMETERS[:2], 50.0, *PARAMETERS[3:]]},
    ],
)
def test_reschedules_every_attempted_question(changes, question, user, now):
    other, fresh = QuestionLogFactory(question__owner=user).question, QuestionFactory(owner=user)
    before = stored(question)["due_at"]

    update_settings(user=user, at=now, **changes)

    assert stored(question)["due_at"] != before
    assert stored(question) == expected(question)
    assert stored(other) == expected(other)
    assert stored(fresh)["due_at"] is None


def test_back_to_the_default_parameters_reschedules(question, user, now):
    before = stored(question)
    update_settings(user=user, at=now, fsrs_parameters=[*PARAMETERS[:2], 50.0, *PARAMETERS[3:]])

    update_settings(user=user, at=now, fsrs_parameters=None)

    assert stored(question) == before


def test_reschedules_questions_in_the_trash_too(question, user, now):
    question.deleted_at = now
    question.save()

    update_settings(user=user, at=now, maximum_interval_days=1)

    assert stored(question) == expected(question)


def test_reschedules_what_another_device_creates_and_attempts_meanwhile(
    question, user, now, monkeypatch
):
    old, created = UserSettings.objects.get(user=user), []

    def settle_too_early(ids, **how):
        settled = settle(ids, **how)
        if not created:
            created.append(QuestionLogFactory(question__owner=user, attempted_at=now).question)
            settle([created[0].pk], settings=old)
        return settled

    monkeypatch.setattr(rescheduling, "settle", settle_too_early)

    update_settings(user=user, at=now, maximum_interval_days=1)

    assert stored(created[0])["due_at"] == now + DAY
    assert stored(created[0]) == expected(created[0])


def test_leaves_the_questions_of_others(user, stranger, now):
    theirs = QuestionLogFactory(question__owner=stranger).question
    before = stored(theirs)

    update_settings(user=user, at=now, maximum_interval_days=1)

    assert stored(theirs) == before


def test_reschedules_many_in_few_statements(user, now, django_assert_max_num_queries):
    for _ in range(20):
        QuestionLogFactory(question__owner=user)

    with django_assert_max_num_queries(17):
        update_settings(user=user, at=now, maximum_interval_days=1)


def test_does_not_touch_questions_for_anything_else(question, user, now, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint, settings read and written, audit, release
        update_settings(user=user, at=now, timezone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "America/Argentina/Buenos_Aires"),
        ("day_start_hour", 0),
        ("day_start_hour", 23),
        ("desired_retention", 0.7),
        ("desired_retention", 0.97),
        ("maximum_interval_days", 36_500),
        ("new_per_day", 100),
        ("reviews_per_day", 0),
        ("reviews_per_day", 200),
        ("fsrs_parameters", PARAMETERS),
        ("fsrs_parameters", [round(value) if value > 1 else value for value in PARAMETERS]),
        ("daily_goal_minutes", 1),
        ("daily_goal_minutes", 1440),
    ],
)
def test_accepts(field, value, user, now):
    update_settings(user=user, at=now, **{field: value})

    assert UserSettings.objects.values_list(field, flat=True).get() == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("timezone", "Mars/Olympus", "unknown_timezone"),
        ("timezone", "\x00", "unknown_timezone"),
        ("timezone", "", "blank"),
        ("timezone", None, "null"),
        ("day_start_hour", -1, "min_value"),
        ("day_start_hour", 24, "max_value"),
        ("week_start", "FRIDAY", "invalid_choice"),
        ("desired_retention", 0.699, "min_value"),
        ("desired_retention", 0.971, "max_value"),
        ("desired_retention", NAN, "invalid"),
        ("desired_retention", INFINITY, "max_value"),
        ("desired_retention", None, "null"),
        ("maximum_interval_days", 0, "min_value"),
        ("maximum_interval_days", 36_501, "max_value"),
        ("maximum_interval_days", 2**63, "max_value"),
        ("new_per_day", -1, "min_value"),
        ("new_per_day", 101, "max_value"),
        ("reviews_per_day", 201, "max_value"),
        ("reviews_per_day", 2**40, "max_value"),
        ("same_day_repeat", None, "null"),
        ("daily_goal_minutes", 0, "min_value"),
        ("daily_goal_minutes", 1441, "max_value"),
        ("fsrs_parameters", PARAMETERS[:20], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS, 0.5], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], NAN], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], INFINITY], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], -INFINITY], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], True], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], "0.1"], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], None], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], []], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], 10**400], "bad_fsrs_parameters"),
        ("fsrs_parameters", [*PARAMETERS[:20], 0.9], "bad_fsrs_parameters"),
        ("fsrs_parameters", [0.0] * 21, "bad_fsrs_parameters"),
        ("fsrs_parameters", "x" * 21, "bad_fsrs_parameters"),
        ("fsrs_parameters", 21, "bad_fsrs_parameters"),
        ("fsrs_parameters", [], "invalid"),
        ("fsrs_parameters", {}, "invalid"),
    ],
)
def test_refuses(field, value, code, user, now):
    before = UserSettings.objects.values().get()

    with pytest.raises(ValidationError) as caught:
        update_settings(user=user, at=now, **{field: value})

    refusals = codes_of(caught.value)
    assert list(refusals) == [field]
    assert set(refusals[field]) == {code}
    assert UserSettings.objects.values().get() == before
    assert not AuditEvent.objects.exists()


def test_changes_all_or_nothing(user, question, now):
    before = stored(question)

    with refused(new_per_day="max_value"):
        update_settings(user=user, at=now, maximum_interval_days=1, new_per_day=101)

    assert stored(question) == before
    assert UserSettings.objects.get().maximum_interval_days == 365
