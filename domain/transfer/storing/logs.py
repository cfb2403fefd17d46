"""Stores the attempts of a file, and decides which of a day's attempts counts for review.

What follows from them is stored by ``reviews``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from domain.accounts.models import UserSettings
from domain.practice.days import local_day
from domain.practice.models import QuestionLog
from domain.transfer.drafts import Counts, Drafts
from domain.transfer.storing.batches import BATCH, by_platform, in_batches


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be done about the attempts of a file.

    Attributes:
        new: to be stored.
        overtaken: ids of stored ones that are no longer the last of their day.
        unchanged: how many of the file are stored and stay as they are.
    """

    new: list[QuestionLog]
    overtaken: list[int]
    unchanged: int


def choose(drafts: Drafts, settings: UserSettings) -> Chosen:
    """Drop the attempts that the person has, and let only the last of each day count.

    Attempts in the trash, or of a question there, are not seen.
    """
    known = _known(drafts)
    for draft in drafts.questions.values():
        draft.logs = [log for log in draft.logs if (log.platform, log.external_id) not in known]
    logged = [draft for draft in drafts.questions.values() if draft.logs]
    stored = _stored(draft.question.pk for draft in logged if not draft.is_new)
    overtaken: list[int] = []
    for draft in logged:
        overtaken += _overtaken([*draft.logs, *stored.get(draft.question.pk, ())], settings)
    return Chosen(
        new=[log for draft in logged for log in draft.logs],
        overtaken=overtaken,
        unchanged=len(set(known.values()) - set(overtaken)),
    )


def store(chosen: Chosen, drafts: Drafts) -> Counts:
    """Write the chosen attempts."""
    for draft in drafts.questions.values():
        for log in draft.logs:
            log.question = draft.question
    QuestionLog.objects.bulk_create(chosen.new, batch_size=BATCH)
    for batch in in_batches(chosen.overtaken):
        QuestionLog.objects.filter(pk__in=batch).update(
            counts_for_review=False,
            updated_by=drafts.owner,
            updated_at=drafts.at,
            version=F("version") + 1,
        )
    return Counts(len(chosen.new), len(chosen.overtaken), chosen.unchanged)


def _known(drafts: Drafts) -> dict[tuple[str | None, str | None], int]:
    live = QuestionLog.objects.owned_by(drafts.owner).live()
    known: dict[tuple[str | None, str | None], int] = {}
    for platform, external_ids in by_platform(drafts.logs).items():
        for batch in in_batches(external_ids):
            found = live.filter(platform=platform, external_id__in=batch)
            for pk, external_id in found.values_list("pk", "external_id"):
                known[platform, external_id] = pk
    return known


def _stored(question_ids: Iterable[int]) -> dict[int, list[QuestionLog]]:
    stored: dict[int, list[QuestionLog]] = defaultdict(list)
    imported = QuestionLog.objects.live().exclude(external_id=None)
    columns = imported.only("question_id", "attempted_at", "uid", "counts_for_review")
    for batch in in_batches(question_ids):
        for log in columns.filter(question__in=batch):
            stored[log.question_id].append(log)
    return stored


def _overtaken(logs: Iterable[QuestionLog], settings: UserSettings) -> list[int]:
    """Let only the last imported attempt of each day count; return those to be changed.

    A stored attempt that is still the last of its day stays as it is, for whether it counts may
    be the person's own decision.
    """
    days: dict[date, list[QuestionLog]] = defaultdict(list)
    for log in logs:
        day = local_day(log.attempted_at, settings.timezone, settings.day_start_hour)
        days[day].append(log)
    overtaken = []
    for same_day in days.values():
        same_day.sort(key=order)
        for log in same_day[:-1]:
            if log.pk is not None and log.counts_for_review:
                overtaken.append(log.pk)
            log.counts_for_review = False
    return overtaken


def order(log: QuestionLog) -> tuple[datetime, UUID]:
    """By time; attempts of one moment in the order in which they were made."""
    return log.attempted_at, log.uid
