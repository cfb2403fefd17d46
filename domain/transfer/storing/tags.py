"""Stores the tags of a file and puts them on its questions."""

from collections import defaultdict
from collections.abc import Iterable

from domain.questions.models import QuestionTag, Tag
from domain.questions.services.tagging import MAX_TAGS, hold_tags
from domain.transfer.drafts import Counts, Draft, Drafts, Key
from domain.transfer.formats.base import ImportedTag
from domain.transfer.storing.batches import BATCH, in_batches


def tag_questions(drafts: Drafts) -> Counts:
    """Add the tags that questions lack; those that the person put there stay.

    Tags in the trash are not seen. A tag that no question has room for is not created.

    Raises:
        NotFound: another device deleted a tag after we had looked for it.
    """
    known = {(tag.kind, tag.name_key): tag for tag in Tag.objects.owned_by(drafts.owner).live()}
    missing = _missing(drafts)
    new = _create(drafts, {key for keys in missing.values() for key in keys} - known.keys())
    tags = known | new
    hold_tags({known[key].pk for keys in missing.values() for key in keys if key in known})
    QuestionTag.objects.bulk_create(
        (
            QuestionTag(owner=drafts.owner, question=draft.question, tag=tags[key])
            for draft in drafts.questions.values()
            for key in missing[draft.question.pk]
        ),
        # Another device may add one tag at the same moment; either of them is enough.
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    used = {key for draft in drafts.questions.values() for key in draft.tags}
    return Counts(created=len(new), unchanged=len(used & known.keys()))


def _missing(drafts: Drafts) -> dict[int, list[Key]]:
    present = _present(draft.question.pk for draft in drafts.questions.values() if not draft.is_new)
    missing = {}
    for draft in drafts.questions.values():
        has = present[draft.question.pk]
        wanted = [key for key in draft.tags if key not in has]
        room = max(0, MAX_TAGS - len(has))
        missing[draft.question.pk] = wanted[:room]
        draft.is_changed |= bool(wanted[:room]) and not draft.is_new
        _note_dropped(drafts, draft, len(wanted[room:]) + len(draft.dropped_tags - has))
    return missing


def _present(question_ids: Iterable[int]) -> dict[int, set[Key]]:
    present: dict[int, set[Key]] = defaultdict(set)
    for batch in in_batches(question_ids):
        links = QuestionTag.objects.filter(question__in=batch, tag__deleted_at=None)
        keys = links.values_list("question_id", "tag__kind", "tag__name_key")
        for question_id, kind, name_key in keys:
            present[question_id].add((kind, name_key))
    return present


def _note_dropped(drafts: Drafts, draft: Draft, count: int) -> None:
    if count:
        text = f"{count} of its tags are left out: a question takes at most {MAX_TAGS}."
        drafts.note("too_many_tags", draft.position, text)


def _create(drafts: Drafts, keys: Iterable[Key]) -> dict[Key, Tag]:
    spelled: dict[Key, ImportedTag] = {}
    for draft in drafts.questions.values():
        for key, tag in draft.tags.items():
            spelled.setdefault(key, tag)
    new = {key: _tag(drafts, spelled[key]) for key in sorted(keys)}
    Tag.objects.bulk_create(new.values(), batch_size=BATCH)
    return new


def _tag(drafts: Drafts, imported: ImportedTag) -> Tag:
    owner = drafts.owner
    tag = Tag(kind=imported.kind, name=imported.name, owner=owner)
    tag.created_by = tag.updated_by = owner
    tag.created_at = tag.updated_at = drafts.at
    tag.index_words()
    return tag
