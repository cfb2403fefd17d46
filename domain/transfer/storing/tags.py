"""Stores the tags of a file and puts them on its questions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from domain.base.updating import update_each
from domain.questions.models import QuestionTag, Tag
from domain.questions.services.tagging import MAX_TAGS, hold_tags
from domain.transfer.drafts import Draft, Drafts, Key
from domain.transfer.formats.imported import ImportedTag
from domain.transfer.journal import Journal
from domain.transfer.reports import Counts
from domain.transfer.storing.batches import BATCH, in_batches

ASKED = ("frequency", "window")


def tag_questions(drafts: Drafts, journal: Journal) -> Counts:
    """Add the tags that questions lack; those that the person put there stay.

    Tags in the trash are not seen. A tag that no question has room for is not created.

    Raises:
        NotFound: another device deleted a tag after we had looked for it.
    """
    known = {(tag.kind, tag.name_key): tag for tag in Tag.objects.owned_by(drafts.owner).live()}
    present = _present(draft.question.pk for draft in drafts.questions.values() if not draft.is_new)
    missing = _missing(drafts, present)
    new = _create(drafts, {key for keys in missing.values() for key in keys} - known.keys())
    journal.created(new.values())
    hold_tags({known[key].pk for keys in missing.values() for key in keys if key in known})
    _link(drafts, missing, known | new, journal)
    _complete(drafts, present, journal)
    used = {key for draft in drafts.questions.values() for key in draft.tags}
    return Counts(created=len(new), unchanged=len(used & known.keys()))


def _missing(drafts: Drafts, present: dict[int, dict[Key, QuestionTag]]) -> dict[int, list[Key]]:
    missing = {}
    for draft in drafts.questions.values():
        has = present.get(draft.question.pk, {}).keys()
        wanted = [key for key in draft.tags if key not in has]
        room = max(0, MAX_TAGS - len(has))
        missing[draft.question.pk] = wanted[:room]
        draft.is_retagged |= bool(wanted[:room]) and not draft.is_new
        _note_dropped(drafts, draft, len(wanted[room:]) + len(draft.dropped_tags - has))
    return missing


def _present(question_ids: Iterable[int]) -> dict[int, dict[Key, QuestionTag]]:
    present: dict[int, dict[Key, QuestionTag]] = defaultdict(dict)
    for batch in in_batches(question_ids):
        links = QuestionTag.objects.filter(question__in=batch, tag__deleted_at=None)
        columns = "question_id", *ASKED, "tag__kind", "tag__name_key"
        for link in links.select_related("tag").only(*columns):
            present[link.question_id][link.tag.kind, link.tag.name_key] = link
    return present


def _link(
    drafts: Drafts, missing: dict[int, list[Key]], tags: dict[Key, Tag], journal: Journal
) -> None:
    links = [
        QuestionTag(
            owner=drafts.owner,
            question=draft.question,
            tag=tags[key],
            frequency=draft.tags[key].frequency,
            window=draft.tags[key].window,
        )
        for draft in drafts.questions.values()
        for key in missing[draft.question.pk]
    ]
    # Another device may add one tag at the same moment; either of them is enough.
    QuestionTag.objects.bulk_create(links, ignore_conflicts=True, batch_size=BATCH)
    old = {draft.question.pk for draft in drafts.questions.values() if draft.is_retagged}
    added = {(link.question_id, link.tag_id) for link in links if link.question_id in old}
    journal.created(_stored(old, added))


def _stored(
    question_ids: Collection[int], pairs: Collection[tuple[int, int]]
) -> Iterator[QuestionTag]:
    """The links of these questions and tags, which do not know their primary keys yet."""
    for batch in in_batches(question_ids):
        for link in QuestionTag.objects.filter(question__in=batch):
            if (link.question_id, link.tag_id) in pairs:
                yield link


def _complete(drafts: Drafts, present: dict[int, dict[Key, QuestionTag]], journal: Journal) -> None:
    """Tell how often a company asks a question, where that is not known."""
    completed = []
    for draft in drafts.questions.values():
        for key, link in present.get(draft.question.pk, {}).items():
            tag = draft.tags.get(key)
            if tag is not None and _is_news(tag, link):
                was = {name: getattr(link, name) for name in ASKED}
                link.frequency, link.window = tag.frequency, tag.window
                journal.changed(link, was, {name: getattr(link, name) for name in ASKED})
                completed.append(link)
                draft.is_retagged = True
    update_each(completed, ASKED)


def _is_news(tag: ImportedTag, link: QuestionTag) -> bool:
    """Whether the file says more of a link than is stored, and nothing else: numbers of different
    times are not mixed."""
    known = [(getattr(link, name), getattr(tag, name)) for name in ASKED]
    return all(stored in (None, said) for stored, said in known) and any(
        stored != said for stored, said in known
    )


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
