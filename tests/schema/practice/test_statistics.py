"""``viewer.statistics``: how practice is going."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag
from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    PASSWORD,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)

DAY = timedelta(days=1)
TOTALS = "attempts solved solvedRate questionsAttempted secondsSpent"
STREAKS = "currentStreak longestStreak"
HEATMAP = "heatmap { day attempts solved seconds }"
GOAL = "activeDays dailyGoalMinutes goalDays"
DIFFICULTY = "byDifficulty { difficulty attempts solved solvedRate questions seconds }"
MISTAKES = "mistakes { mistake count }"
RATINGS = "ratings { rating count }"
RETENTION = "desiredRetention trueRetention { sampleSize recalled rate }"
AGES = "retentionByAge { fromDays toDays sampleSize recalled rate }"
TAGS = "byTag { tag { name questionCount } attempts solved solvedRate }"
RECALL = "byTag { tag { name } meanRecall recallSampleSize }"
MINUTES = "byTag { tag { name } medianMinutes timedAttempts }"
EVERYTHING = " ".join(
    [TOTALS, STREAKS, HEATMAP, GOAL, DIFFICULTY, MISTAKES, RATINGS, RETENTION, AGES]
    + [TAGS, RECALL, MINUTES]
)
BACKWARDS = "since (2026-03-02) is after the last day (2026-03-01); choose an earlier one."
AHEAD = "since (2026-03-03) is after the last day (2026-03-02); choose an earlier one."
TOO_FAR = "Ask for days from 1990-01-01 to 2999-12-31."
# Statements beside the two that find the caller and their settings.
STATEMENTS = {
    "since until desiredRetention dailyGoalMinutes": 0,
    TOTALS: 1,
    STREAKS: 2,
    HEATMAP: 1,
    GOAL: 1,
    DIFFICULTY: 1,
    MISTAKES: 1,
    RATINGS: 1,
    RETENTION: 1,
    AGES: 1,
    TAGS: 3,
    RECALL: 3,
    MINUTES: 3,
    "byTag { a: tag { name } b: tag { questionCount colour } }": 3,
    EVERYTHING: 13,
}


@pytest.fixture(autouse=True)
def clock():
    """Now is when the factories say."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def statistics(graphql, user):
    """What a person's statistics answer to a selection."""

    def ask(selection, *, as_user=user, range=None, filter=None, log_filter=None):
        operation = f"""
          query ($range: StatisticsRange, $filter: QuestionFilter, $logs: QuestionLogFilter) {{
            viewer {{
              statistics(range: $range, filter: $filter, logFilter: $logs) {{ {selection} }}
            }}
          }}
        """
        return graphql(operation, as_user=as_user, range=range, filter=filter, logs=log_filter)

    return lambda *args, **options: _Statistics(ask(*args, **options))


class _Statistics:
    def __init__(self, answer):
        self.answer = answer

    @property
    def value(self):
        return self.answer.only["statistics"]

    @property
    def refusal(self):
        (error,) = self.answer.body["errors"]
        return self.answer.codes[0], error["message"]


def log(question, days=0, **values):
    return QuestionLogFactory(question=question, attempted_at=NOW - days * DAY, **values)


def test_tell_what_the_attempts_come_to(statistics, user):
    user.settings.daily_goal_minutes = 10
    user.settings.save()
    tag = TagFactory(owner=user, name="graphs")
    question = QuestionFactory(owner=user, difficulty=2)
    QuestionTagFactory(question=question, tag=tag)
    log(question, 3, duration_seconds=300, mistakes=["BUG"])
    log(question, 1, duration_seconds=660, help="HINT")
    log(question, 0, duration_seconds=60, outcome="FAILED", mistakes=["BUG", "MISREAD"])
    log(QuestionFactory(owner=user), 0, rating=4)

    found = statistics(f"since until {EVERYTHING}").value

    (scored,) = found.pop("byTag")
    assert scored.pop("meanRecall") == pytest.approx(1)
    assert scored == {
        "tag": {"name": "graphs", "questionCount": 1},
        "attempts": 3,
        "solved": 2,
        "solvedRate": pytest.approx(2 / 3),
        "recallSampleSize": 1,
        "medianMinutes": 5,
        "timedAttempts": 3,
    }
    ages = {age["fromDays"]: age["recalled"] for age in found.pop("retentionByAge")}
    assert ages == {1: 0, 2: 1, 4: 0, 8: 0, 16: 0, 31: 0, 61: 0}
    assert found == {
        "since": "2025-03-03",
        "until": "2026-03-02",
        "attempts": 4,
        "solved": 3,
        "solvedRate": 0.75,
        "questionsAttempted": 2,
        "secondsSpent": 1020,
        "currentStreak": 2,
        "longestStreak": 2,
        "heatmap": [
            {"day": "2026-02-27", "attempts": 1, "solved": 1, "seconds": 300},
            {"day": "2026-03-01", "attempts": 1, "solved": 1, "seconds": 660},
            {"day": "2026-03-02", "attempts": 2, "solved": 1, "seconds": 60},
        ],
        "activeDays": 3,
        "dailyGoalMinutes": 10,
        "goalDays": 1,
        "byDifficulty": [
            {
                "difficulty": "MEDIUM",
                "attempts": 3,
                "solved": 2,
                "solvedRate": pytest.approx(2 / 3),
                "questions": 1,
                "seconds": 1020,
            },
            {
                "difficulty": None,
                "attempts": 1,
                "solved": 1,
                "solvedRate": None,
                "questions": 1,
                "seconds": 0,
            },
        ],
        "mistakes": [{"mistake": "BUG", "count": 2}, {"mistake": "MISREAD", "count": 1}],
        "ratings": [
            {"rating": "AGAIN", "count": 1},
            {"rating": "HARD", "count": 1},
            {"rating": "GOOD", "count": 1},
            {"rating": "EASY", "count": 1},
        ],
        "desiredRetention": 0.9,
        "trueRetention": {"sampleSize": 2, "recalled": 1, "rate": 0.5},
    }


