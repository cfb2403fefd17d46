"""Stores the attempts of a file, and decides which of a day's attempts counts for review.

What follows from them is stored by ``reviews``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from domain.accounts.models import UserSettings
from domain.practice.days import local_day
from domain.practice.models import QuestionLog
from domain.transfer.drafts import Draft, Drafts
from domain.transfer.journal import STAMPS, Journal
from domain.transfer.reports import Counts
from domain.transfer.steps import Progress
from domain.transfer.storing.batches import by_platform, in_batches, numbered

# Of an attempt without an id: its question, when it ended, and how.
type _Moment = tuple[int, datetime, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be done about the attempts of a file.

    Attributes:
        new: to be stored.
        overtaken: stored ones that count, and that one of ``new`` comes after on their day.
        unchanged: how many of the file are stored and stay as they are.
    """

    new: list[QuestionLog]
    overtaken: list[QuestionLog]
    unchanged: int


def choose(drafts: Drafts, settings: UserSettings) -> Chosen:
    """Drop the attempts that the person has, and let only the last of each day count.

    Attempts in the trash, or of a question there, are not seen.
    """
    known = _drop_known(drafts)
    logged = [draft for draft in drafts.questions.values() if draft.logs]
    stored = _stored(draft.question.pk for draft in logged if not draft.is_new)
    overtaken: list[QuestionLog] = []
    for draft in logged:
        overtaken += _overtaken([*draft.logs, *stored.get(draft.question.pk, ())], settings)
    return Chosen(
        new=[log for draft in logged for log in draft.logs],
        overtaken=overtaken,
        unchanged=len(known - {log.pk for log in overtaken}),
    )


def store(chosen: Chosen, drafts: Drafts, journal: Journal, progress: Progress) -> Counts:
    """Write the chosen attempts."""
    for draft in drafts.questions.values():
        for log in draft.logs:
            log.question = draft.question
            log.import_batch = journal.batch.uid
    for batch in in_batches(chosen.new):
        QuestionLog.objects.bulk_create(batch)
        progress.advance(len(batch))
    for batch in in_batches(chosen.overtaken):
        _let_pass(batch, drafts, journal)
    return Counts(len(chosen.new), len(chosen.overtaken), chosen.unchanged)


def _let_pass(logs: list[QuestionLog], drafts: Drafts, journal: Journal) -> None:
    stamps = {"updated_at": drafts.at, "updated_by_id": drafts.owner.pk}
    for log in logs:
        was = {"counts_for_review": True} | {name: getattr(log, name) for name in STAMPS}
        is_now = {"counts_for_review": False, "version": log.version + 1, **stamps}
        journal.changed(log, was, is_now)
    QuestionLog.objects.filter(pk__in=[log.pk for log in logs]).update(
        counts_for_review=False, version=F("version") + 1, **stamps
    )


def _drop_known(drafts: Drafts) -> set[int]:
    """Leave out the attempts of the file that are stored; give the primary keys of those."""
    known = {(platform, external_id): pk for platform, external_id, pk in _numbered(drafts)}
    timed = dict(_timed(drafts))
    met = set()
    for draft in drafts.questions.values():
        kept = []
        for log in draft.logs:
            if log.external_id is not None:
                pk = known.get((log.platform or "", log.external_id))
            else:
                pk = timed.get(_moment(drafts, draft.question.pk, log.attempted_at, log.outcome))
            if pk is None:
                kept.append(log)
            else:
                met.add(pk)
        draft.logs = kept
    return met


def _numbered(drafts: Drafts) -> Iterator[tuple[str, str, int]]:
    """Those of the person's attempts that have an id of the file."""
    live = QuestionLog.objects.owned_by(drafts.owner).live()
    for platform, external_ids in by_platform(drafts.logs).items():
        for pk, external_id in numbered(live.filter(platform=platform), external_ids):
            yield platform, external_id, pk


def _timed(drafts: Drafts) -> Iterator[tuple[_Moment, int]]:
    """All attempts at the person's questions of which the file has some without an id."""
    asked = (draft.question.pk for draft in drafts.questions.values() if _is_timed(draft))
    for batch in in_batches(asked):
        live = QuestionLog.objects.live().filter(question__in=batch)
        columns = live.values_list("pk", "question_id", "attempted_at", "outcome")
        for pk, question_id, at, outcome in columns:
            yield _moment(drafts, question_id, at, outcome), pk


def _moment(drafts: Drafts, question_id: int, at: datetime, outcome: str) -> _Moment:
    """What an attempt is known by that has no id."""
    if drafts.is_review_log:
        return question_id, at.replace(microsecond=at.microsecond // 1000 * 1000), ""
    return question_id, at, outcome


def _is_timed(draft: Draft) -> bool:
    return not draft.is_new and any(log.external_id is None for log in draft.logs)


def _stored(question_ids: Iterable[int]) -> dict[int, list[QuestionLog]]:
    stored: dict[int, list[QuestionLog]] = defaultdict(list)
    imported = QuestionLog.objects.live().exclude(platform=None)
    columns = imported.only("question_id", "attempted_at", "uid", "counts_for_review", *STAMPS)
    for batch in in_batches(question_ids):
        for log in columns.filter(question__in=batch):
            stored[log.question_id].append(log)
    return stored


def _overtaken(logs: Iterable[QuestionLog], settings: UserSettings) -> list[QuestionLog]:
    """Let only the last imported attempt of each day count; return those to be changed.

    Stored attempts stay as they are unless a new one that counts comes after them.
    """
    days: dict[date, list[QuestionLog]] = defaultdict(list)
    for log in logs:
        day = local_day(log.attempted_at, settings.timezone, settings.day_start_hour)
        days[day].append(log)
    overtaken: list[QuestionLog] = []
    for same_day in days.values():
        rivals = sorted(_rivals(same_day), key=order)
        for log in rivals[:-1]:
            if log.pk is None:
                log.counts_for_review = False
            elif rivals[-1].pk is None and log.counts_for_review:
                overtaken.append(log)
    return overtaken


def _rivals(same_day: list[QuestionLog]) -> list[QuestionLog]:
    """Of which the last is to count: history overtakes nothing.

    Where no stored attempt counts, that may be the person's own decision: it takes a later one to
    change it.
    """
    counting = [log for log in same_day if log.counts_for_review]
    if any(log.pk is not None for log in counting):
        return counting
    return [log for log in same_day if log.counts_for_review or log.pk is not None]


def order(log: QuestionLog) -> tuple[datetime, UUID]:
    """By time; attempts of one moment in the order in which they were made."""
    return log.attempted_at, log.uid
