"""How a person practises, changed together with what follows from it."""

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


@transaction.atomic
def update_settings(*, user: User, at: datetime, **changes: Any) -> UserSettings:
    """Change how a person practises; what the scheduler depends on reschedules their questions.

    Raises:
        ValidationError: a value is outside its range.
    """
    settings = UserSettings.objects.select_for_update().get(user=user)
    changed = apply_changes(settings, changes)
    if changed:
        check(settings)
        _refuse_unusable_scheduler(settings)
        settings.save(update_fields=changed)
        audit.record(verb="settings.updated", at=at, actor=user, row=settings, fields=changed)
    if _SCHEDULING & set(changed):
        questions = Question.objects.owned_by(user)
        # All of them: one that is being attempted for the first time looks untouched until then.
        lock(list(questions.values_list("pk", flat=True)))
        attempted = questions.exclude(log_count=0)
        settle(list(attempted.values_list("pk", flat=True)), settings=settings)
    user.settings = settings
    return settings


def _refuse_unusable_scheduler(settings: UserSettings) -> None:
    try:
        scheduler_of(settings)
    except ValueError as refusal:
        message = "FSRS does not allow one of these parameters."
        raise ValidationError(
            {"fsrs_parameters": ValidationError(message, code="bad_fsrs_parameters")}
        ) from refusal