def test_of_somebody_new_are_empty(statistics):
    found = statistics(EVERYTHING).value

    assert found["attempts"] == found["secondsSpent"] == found["longestStreak"] == 0
    assert found["solvedRate"] is found["goalDays"] is found["trueRetention"]["rate"] is None
    assert found["heatmap"] == found["byTag"] == found["byDifficulty"] == found["mistakes"] == []


@pytest.mark.parametrize(
    ("range", "since", "until", "attempts"),
    [
        (None, "2025-03-03", "2026-03-02", 3),
        ({}, "2025-03-03", "2026-03-02", 3),
        ({"until": "2026-02-28"}, "2025-03-01", "2026-02-28", 2),
        ({"since": "2026-03-01"}, "2026-03-01", "2026-03-02", 2),
        ({"since": "2026-03-01", "until": "2026-03-01"}, "2026-03-01", "2026-03-01", 1),
        ({"since": "2025-02-01", "until": "2025-03-05"}, "2025-02-01", "2025-03-05", 2),
        ({"since": "2016-01-15", "until": "2026-03-02"}, "2016-01-15", "2026-03-02", 4),
        ({"since": "2026-04-01", "until": "2026-05-01"}, "2026-04-01", "2026-05-01", 0),
        ({"until": "1990-01-05"}, "1990-01-01", "1990-01-05", 0),
        ({"since": "2999-12-31", "until": "2999-12-31"}, "2999-12-31", "2999-12-31", 0),
    ],
)
def test_are_of_the_days_asked_for(range, since, until, attempts, statistics, user):
    user.settings.timezone = "Pacific/Kiritimati"
    user.settings.day_start_hour = 23
    user.settings.save()
    question = QuestionFactory(owner=user)
    for days in (0, 1, 364, 365):
        log(question, days)

    found = statistics("since until attempts heatmap { attempts }", range=range).value

    assert (found["since"], found["until"], found["attempts"]) == (since, until, attempts)
    assert sum(day["attempts"] for day in found["heatmap"]) == attempts


@pytest.mark.parametrize(
    ("range", "message"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, BACKWARDS),
        ({"since": "2026-03-03"}, AHEAD),
        ({"since": "2016-01-14"}, "These are more than 3700 days; ask for shorter ranges in turn."),
        ({"since": "1989-12-31"}, TOO_FAR),
        ({"until": "0001-01-01"}, TOO_FAR),
        ({"until": "9999-12-31"}, TOO_FAR),
        ({"since": "9999-12-31", "until": "9999-12-31"}, TOO_FAR),
    ],
)
def test_of_no_such_days_are_refused(range, message, statistics):
    assert statistics("attempts", range=range).refusal == ("BAD_USER_INPUT", message)


def test_of_what_is_no_day_are_refused(statistics):
    assert statistics("attempts", range={"since": "yesterday"}).answer.codes == ["BAD_USER_INPUT"]


