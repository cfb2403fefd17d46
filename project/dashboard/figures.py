"""What the page shows. To add a figure: which rows, in their concept's querysets; then a line here.

All are numbers alone, never who. Rows in the trash count: what happened, happened.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.timesince import timesince

from domain.accounts.models import User
from domain.accounts.services import lockout
from domain.audit.models import LOCKED, AuditEvent
from domain.base import replica
from domain.base.estimating import rows_in
from domain.jobs.models import Job
from domain.practice.models import QuestionLog
from project.dashboard.counting import Daily, Number
from project.dashboard.layout import Chart, Link, Section, Tile, all_days, part, rows_of, today
from project.dashboard.periods import ONE_DAY, Period, start_of
from project.health import pending_migrations

AN_HOUR = 3600


def active_people(days: int) -> Callable[[datetime], int]:
    """Who stored an attempt today or on one of the days before it."""

    def count(at: datetime) -> int:
        rows = QuestionLog.objects.stored_between(after=start_of(Period(at, days).first), before=at)
        return rows.values("owner").distinct().count()

    return count


def failures(*, after: datetime, before: datetime) -> QuerySet[Job]:
    """Jobs that failed in a stretch of time."""
    return Job.objects.failed().ended_between(after=after, before=before)


def longest_wait(jobs: Any, period: Period) -> str:
    """Such as 3 minutes."""
    since = jobs["waiting_since"]
    return timesince(since, period.at) if since else "none waits"


def state_of_replica(at: datetime) -> str:
    """What is done with the copy of the database."""
    if not replica.is_configured():
        return "none"
    return "read" if replica.copy.is_usable() else "left out"


def since_midnight(days: int = 1) -> Link:
    """The beginning of today, or of the first of some days that end today."""
    return lambda period: start_of(Period(period.at, days).first).isoformat()


def since_first(period: Period) -> str:
    """The beginning of the period."""
    return start_of(period.first).isoformat()


def a_day_ago(period: Period) -> str:
    """This time yesterday."""
    return (period.at - ONE_DAY).isoformat()


def a_lock_ago(period: Period) -> str:
    """When the locks of now can have begun."""
    return (period.at - timedelta(minutes=settings.LOGIN_LOCKOUT_MINUTES)).isoformat()


NUMBER = Count("pk")
IMPORTED = Q(import_batch__isnull=False)
OUTCOMES = {"SOLVED": "solved", "PARTIAL": "partly solved", "FAILED": "failed"}
ENDINGS = {"SUCCEEDED": "succeeded", "CANCELLED": "cancelled", "FAILED": "failed"}

SIGN_UPS = Daily("sign-ups", User.objects.joined_between, "date_joined", {"people": NUMBER})
ATTEMPTS = Daily(
    "attempts",
    QuestionLog.objects.stored_between,
    "created_at",
    {
        "people": Count("owner", distinct=True),
        "logged": Count("pk", filter=~IMPORTED),
        "imported": Count("pk", filter=IMPORTED),
        **{outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in OUTCOMES},
    },
    is_slow=True,
)
JOBS = Daily("jobs", Job.objects.ended_between, "finished_at", by="status")
FAILURES = Daily("failures", failures, "finished_at", by="error_code")
LOCKOUTS = Daily("lockouts", AuditEvent.objects.lockouts, "at", {"locks": NUMBER})

PEOPLE = Number("people", lambda at: rows_in(User))
ACTIVE_7 = Number("active-7", active_people(7), seconds=AN_HOUR, is_slow=True)
ACTIVE_30 = Number("active-30", active_people(30), seconds=AN_HOUR, is_slow=True)
STANDING = Number("standing", lambda at: Job.objects.standing())
FAILED = Number("failed", lambda at: failures(after=at - ONE_DAY, before=at).count())
LOCKED_NOW = Number("locked", lambda at: lockout.count_locked(at=at))
MIGRATIONS = Number("migrations", lambda at: len(pending_migrations()), seconds=0)
COPY = Number("replica", state_of_replica, seconds=0)

LOGS_TODAY = rows_of(QuestionLog, created_at__gte=since_midnight())
LOGS_OF_7 = rows_of(QuestionLog, created_at__gte=since_midnight(7))
LOGS_OF_30 = rows_of(QuestionLog, created_at__gte=since_midnight(30))
JOINED_TODAY = rows_of(User, date_joined__gte=since_midnight())
JOINED = rows_of(User, date_joined__gte=since_first)
WAITING = rows_of(Job, status__exact="PENDING")
RUNNING = rows_of(Job, status__exact="RUNNING")
FAILED_LATELY = rows_of(Job, status__exact="FAILED", finished_at__gte=a_day_ago)
LOCKED_LATELY = rows_of(AuditEvent, q=LOCKED, at__gte=a_lock_ago)

SECTIONS = (
    Section(
        "People",
        "accounts.view_user",
        (
            Tile("People", PEOPLE, rows_of(User)),
            Tile("Sign-ups today", SIGN_UPS, JOINED_TODAY, today("people")),
            Tile("Sign-ups in {days} days", SIGN_UPS, JOINED, all_days("people")),
        ),
        (Chart("Sign-ups", SIGN_UPS, "Accounts created.", {"people": "people"}),),
    ),
    Section(
        "Practice",
        "practice.view_questionlog",
        (
            Tile("Active people today", ATTEMPTS, LOGS_TODAY, today("people")),
            Tile("Active people in 7 days", ACTIVE_7, LOGS_OF_7, note="up to an hour old"),
            Tile("Active people in 30 days", ACTIVE_30, LOGS_OF_30, note="up to an hour old"),
            Tile("Attempts today", ATTEMPTS, LOGS_TODAY, today("logged", "imported")),
        ),
        (
            Chart(
                "Active people",
                ATTEMPTS,
                "People of whom an attempt was stored that day.",
                {"people": "people"},
                adds_up=False,
            ),
            Chart(
                "Attempts",
                ATTEMPTS,
                "By the day they were stored.",
                {"logged": "logged here", "imported": "imported"},
            ),
            Chart("Outcomes", ATTEMPTS, "How the attempts of a day ended.", OUTCOMES),
        ),
    ),
    Section(
        "Jobs",
        "jobs.view_job",
        (
            Tile("Waiting", STANDING, WAITING, part("waiting")),
            Tile("Longest wait", STANDING, WAITING, longest_wait, "minutes: no worker, or too few"),
            Tile("Running", STANDING, RUNNING, part("running")),
            Tile("Failed in 24 hours", FAILED, FAILED_LATELY),
        ),
        (
            Chart("Jobs", JOBS, "By the day they ended.", ENDINGS),
            Chart("Failures", FAILURES, "Failed jobs by their error code."),
        ),
    ),
    Section(
        "Sign-in",
        "audit.view_auditevent",
        (Tile("Locked now", LOCKED_NOW, LOCKED_LATELY, note="at most; after wrong passwords"),),
        (
            Chart(
                "Lock-outs",
                LOCKOUTS,
                "After wrong passwords; also of addresses without an account.",
                {"locks": "lock-outs"},
            ),
        ),
    ),
    Section(
        "This server",
        "",
        (
            Tile("Migrations to run", MIGRATIONS, None),
            Tile("Replica", COPY, None),
        ),
    ),
)
