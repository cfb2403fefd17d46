"""Unsaved rows of what a file says, each of the importing person."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from domain.practice.models import QuestionLog, ReviewBaseline
from domain.questions.models import Question
from domain.transfer.drafts import MERGED, Drafts
from domain.transfer.formats.imported import ImportedBaseline, ImportedLog, ImportedQuestion

HALF_A_DAY = timedelta(hours=12)


def question_of(imported: ImportedQuestion, drafts: Drafts) -> Question:
    """The question; its slug is still to be chosen."""
    question = Question(owner=drafts.owner, created_by=drafts.owner, updated_by=drafts.owner)
    question.created_at = question.updated_at = drafts.at
    for name in ("title", "platform", *MERGED):
        setattr(question, name, getattr(imported, name))
    question.external_id = imported.external_id or None
    if imported.importance is not None:
        question.importance = imported.importance
    return question


def log_of(
    imported: ImportedLog, of: ImportedQuestion, drafts: Drafts, *, counted_since: datetime | None
) -> QuestionLog:
    """An attempt at ``of``; its question is still to be saved.

    Args:
        counted_since: earlier ones do not count for review; None lets all.
    """
    attempted_at = _moment(imported, drafts.at)
    return QuestionLog(
        uid=uid_in_order(attempted_at, imported.sequence),
        owner=drafts.owner,
        created_by=drafts.owner,
        updated_by=drafts.owner,
        created_at=drafts.at,
        updated_at=drafts.at,
        attempted_at=attempted_at,
        outcome=imported.outcome,
        duration_seconds=imported.duration_seconds,
        rating=imported.rating,
        help=imported.help,
        approach=imported.approach,
        time_complexity=imported.time_complexity,
        space_complexity=imported.space_complexity,
        mistakes=list(imported.mistakes),
        language=imported.language,
        notes=imported.notes,
        solution_code=imported.solution_code,
        platform=of.platform,
        external_id=imported.external_id or None,
        counts_for_review=counted_since is None or attempted_at >= counted_since,
    )


def _moment(imported: ImportedLog, at: datetime) -> datetime:
    """When it was; of an attempt of today without a time, whose noon is still to come, now."""
    is_to_come = timedelta() < imported.attempted_at - at <= HALF_A_DAY
    return at if imported.is_day and is_to_come else imported.attempted_at


def baseline_of(imported: ImportedBaseline, drafts: Drafts) -> ReviewBaseline:
    """What was remembered of a question that is still to be saved."""
    return ReviewBaseline(
        owner=drafts.owner,
        state=imported.state,
        stability=imported.stability,
        difficulty=imported.difficulty,
        reviewed_at=imported.reviewed_at,
        due_at=imported.due_at,
        reps=imported.reps,
        lapses=imported.lapses,
    )


def uid_in_order(moment: datetime, sequence: int) -> UUID:
    """A UUIDv7 that sorts by moment, then by sequence (its lowest 42 bits).

    Attempts are replayed by time and then uid. So attempts of one second keep the platform's
    order, however many files they come in.
    """
    milliseconds = int(moment.timestamp() * 1000) & (1 << 48) - 1
    # 42 bits of the sequence and 32 of chance fill the 74 bits that version and variant leave.
    number = (sequence & (1 << 42) - 1) << 32 | secrets.randbits(32)
    high, low = number >> 62, number & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
