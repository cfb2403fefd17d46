"""The settings of a file: they fill what the person has left as it was given to them."""

from datetime import datetime
from typing import Any

from domain.accounts.models import User, UserSettings
from domain.archive.canonical import plain
from domain.archive.declaring import camel
from domain.archive.drafting import Draft
from domain.archive.entities import SETTINGS
from domain.archive.opening import within
from domain.archive.restored import Change, Restored
from domain.base.findings import Finding
from domain.practice.services.settings import update_settings
from domain.practice.settling import scheduler_of


def fault_of(draft: Draft) -> Finding | None:
    """What is wrong with settings whose columns are in order."""
    try:
        scheduler_of(draft.row)
    except ValueError:
        place = within(draft.position, camel("fsrs_parameters"))
        return Finding("bad_value", place, "FSRS does not allow one of these parameters.")
    return None


def fill_settings(draft: Draft, own: UserSettings, *, at: datetime, restored: Restored) -> bool:
    """Take over what the person never chose; tell whether that was anything.

    What the scheduler depends on reschedules the person's questions.

    Args:
        own: the person's, held.
    """
    filled: dict[str, Any] = {}
    defaults = UserSettings()
    for column in SETTINGS.columns:
        ours, theirs = getattr(own, column), getattr(draft.row, column)
        if ours != theirs and ours == getattr(defaults, column):
            filled[column] = theirs
        elif ours != theirs:
            text = "You have chosen otherwise: yours stays as it is."
            restored.note("kept", within(draft.position, camel(column)), text)
    if filled:
        before = {column: plain(getattr(own, column)) for column in filled}
        # Read anew: what is known of settings in memory would outlive a transaction that is undone.
        update_settings(user=User.objects.get(pk=own.user_id), at=at, at_once=True, **filled)
        after = {column: plain(value) for column, value in filled.items()}
        restored.updated.append(Change(UserSettings._meta.label, own.pk, before, after))
    return bool(filled)
