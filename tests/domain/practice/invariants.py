"""What follows from a person's rows, worked out without any of our SQL."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import connection

from domain.accounts.models import User, UserSettings
from domain.practice.days import local_day
from domain.practice.models import QuestionLog
from domain.practice.statistics import Attempts, Report
from domain.questions.models import Question, QuestionTag
from tests.domain.practice.histories import Person
from tests.domain.practice.replay import expected, stored

ONE_DAY = timedelta(days=1)


def rows_of(owner: User, tables: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """All that somebody has, by table."""
    return {
        name: [row for row in rows if owner.pk in (row.get("owner_id"), row.get("user_id"))]
        for name, rows in tables.items()
    }


def days_of(owner: User) -> Counter[date]:
    """How often the person attempted anything, by day: counted one by one."""
    own = UserSettings.objects.get(user=owner)
    logs = QuestionLog.objects.filter(owner=owner, deleted_at=None, question__deleted_at=None)
    return Counter(
        local_day(moment, own.timezone, own.day_start_hour)
        for moment in logs.values_list("attempted_at", flat=True)
    )


def streaks_of(days: Counter[date], today: date) -> tuple[int, int]:
    """The current and the longest streak, counted back from each day."""

    def ending(day: date) -> int:
        return 1 + ending(day - ONE_DAY) if day in days else 0

    return ending(today) or ending(today - ONE_DAY), max(map(ending, days), default=0)


def assert_follows(person: Person) -> None:
    """Everything that is derived from a person's rows is what it should be."""
    owner = person.owner
    for question in Question.objects.owned_by(owner):
        assert stored(question) == expected(question)
    assert_counts(owner)
    assert_statistics(person)
    connection.check_constraints()


def assert_counts(owner: User) -> None:
    """Each tag counts its live questions."""
    links = QuestionTag.objects.owned_by(owner).filter(question__deleted_at=None)
    assert QuestionTag.objects.owned_by(owner).question_counts() == Counter(
        links.values_list("tag", flat=True)
    )


def assert_statistics(person: Person) -> None:
    """Number of attempts, heatmap and streaks are those of the live attempts."""
    owner = person.owner
    own = UserSettings.objects.get(user=owner)
    today = local_day(person.at, own.timezone, own.day_start_hour)
    days = days_of(owner)
    tried = Attempts.of(owner, own, since=min(days, default=today), until=today + ONE_DAY)
    report = Report(tried, Question.objects.owned_by(owner), person.at)
    assert report.attempts == QuestionLog.objects.live().owned_by(owner).count()
    assert {day.date: day.attempts for day in report.heatmap} == days
    assert (report.current_streak, report.longest_streak) == streaks_of(days, today)
