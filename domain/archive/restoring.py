"""Reads Drillbook JSON v1 back: every object as it was, and what the person has stays as it is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.archive import preferring
from domain.archive.drafting import Draft
from domain.archive.entities import GOAL, LOG, QUESTION, SESSION, SETTINGS, STUDY_LIST, TAG
from domain.archive.opening import open_archive
from domain.archive.restored import Restored, Told
from domain.archive.standing import uids_in
from domain.archive.storing import Storing
from domain.base.bulk import BATCH, BulkRowStatus
from domain.practice.models import ReviewState
from domain.practice.settling import lock, settle

type Tell = Callable[[Told], None]


def restore(
    documents: object,
    settings: UserSettings,
    *,
    at: datetime,
    skip_failed: bool = False,
    import_batch: UUID | None = None,
    tell: Tell | None = None,
    advance: Callable[[int], None] | None = None,
) -> Restored:
    """Store what a file holds that the person lacks. Needs a transaction; records no audit event
    but for changed settings.

    Args:
        documents: the parsed document, or the parsed objects of JSON lines in a tuple.
        settings: of whom all of it becomes, held: imports of one person wait for each other.
        at: now, timezone-aware; what has happened may not lie after it.
        skip_failed: leave out broken objects and what hangs on them; else one fault refuses all.
        import_batch: noted on each new attempt.
        tell: called with each record once it is decided what becomes of it.
        advance: called with the number of records that were read, and that were stored, and now and
            then with 0; what it raises ends the work, and nothing is stored.

    Returns:
        What was done. ``is_refused``: nothing, whatever ``tell`` was told.

    Raises:
        IntegrityError: another device stored some of it at the same moment; try again.
    """
    restored = Restored()
    opened = open_archive(documents, restored)
    if opened.is_refused:
        return restored.refused()
    owner = settings.user
    with transaction.atomic():
        storing = Storing(
            opened,
            restored,
            owner=owner,
            at=at,
            import_batch=import_batch,
            tell=tell,
            advance=advance,
        )
        _store_settings(storing, settings, at)
        _store_all(storing)
        _derive(storing, owner)
        if restored.problems and not skip_failed:
            transaction.set_rollback(True)
            return restored.refused()
    return restored


def _store_settings(storing: Storing, own: UserSettings, at: datetime) -> None:
    # First, so that all that is derived afterwards is derived by them.
    for draft in storing.read_one(SETTINGS):
        if fault := preferring.fault_of(draft):
            storing.restored.refuse([fault])
            storing.refuse(SETTINGS, draft)
        else:
            filled = preferring.fill_settings(draft, own, at=at, restored=storing.restored)
            status = BulkRowStatus.UPDATED if filled else BulkRowStatus.UNCHANGED
            storing.told(SETTINGS, draft, status)


def _store_all(storing: Storing) -> None:
    questions = list(storing.read(QUESTION))
    # Questions are held before tags, as by whoever else tags questions.
    _hold_questions(storing, questions)
    tags = [draft for drafts in storing.read(TAG) for draft in drafts]
    # In the order in which everybody creates tags.
    tags.sort(key=lambda draft: (draft.row.kind, draft.row.name_key))
    for batch in batched(tags, BATCH):
        storing.store(TAG, batch)
    for drafts in questions:
        storing.store(QUESTION, drafts)
    for entity in (LOG, STUDY_LIST, GOAL, SESSION):
        for drafts in storing.read(entity):
            storing.store(entity, drafts)


def _hold_questions(storing: Storing, questions: Sequence[Sequence[Draft]]) -> None:
    """Hold the person's own questions that the file is about, in the order of their keys."""
    brought = {draft.row.uid for drafts in questions for draft in drafts}
    records = storing.opened.records.get(LOG.name, ())
    named = {uid for _, record in records for uid in uids_in(record, "question")}
    storing.standing.look_up(QUESTION.name, named - brought)
    lock(set(storing.standing.keys[QUESTION.name].values()))


def _derive(storing: Storing, owner: User) -> None:
    """Compute what follows from new attempts and baselines."""
    touched = sorted(storing.touched)
    before = _states(touched)
    settings = UserSettings.objects.get(user=owner)
    for batch in batched(touched, BATCH):
        settle(batch, settings=settings)
        storing.went_on(0)
    if made := _states(touched) - before:
        storing.restored.created[ReviewState._meta.label] += sorted(made)


def _states(question_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for batch in batched(question_ids, BATCH):
        states = ReviewState.objects.filter(question__in=batch)
        found.update(states.values_list("pk", flat=True))
    return found
