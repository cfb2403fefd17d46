"""Takes an import back: what it created is deleted, what it changed is as it was.

What the person changed or built upon since is kept, and told.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.goals.models import Goal
from domain.lists.models import StudyList
from domain.practice.models import PracticeSession, QuestionLog, ReviewState
from domain.practice.models.reviews import ReviewStage
from domain.practice.services.settings import update_settings
from domain.practice.settling import lock, settle
from domain.questions.models import Question, QuestionTag, Tag
from domain.transfer.models import ImportBatch, ImportedChange
from domain.transfer.steps import Progress
from domain.transfer.storing.batches import in_batches
from domain.transfer.undoing import lists, parts
from domain.transfer.undoing.columns import restore_columns
from domain.transfer.undoing.rows import unmake
from domain.transfer.undoing.undo import Undo

# Nothing is taken back before what stands on it.
CREATED = (PracticeSession, Goal, StudyList, QuestionLog, Question)
CHANGED = (Question, QuestionTag, QuestionLog, ReviewState)


class AlreadyReverted(DomainError):
    """What is taken back is taken back once."""

    code = "already_reverted"
    message = "This import was reverted. Import the file again if you want it back."


class RevertExpired(DomainError):
    """What an import did to each row is not kept for ever."""

    code = "revert_expired"
    message = (
        "An import can be reverted for %(days)d days, and this one is older. What it brought is "
        "yours now: delete by hand what you do not want."
    )

    def __init__(self) -> None:
        super().__init__(field="id", days=settings.IMPORT_UNDO_DAYS)


def revert(batch: ImportBatch, *, actor: User, at: datetime, progress: Progress) -> None:
    """Take an import back. Needs a transaction.

    Args:
        actor: the owner.

    Raises:
        AlreadyReverted, RevertExpired: see there.
    """
    own = UserSettings.objects.select_for_update().get(user=batch.owner_id)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.reverted_at is not None:
        raise AlreadyReverted(field="id")
    if batch.forgotten_at is not None:
        raise RevertExpired
    undo = Undo(batch, actor, at, progress)
    progress.expect(undo.size)
    touched = undo.questions()
    lock(touched | undo.created_ids(Question))
    lists.take_off(undo)
    for model in CREATED:
        unmake(model, undo)
    parts.remove(undo)
    unmake(Tag, undo)
    for changed in CHANGED:
        restore_columns(changed, undo)
    _settle(touched, own)
    _restore_settings(undo, own)
    _finish(undo)


def _settle(touched: Collection[int], own: UserSettings) -> None:
    for batch in in_batches(sorted(touched)):
        left = list(Question.objects.filter(pk__in=batch).values_list("pk", flat=True))
        settle(left, settings=own)
        # One that was never attempted has none.
        untouched = ReviewState.objects.filter(
            question__in=left,
            question__log_count=0,
            state=ReviewStage.NEW,
            is_suspended=False,
            postponed_until=None,
        )
        untouched.delete()


def _restore_settings(undo: Undo, own: UserSettings) -> None:
    for change in undo.changed(UserSettings).values():
        values: dict[str, Any] = {
            name: change.before[name]
            for name, left in change.after.items()
            if getattr(own, name) == left
        }
        update_settings(user=undo.actor, at=undo.at, at_once=True, **values)
        undo.restored += bool(values)


def _finish(undo: Undo) -> None:
    batch = undo.batch
    ImportedChange.objects.filter(batch=batch).delete()
    batch.reverted_at, batch.revert_report = undo.at, undo.report()
    batch.save(update_fields=["reverted_at", "revert_report"])
    audit.record(verb="import.reverted", at=undo.at, actor=undo.actor, row=batch)
