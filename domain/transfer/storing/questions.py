"""Stores the questions of a file: new ones created, empty columns of the person's own filled."""

from collections.abc import Iterator

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from domain.base.updating import update_each
from domain.questions.models import Question
from domain.questions.services.slugs import choose_slugs
from domain.transfer.drafts import FILLED, Counts, Drafts, fill
from domain.transfer.storing.batches import BATCH, by_platform, in_batches


def match(drafts: Drafts) -> None:
    """Put the person's own rows in the place of drafts; they are locked, and filled but not saved.

    Questions in the trash are not seen.
    """
    for question, has_notes in _own(drafts):
        draft = drafts.questions[question.platform, question.external_id or ""]
        filled = fill(question, draft.question)
        draft.is_annotated = bool(draft.question.notes) and not has_notes
        if draft.is_annotated:
            question.notes = draft.question.notes
            question.index_words()
        draft.question, draft.is_new = question, False
        draft.is_changed = draft.is_annotated or bool(filled)


def create(drafts: Drafts) -> None:
    """Create the questions that the person does not have, each under a free slug."""
    new = [draft.question for draft in drafts.questions.values() if draft.is_new]
    if new:
        choose_slugs(new, owner=drafts.owner)
        for question in new:
            question.index_words()
        Question.objects.bulk_create(new, batch_size=BATCH)


def save_changes(drafts: Drafts) -> Counts:
    """Write and stamp the person's own questions that were filled or tagged; count all of them."""
    annotated = [draft.question for draft in drafts.questions.values() if draft.is_annotated]
    update_each(annotated, ("notes", "search_words"))
    changed = [draft.question for draft in drafts.questions.values() if draft.is_changed]
    update_each(changed, FILLED)
    for batch in in_batches(changed):
        Question.objects.filter(pk__in=[question.pk for question in batch]).update(
            updated_by=drafts.owner, updated_at=drafts.at, version=F("version") + 1
        )
    created = sum(draft.is_new for draft in drafts.questions.values())
    unchanged = len(drafts.questions) - created - len(changed)
    return Counts(created, len(changed), unchanged)


def _own(drafts: Drafts) -> Iterator[tuple[Question, bool]]:
    """The person's own questions of the file, and whether each has notes."""
    live = Question.objects.owned_by(drafts.owner).live()
    ids: list[int] = []
    for platform, external_ids in by_platform(drafts.questions).items():
        for batch in in_batches(external_ids):
            found = live.filter(platform=platform, external_id__in=batch)
            ids += found.values_list("pk", flat=True)
    # Locked in the order in which everybody locks questions, and read only then.
    locked = live.select_for_update(of=("self",)).order_by("pk")
    columns = locked.only("title", "platform", "external_id", *FILLED)
    has_notes = ExpressionWrapper(~Q(notes=""), output_field=BooleanField())
    for pks in in_batches(sorted(ids)):
        for question in columns.filter(pk__in=pks).annotate(has_notes=has_notes):
            if (question.platform, question.external_id) in drafts.questions:
                yield question, question.has_notes  # type: ignore[attr-defined]
