"""How a person practises, changed together with what follows from it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.writing import apply_changes, check
from domain.practice.settling import lock, scheduler_of, settle
from domain.questions.models import Question

_SCHEDULING = {"desired_retention", "maximum_interval_days", "fsrs_parameters"}


def update_settings(*, user: User, at: datetime, **changes: Any) -> UserSettings:
    """Change how a person practises; what the scheduler depends on reschedules their questions.

    Raises:
        ValidationError: a value is outside its range.
    """
    with transaction.atomic():
        settings = UserSettings.objects.select_for_update().get(user=user)
        changed = apply_changes(settings, changes)
        if changed:
            check(settings)
            _refuse_unusable_scheduler(settings)
            settings.save(update_fields=changed)
            audit.record(verb="settings.updated", at=at, actor=user, row=settings, fields=changed)
        is_rescheduled = bool(_SCHEDULING & set(changed))
        rescheduled = _reschedule(user) if is_rescheduled else set()
    if is_rescheduled:
        # Those that another device created meanwhile, and attempted while it saw the old settings:
        # who attempts a question holds it, so that this comes after that.
        with transaction.atomic():
            _reschedule(user, without=rescheduled)
    user.settings = settings
    return settings


def _reschedule(user: User, *, without: Collection[int] = ()) -> set[int]:
    """Settle a person's questions by their settings; give the ids of those that were looked at."""
    questions = Question.objects.owned_by(user)
    ids = set(questions.values_list("pk", flat=True)).difference(without)
    if ids:
        # All of them: one that is being attempted for the first time looks untouched until then.
        lock(ids)
        attempted = ids.intersection(questions.exclude(log_count=0).values_list("pk", flat=True))
        settle(sorted(attempted), settings=UserSettings.objects.get(user=user))
    return ids


def _refuse_unusable_scheduler(settings: UserSettings) -> None:
    try:
        scheduler_of(settings)
    except ValueError as refusal:
        message = "FSRS does not allow one of these parameters."
        raise ValidationError(
            {"fsrs_parameters": ValidationError(message, code="bad_fsrs_parameters")}
        ) from refusal
