"""Writes accounts in bulk, removes them again, and checks what was written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import batched

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count, F, Max, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from domain.accounts.models import User, UserSettings
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    ReviewBaseline,
    ReviewState,
)
from domain.practice.rebuilding import rebuild
from domain.questions.models import Outcome, Question, QuestionTag, Tag
from domain.sharing.models import ShareLink
from project.fake_data.people import DOMAIN
from project.fake_data.rows import Account

ROWS_A_STATEMENT = 2_000
PEOPLE_A_DELETION = 50
# Those that refer to others before these.
EMPTIED_FIRST = (
    PracticeSessionItem,
    PracticePause,
    PracticeSession,
    GoalTag,
    GoalList,
    Goal,
    StudyListItem,
    StudyList,
    ShareLink,
    ReviewBaseline,
    ReviewState,
    QuestionLog,
    QuestionTag,
    Question,
    Tag,
)


@transaction.atomic
def write(accounts: Iterable[Account]) -> None:
    """Insert some accounts with everything they own.

    ``bulk_create`` calls no ``save`` and sends no signal, so what those would add is added here.
    """
    accounts = list(accounts)
    users = [account.user for account in accounts]
    status = apps.get_model("gqlauth", "UserStatus")
    User.objects.bulk_create(users, ROWS_A_STATEMENT)
    UserSettings.objects.bulk_create([account.settings for account in accounts], ROWS_A_STATEMENT)
    status.objects.bulk_create([status(user=user, verified=True) for user in users])
    for model, rows in _tables(accounts):
        model._default_manager.bulk_create(rows, ROWS_A_STATEMENT)


def _tables(accounts: Sequence[Account]) -> Iterator[tuple[type[Model], list[Model]]]:
    """Each table with its rows, after those that it refers to."""
    plans = [plan for account in accounts for plan in account.plans]
    sittings = [sitting for account in accounts for sitting in account.sittings]
    for owners, model, name in (
        (accounts, Tag, "tags"),
        (accounts, Question, "questions"),
        (accounts, QuestionTag, "links"),
        (accounts, QuestionLog, "logs"),
        (accounts, ReviewState, "reviews"),
        (accounts, ReviewBaseline, "baselines"),
        (plans, StudyList, "lists"),
        (plans, StudyListItem, "items"),
        (plans, Goal, "goals"),
        (plans, GoalList, "goal_lists"),
        (plans, GoalTag, "goal_tags"),
        (plans, ShareLink, "pictures"),
        (sittings, PracticeSession, "sessions"),
        (sittings, PracticePause, "pauses"),
        (sittings, PracticeSessionItem, "items"),
    ):
        yield model, [row for owner in owners for row in getattr(owner, name)]


def fake_people() -> QuerySet[User]:
    """Everybody whose address is in the reserved domain; nobody else can have one."""
    return User.objects.filter(email__endswith=DOMAIN)


def remove(people: Sequence[int]) -> Iterator[int]:
    """Delete accounts for good, with everything they own; yields the number of each step.

    What they own goes first: for every user that is deleted, the database looks through all rows
    that might name them as their editor, and then there are few left.
    """
    batches = list(batched(people, PEOPLE_A_DELETION))
    for model in EMPTIED_FIRST:
        for batch in batches:
            model.objects.filter(owner__in=batch).delete()
        _forget_deleted_rows(model)
    for batch in batches:
        User.objects.filter(pk__in=batch).delete()
        yield len(batch)


def _forget_deleted_rows(model: type[Model]) -> None:
    """Have PostgreSQL shrink a table, which it would read in full for every user otherwise."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")


def miscounted(question_ids: Collection[int]) -> list[int]:
    """Those of some questions whose counters differ from an aggregate over their logs."""
    counted = Q(logs__deleted_at=None)
    questions = Question.objects.filter(pk__in=question_ids).annotate(
        logs_found=Count("logs", filter=counted),
        solved_found=Count("logs", filter=counted & Q(logs__outcome=Outcome.SOLVED)),
        seconds_found=Coalesce(Sum("logs__duration_seconds", filter=counted), 0),
        last_found=Max("logs__attempted_at", filter=counted),
    )
    right = questions.filter(
        Q(last_attempted_at=F("last_found")) | Q(last_attempted_at=None, last_found=None),
        log_count=F("logs_found"),
        solved_count=F("solved_found"),
        total_seconds=F("seconds_found"),
    )
    return sorted(set(question_ids) - set(right.values_list("pk", flat=True)))


def misremembered(person: User) -> list[int]:
    """Those questions of a person whose counters or review state a replay would change."""
    return [pk for batch in rebuild(person, correct=False) for pk in batch.differing]
