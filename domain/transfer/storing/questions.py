"""Stores the questions of a file: new ones created, empty columns of the person's own filled."""

from collections.abc import Iterable, Iterator

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from domain.base.updating import update_each
from domain.questions.models import Question
from domain.questions.services.slugs import choose_slugs
from domain.transfer.drafts import FILLED, Draft, Drafts, fill
from domain.transfer.identity import is_about
from domain.transfer.journal import STAMPS, Journal
from domain.transfer.reports import Counts
from domain.transfer.storing.batches import BATCH, in_batches
from domain.transfer.storing.matching import unite


def match(drafts: Drafts) -> None:
    """Put the person's own rows in the place of drafts; they are locked, and filled but not saved.

    Questions in the trash are not seen.
    """
    found = unite(drafts)
    for question, has_notes in _held(drafts, found):
        draft = found[question.pk]
        # Another device may have changed it before it was locked.
        if not is_about(draft.imported, question):
            continue
        draft.was = fill(question, draft.question)
        if draft.question.notes and not has_notes:
            draft.was["notes"] = ""
            question.notes = draft.question.notes
            question.index_words()
        draft.question, draft.is_new = question, False


def create(drafts: Drafts, journal: Journal) -> None:
    """Create the questions that the person does not have, each under a free slug."""
    new = [draft.question for draft in drafts.questions.values() if draft.is_new]
    if new:
        choose_slugs(new, owner=drafts.owner)
        for question in new:
            question.index_words()
        Question.objects.bulk_create(new, batch_size=BATCH)
        journal.created(new)


def save_changes(drafts: Drafts, journal: Journal) -> Counts:
    """Write and stamp the person's own questions that were filled or tagged; count all of them."""
    changed = [draft for draft in drafts.questions.values() if draft.is_changed]
    for draft in changed:
        _note(draft, drafts, journal)
    annotated = [draft.question for draft in changed if "notes" in draft.was]
    update_each(annotated, ("notes", "search_words"))
    update_each([draft.question for draft in changed], FILLED)
    for batch in in_batches(changed):
        Question.objects.filter(pk__in=[draft.question.pk for draft in batch]).update(
            updated_by=drafts.owner, updated_at=drafts.at, version=F("version") + 1
        )
    created = sum(draft.is_new for draft in drafts.questions.values())
    unchanged = len(drafts.questions) - created - len(changed)
    return Counts(created, len(changed), unchanged)


def _note(draft: Draft, drafts: Drafts, journal: Journal) -> None:
    question, was = draft.question, dict(draft.was)
    is_now = {name: getattr(question, name) for name in was}
    was |= {name: getattr(question, name) for name in STAMPS}
    is_now |= {
        "version": question.version + 1,
        "updated_at": drafts.at,
        "updated_by_id": drafts.owner.pk,
    }
    journal.changed(question, was, is_now)


def _held(drafts: Drafts, pks: Iterable[int]) -> Iterator[tuple[Question, bool]]:
    """The person's own questions of the file, and whether each has notes."""
    live = Question.objects.owned_by(drafts.owner).live()
    # Locked in the order in which everybody locks questions, and read only then.
    locked = live.select_for_update(of=("self",)).order_by("pk")
    columns = locked.only("uid", "title", "platform", "external_id", *FILLED, *STAMPS)
    has_notes = ExpressionWrapper(~Q(notes=""), output_field=BooleanField())
    for batch in in_batches(sorted(pks)):
        for question in columns.filter(pk__in=batch).annotate(has_notes=has_notes):
            yield question, question.has_notes  # type: ignore[attr-defined]
