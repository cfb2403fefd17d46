"""Questions and attempts that were deleted: brought back, or purged."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base import trash
from domain.base.errors import DomainError
from domain.practice.models import QuestionLog
from domain.practice.settling import lock, settle_one
from domain.questions.models import Question


class QuestionInTrash(DomainError):
    """An attempt is shown with its question only."""

    code = "question_in_trash"
    message = "Its question is in the trash, too. Restore the question first, then this attempt."


@transaction.atomic
def restore_question(*, question: Question, actor: User, at: datetime) -> Question:
    """Bring a question back from the trash, with the attempts that were not deleted themselves.

    Raises:
        NotInTrash: it is not in the trash any more.
        ValidationError: ``slug_taken``, ``external_id_taken``: another question has it by now.
    """
    question = trash.hold_trashed(question)
    trash.take_from_trash(question, actor=actor, at=at)
    # One without attempts is as it was, also in having no review state.
    if question.log_count:
        settle_one(question)
    audit.record(verb="question.restored", at=at, actor=actor, row=question)
    return question


@transaction.atomic
def restore_question_log(*, log: QuestionLog, actor: User, at: datetime) -> QuestionLog:
    """Bring an attempt back from the trash; its question counts with it again.

    Raises:
        NotInTrash: it is not in the trash any more.
        QuestionInTrash: restore the question first.
        ValidationError: ``external_id_taken``: the submission was imported anew.
    """
    is_shown = bool(lock([log.question_id]))
    log = trash.hold_trashed(log)
    if not is_shown:
        raise QuestionInTrash
    trash.take_from_trash(log, actor=actor, at=at)
    settle_one(log.question)
    audit.record(verb="question_log.restored", at=at, actor=actor, row=log)
    return log


@transaction.atomic
def purge_question_logs(*, ids: Collection[int], actor: User | None, at: datetime) -> int:
    """Delete attempts that are in the trash for good; nothing was derived from them any more.

    Args:
        ids: primary keys, a few hundred at most; what is not in the trash is left out.
        actor: None for the system.

    Returns:
        How many are gone.
    """
    # Who restores an attempt holds its question.
    lock(set(QuestionLog.objects.filter(pk__in=ids).values_list("question", flat=True)))
    gone = trash.purge(QuestionLog, ids)
    audit.record_all(verb="question_log.purged", at=at, actor=actor, rows=gone)
    return len(gone)
