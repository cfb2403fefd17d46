"""Stores what other programs remember of questions, and what follows from it and the attempts."""

from collections.abc import Iterable
from dataclasses import fields

from domain.accounts.models import UserSettings
from domain.practice.models import ReviewBaseline, ReviewStage, ReviewState
from domain.practice.scheduling import NOTHING
from domain.practice.settling import Attempt, derive, memory_of, scheduler_of, settle
from domain.transfer.drafts import Draft, Drafts
from domain.transfer.journal import Journal
from domain.transfer.reports import Counts
from domain.transfer.steps import Progress
from domain.transfer.storing.batches import BATCH, in_batches
from domain.transfer.storing.logs import order


def choose(drafts: Drafts) -> int:
    """Forget what the file says of reviews where the person has their own; count those questions.

    A question keeps its baseline, its counted attempts, and whether it is suspended.
    """
    unchanged = 0
    told = {draft.question.pk: draft for draft in _telling(drafts) if not draft.is_new}
    for batch in in_batches(told):
        states = ReviewState.objects.filter(question__in=batch)
        for pk, state in states.values_list("question_id", "state"):
            draft = told[pk]
            draft.is_suspended = False
            if state != ReviewStage.NEW:
                draft.baseline = None
            unchanged += not draft.tells_of_reviews
    return unchanged


def derive_new(drafts: Iterable[Draft], settings: UserSettings) -> None:
    """Set what follows from attempts and baselines of new questions: they are stored with it.

    It is what ``settle`` would find; settling thousands of rows takes longer than creating them.
    """
    scheduler = scheduler_of(settings)
    columns = [field.name for field in fields(Attempt)]
    for draft in drafts:
        if draft.is_new and (draft.logs or draft.baseline):
            logs = sorted(draft.logs, key=order)
            attempts = [Attempt(*(getattr(log, name) for name in columns)) for log in logs]
            start = memory_of(draft.baseline) if draft.baseline else NOTHING
            draft.derived = derive(attempts, scheduler, start=start)
            draft.derived.show_on(draft.question)


def store(
    drafts: Drafts,
    settings: UserSettings,
    journal: Journal,
    progress: Progress,
    *,
    unchanged: int,
) -> Counts:
    """Write the baselines and review states, and settle the questions that the person had before.

    Args:
        unchanged: what ``choose`` found.
    """
    telling = _telling(drafts)
    for draft in telling:
        if draft.baseline is not None:
            draft.baseline.question = draft.question
    baselines = [draft.baseline for draft in telling if draft.baseline]
    ReviewBaseline.objects.bulk_create(baselines, batch_size=BATCH)
    journal.created(baselines)
    touched = [d for d in drafts.questions.values() if not d.is_new and (d.logs or d.baseline)]
    for batch in in_batches(sorted(draft.question.pk for draft in touched)):
        settle(batch, settings=settings)
        progress.advance(0)
    _create_states(drafts)
    _suspend(draft.question.pk for draft in touched if draft.is_suspended)
    _note_suspended(drafts, journal)
    return Counts(created=len(telling), unchanged=unchanged)


def _telling(drafts: Drafts) -> list[Draft]:
    return [draft for draft in drafts.questions.values() if draft.tells_of_reviews]


def _create_states(drafts: Drafts) -> None:
    """Those of new questions, and of old ones of which only this is known: that they wait."""
    states = []
    for draft in drafts.questions.values():
        if draft.derived is not None:
            state = draft.derived.review_of(draft.question)
        elif draft.is_suspended and (draft.is_new or not (draft.logs or draft.baseline)):
            state = ReviewState(owner=drafts.owner, question=draft.question)
        else:
            continue
        state.is_suspended = draft.is_suspended
        states.append(state)
    ReviewState.objects.bulk_create(states, batch_size=BATCH)


def _suspend(question_ids: Iterable[int]) -> None:
    for batch in in_batches(question_ids):
        ReviewState.objects.filter(question__in=batch).update(is_suspended=True)


def _note_suspended(drafts: Drafts, journal: Journal) -> None:
    suspended = (draft.question.pk for draft in drafts.questions.values() if draft.is_suspended)
    for batch in in_batches(suspended):
        for state in ReviewState.objects.filter(question__in=batch).only("is_suspended"):
            journal.changed(state, {"is_suspended": False}, {"is_suspended": True})
