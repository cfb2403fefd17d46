"""Stores the questions of a file: new ones created, empty columns of the person's own filled."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F

from domain.questions.models import Question
from domain.questions.services.questions import base_slug
from domain.transfer.drafts import FILLED, Counts, Drafts, fill
from domain.transfer.storing.batches import BATCH, by_platform, in_batches


def match(drafts: Drafts) -> None:
    """Put the person's own rows in the place of drafts; they are locked, and filled but not saved.

    Questions in the trash are not seen.
    """
    for question in _own(drafts):
        draft = drafts.questions[question.platform, question.external_id or ""]
        filled = fill(question, draft.question)
        draft.question, draft.is_new, draft.is_changed = question, False, bool(filled)


def create(drafts: Drafts) -> None:
    """Create the questions that the person does not have, each under a free slug."""
    new = [draft.question for draft in drafts.questions.values() if draft.is_new]
    if new:
        _choose_slugs(new, drafts)
        for question in new:
            question.index_words()
        Question.objects.bulk_create(new, batch_size=BATCH)


def save_changes(drafts: Drafts) -> Counts:
    """Write and stamp the person's own questions that were filled or tagged; count all of them."""
    changed = [draft.question for draft in drafts.questions.values() if draft.is_changed]
    for batch in in_batches(changed):
        Question.objects.bulk_update(batch, FILLED)
        Question.objects.filter(pk__in=[question.pk for question in batch]).update(
            updated_by=drafts.owner, updated_at=drafts.at, version=F("version") + 1
        )
    created = sum(draft.is_new for draft in drafts.questions.values())
    unchanged = len(drafts.questions) - created - len(changed)
    return Counts(created, len(changed), unchanged)


def _own(drafts: Drafts) -> Iterator[Question]:
    live = Question.objects.owned_by(drafts.owner).live()
    ids: list[int] = []
    for platform, external_ids in by_platform(drafts.questions).items():
        for batch in in_batches(external_ids):
            found = live.filter(platform=platform, external_id__in=batch)
            ids += found.values_list("pk", flat=True)
    # Locked in the order in which everybody locks questions, and read only then.
    locked = live.select_for_update(of=("self",)).order_by("pk")
    columns = locked.only("platform", "external_id", *FILLED)
    for pks in in_batches(sorted(ids)):
        for question in columns.filter(pk__in=pks):
            if (question.platform, question.external_id) in drafts.questions:
                yield question


def _choose_slugs(questions: list[Question], drafts: Drafts) -> None:
    live = Question.objects.owned_by(drafts.owner).live()
    taken = set(live.values_list("slug", flat=True).iterator())
    # Thousands of questions may share one title: each search goes on where the last one ended.
    tried: dict[str, int] = defaultdict(int)
    for question in questions:
        base = base_slug(question.title, question.uid)
        slug = ""
        while not slug or slug in taken:
            tried[base] += 1
            slug = base if tried[base] == 1 else f"{base}-{tried[base]}"
        taken.add(slug)
        question.slug = slug
