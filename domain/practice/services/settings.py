"""How a person practises, changed together with what follows from it."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.writing import apply_changes, check
from domain.jobs.models import JobKind
from domain.jobs.services import NothingToRetry, notice, retry_job, start_job
from domain.practice.rescheduling import (
    is_owed,
    make_up,
    question_ids,
    reschedule,
    rescheduling_of,
)
from domain.practice.settling import BATCH, SCHEDULING, lock, scheduler_of
from domain.questions.models import Question

# Attempted questions that are rescheduled within the request.
MOST_AT_ONCE = 500


def update_settings(
    *,
    user: User,
    at: datetime,
    actor: User | None = None,
    at_once: bool = False,
    **changes: Any,
) -> UserSettings:
    """Change how a person practises; what the scheduler depends on reschedules their questions.

    Of more than ``MOST_AT_ONCE`` questions that were attempted a job does that, once the
    transaction commits; until it is done they are due as before. If it failed, so that it is still
    owed, giving the same values once more has it done.

    Args:
        actor: who does it, if not the person.
        at_once: reschedule however many there are now, for work that is in the background itself.

    Raises:
        ValidationError: a value is outside its range.
        TooManyJobs: it takes a job, and some must end first.
    """
    actor = actor or user
    with transaction.atomic():
        settings = UserSettings.objects.select_for_update().get(user=user)
        changed = apply_changes(settings, changes)
        if changed:
            check(settings)
            _refuse_unusable_scheduler(settings)
            settings.save(update_fields=changed)
            audit.record(verb="settings.updated", at=at, actor=actor, row=settings, fields=changed)
        is_rescheduled = _calls_for_rescheduling(user, given=changes, changed=changed)
        is_for_later = is_rescheduled and not at_once and _are_many(user)
        if is_for_later:
            _reschedule_later(user, actor, at)
        elif is_rescheduled:
            rescheduled = question_ids(user.pk)
            _reschedule(rescheduled, settings)
            make_up(user.pk, at=at)
    if is_rescheduled and not is_for_later:
        _reschedule_created(user, without=rescheduled)
    user.settings = settings
    return settings


def _calls_for_rescheduling(user: User, *, given: Iterable[str], changed: Iterable[str]) -> bool:
    if not SCHEDULING.isdisjoint(changed):
        return True
    return not SCHEDULING.isdisjoint(given) and is_owed(user)


def _are_many(user: User) -> bool:
    attempted = Question.objects.owned_by(user).exclude(log_count=0).order_by()
    return len(attempted.values_list("pk", flat=True)[: MOST_AT_ONCE + 1]) > MOST_AT_ONCE


def _reschedule_later(user: User, actor: User, at: datetime) -> None:
    """One job does it for all changes that come before it stores: it follows the last."""
    job = rescheduling_of(user)
    if job is None:
        start_job(owner=user, kind=JobKind.RESCHEDULE, actor=actor, at=at)
    elif job.is_active:
        notice(job, at=at)
    else:
        # Unless its owner has just had it retried. It cannot be done: that would take the settings.
        with suppress(NothingToRetry):
            retry_job(job=job, actor=actor, at=at)


@transaction.atomic
def _reschedule_created(user: User, *, without: Collection[int]) -> None:
    """Settle what another device created meanwhile, and attempted while it saw the old settings:
    who attempts a question holds it, so that this comes after that.
    """
    if created := question_ids(user.pk).difference(without):
        # Before the settings are read: of two changes the later one has these last.
        lock(created)
        _reschedule(created, UserSettings.objects.get(user=user))


def _reschedule(ids: Collection[int], settings: UserSettings) -> None:
    for batch in batched(sorted(ids), BATCH):
        reschedule(batch, settings)


def _refuse_unusable_scheduler(settings: UserSettings) -> None:
    try:
        scheduler_of(settings)
    except ValueError as refusal:
        message = "FSRS does not allow one of these parameters."
        raise ValidationError(
            {"fsrs_parameters": ValidationError(message, code="bad_fsrs_parameters")}
        ) from refusal
