"""Goals: set, changed, put in the trash, brought back, deleted for good."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base import trash
from domain.base.errors import DomainError
from domain.base.models import new_uid
from domain.base.text import tidy
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.goals.models import Goal
from domain.goals.services.linking import refuse_other_companies, set_lists, set_tags
from domain.lists.models import StudyList
from domain.practice.days import local_day
from domain.questions.models import Tag

MAX_GOALS = 50
LONGEST_DAYS = 3_653


class TooManyGoals(DomainError):
    """Goals are read together with what is predicted for each, so their number is bounded."""

    code = "too_many_goals"
    message = "You have %(limit)d goals. Delete one that you do not need any more."


class NameOrCompany(DomainError):
    """A goal is called something: by itself, or after the company."""

    code = "name_or_company"
    message = "Give the goal a name or a company."


class InThePast(DomainError):
    """A goal lies ahead."""

    code = "in_the_past"
    message = "This day is over where you are. Choose today or a later day."


class TooFarAhead(DomainError):
    """Nothing can be said of a day that is so far away."""

    code = "too_far_ahead"
    message = "Choose a day within the next ten years."


class GoalFields(TypedDict, total=False):
    """What a person may say about a goal; the columns of ``Goal`` explain each."""

    name: str
    company: Tag | None
    date: datetime.date
    target_retention: float
    note: str


@transaction.atomic
def create_goal(
    *,
    owner: User,
    at: datetime.datetime,
    actor: User | None = None,
    uid: UUID | None = None,
    lists: Sequence[StudyList] = (),
    tags: Sequence[Tag] = (),
    **fields: Unpack[GoalFields],
) -> Goal:
    """Set a goal. It covers the questions of its lists, tags and company; all if it has none.

    Args:
        actor: who does it, if not the owner.

    Raises:
        NameOrCompany: it would have no name.
        InThePast, TooFarAhead: by the owner's local day.
        NotACompany, TooManyLists, TooManyTags, NotFound: see ``linking``.
        TooManyGoals: the owner has ``MAX_GOALS``.
        ValidationError: a value is not allowed, or ``id_taken``.
    """
    actor = actor or owner
    _refuse_one_too_many(owner.pk)
    goal = Goal(owner=owner, uid=uid or new_uid(), created_by=actor, updated_by=actor)
    goal.created_at = goal.updated_at = at
    _change(goal, fields, at)
    save(goal)
    set_lists(goal=goal, lists=lists)
    set_tags(goal=goal, tags=tags)
    audit.record(verb="goal.created", at=at, actor=actor, row=goal, fields=fields)
    return goal


@transaction.atomic
def update_goal(
    *,
    goal: Goal,
    actor: User,
    at: datetime.datetime,
    lists: Sequence[StudyList] | None = None,
    tags: Sequence[Tag] | None = None,
    expected_version: int | None = None,
    **fields: Unpack[GoalFields],
) -> Goal:
    """Change what is given and leave the rest; ``lists`` and ``tags`` replace all of them.

    Raises:
        NotFound: it was deleted meanwhile.
        VersionConflict: it has another version than the one expected.
        NameOrCompany, InThePast and others: as ``create_goal``.
    """
    goal = hold(goal, expected_version=expected_version)
    changed = _change(goal, fields, at)
    if changed:
        save(goal, fields=changed)
    if lists is not None and set_lists(goal=goal, lists=lists):
        changed.append("lists")
    if tags is not None and set_tags(goal=goal, tags=tags):
        changed.append("tags")
    if changed:
        goal.save(update_fields=stamp(goal, actor=actor, at=at))
        audit.record(verb="goal.updated", at=at, actor=actor, row=goal, fields=changed)
    return goal


@transaction.atomic
def delete_goal(
    *, goal: Goal, actor: User, at: datetime.datetime, expected_version: int | None = None
) -> Goal:
    """Put a goal in the trash; its lists and tags stay.

    Raises:
        NotFound: it was deleted meanwhile.
        VersionConflict: it has another version than the one expected.
    """
    goal = hold(goal, expected_version=expected_version)
    put_in_trash(goal, actor=actor, at=at)
    audit.record(verb="goal.deleted", at=at, actor=actor, row=goal)
    return goal


@transaction.atomic
def restore_goal(*, goal: Goal, actor: User, at: datetime.datetime) -> Goal:
    """Bring a goal back from the trash, with its lists and tags; its day may be over by now.

    Raises:
        NotInTrash: it is not in the trash any more.
        TooManyGoals: the owner has ``MAX_GOALS`` others.
    """
    _refuse_one_too_many(goal.owner_id)
    goal = trash.hold_trashed(goal)
    trash.take_from_trash(goal, actor=actor, at=at)
    audit.record(verb="goal.restored", at=at, actor=actor, row=goal)
    return goal


@transaction.atomic
def purge_goals(*, ids: Collection[int], actor: User | None, at: datetime.datetime) -> int:
    """Delete goals that are in the trash for good; their lists, tags and questions stay.

    Args:
        ids: primary keys, a few hundred at most; what is not in the trash is left out.
        actor: None for the system.

    Returns:
        How many are gone.
    """
    gone = trash.purge(Goal, ids)
    audit.record_all(verb="goal.purged", at=at, actor=actor, rows=gone)
    return len(gone)


def _change(goal: Goal, fields: GoalFields, at: datetime.datetime) -> list[str]:
    changes: dict[str, Any] = dict(fields)
    if isinstance(changes.get("name"), str):
        changes["name"] = tidy(changes["name"])
    company = changes.get("company", goal.company)
    if "company" in changes and company is not None:
        refuse_other_companies(goal, company)
    if changes.get("name", goal.name) == "":
        if company is None or not company.is_live:
            raise NameOrCompany(field="name")
        changes["name"] = company.name
    changed = apply_changes(goal, changes)
    if "date" in changed:
        check(goal)
        _refuse_other_days(goal, at)
    return changed


def _refuse_other_days(goal: Goal, at: datetime.datetime) -> None:
    settings = UserSettings.objects.get(user=goal.owner_id)
    today = local_day(at, settings.timezone, settings.day_start_hour)
    if goal.date < today:
        raise InThePast(field="date")
    if goal.date > today + datetime.timedelta(days=LONGEST_DAYS):
        raise TooFarAhead(field="date")


def _refuse_one_too_many(owner_id: int) -> None:
    # The person is held, so that two at once do not both become the last one that is allowed.
    User.objects.select_for_update(no_key=True).get(pk=owner_id)
    if Goal.objects.filter(owner=owner_id).live().count() >= MAX_GOALS:
        raise TooManyGoals(limit=MAX_GOALS)