def test_take_the_filter_of_questions(statistics, user):
    tag = TagFactory(owner=user, name="graphs")
    easy = QuestionFactory(owner=user, difficulty=1)
    hard = QuestionFactory(owner=user, difficulty=3)
    for question in (easy, hard):
        QuestionTagFactory(question=question, tag=tag)
    for days in (0, 1, 2):
        log(easy, days, duration_seconds=60, mistakes=["BUG"])
        log(hard, days + 1, duration_seconds=600)

    found = statistics(EVERYTHING, filter={"difficulty": ["EASY"], "tagsAny": [node_id(tag)]}).value

    assert (found["attempts"], found["questionsAttempted"]) == (3, 1)
    assert [group["difficulty"] for group in found["byDifficulty"]] == ["EASY"]
    assert [day["day"] for day in found["heatmap"]] == ["2026-02-28", "2026-03-01", "2026-03-02"]
    assert found["currentStreak"] == 3
    assert [(row["attempts"], row["medianMinutes"]) for row in found["byTag"]] == [(3, 1)]
    assert found["byTag"][0]["recallSampleSize"] == 1
    assert found["trueRetention"]["sampleSize"] == 2
    assert sum(rating["count"] for rating in found["ratings"]) == 3
    assert found["mistakes"] == [{"mistake": "BUG", "count": 3}]


def test_take_the_filter_of_attempts(statistics, user):
    question = QuestionFactory(owner=user)
    for days in (0, 1, 5):
        log(question, days)
    log(question, 2, outcome="FAILED")
    log(QuestionFactory(owner=user), 0)

    filter = {"outcome": ["SOLVED"], "question": node_id(question)}
    found = statistics(f"{TOTALS} {STREAKS} {RETENTION}", log_filter=filter).value

    assert (found["attempts"], found["solvedRate"], found["questionsAttempted"]) == (3, 1.0, 1)
    assert (found["currentStreak"], found["longestStreak"]) == (2, 2)
    # Those of today and yesterday; each follows an attempt, whatever came of that one.
    assert found["trueRetention"]["sampleSize"] == 2


def test_streaks_look_beyond_the_range(statistics, user):
    question = QuestionFactory(owner=user)
    for days in (0, 1, 2, *range(500, 507)):
        log(question, days)

    found = statistics(f"attempts {STREAKS}", range={"since": "2026-03-02"}).value

    assert found == {"attempts": 1, "currentStreak": 3, "longestStreak": 7}


def test_leave_out_strangers_and_the_trash(statistics, user, stranger, now):
    gone = {"deleted_at": now, "deleted_by": user}
    tag = TagFactory(owner=stranger)
    for days in range(4):
        theirs = QuestionTagFactory(question=QuestionFactory(owner=stranger), tag=tag).question
        log(theirs, days, mistakes=["BUG"])
    nothing = statistics(EVERYTHING).value
    own = QuestionTagFactory(question__owner=user).question
    log(own, 0, mistakes=["BUG"], duration_seconds=9, **gone)
    log(QuestionTagFactory(question__owner=user).question, 0, mistakes=["BUG"])
    Question.objects.exclude(pk=own.pk).filter(owner=user).update(**gone)

    assert statistics(EVERYTHING).value == nothing
    assert statistics(EVERYTHING, as_user=stranger).value["attempts"] == 4


def test_show_all_attempts_once_to_a_person_who_moves(statistics, user):
    question = QuestionFactory(owner=user)
    for hours in range(0, 24 * 30, 5):
        log(question, hours / 24)
    total = QuestionLog.objects.count()

    for timezone in ("Pacific/Auckland", "America/New_York", "Asia/Kathmandu"):
        user.settings.timezone = timezone
        user.settings.save()
        found = statistics("attempts heatmap { day attempts }").value

        assert found["attempts"] == total
        assert sum(day["attempts"] for day in found["heatmap"]) == total


def test_are_there_right_after_signing_in(graphql, user):
    log(QuestionTagFactory(question__owner=user).question)
    operation = f"""
      mutation {{
        signIn(input: {{email: "user@example.com", password: "{PASSWORD}"}}) {{
          ... on Session {{ viewer {{ statistics {{ attempts byTag {{ tag {{ id }} }} }} }} }}
        }}
      }}
    """

    found = graphql(operation).only["viewer"]["statistics"]

    assert found["attempts"] == 1
    assert len(found["byTag"]) == 1


@pytest.mark.parametrize("rows", [3, 60])
def test_cost_the_same_however_many_rows_there_are(rows, graphql, user):
    tags = TagFactory.create_batch(rows, owner=user)
    questions = [QuestionFactory(owner=user, difficulty=n % 3 + 1) for n in range(rows)]
    QuestionTag.objects.bulk_create(
        QuestionTag(owner=user, question=question, tag=tag)
        for question, tag in zip(questions, tags, strict=True)
    )
    for question in questions:
        for days in (0, 3, 9):
            log(question, days, duration_seconds=60, mistakes=["BUG"])
    token = access_token(user)

    counted = {}
    for selection in STATEMENTS:
        with CaptureQueriesContext(connection) as captured:
            answer = graphql(f"{{ viewer {{ statistics {{ {selection} }} }} }}", token=token)
        assert answer.codes == []
        counted[selection] = len(captured) - 2

    assert counted == STATEMENTS
