"""Finds which of a person's questions a file is about, and makes one draft of each."""

from collections.abc import Collection, Iterator
from uuid import UUID

from domain.questions.models import Question
from domain.questions.querysets import QuestionQuerySet
from domain.transfer.drafts import MERGED, Draft, Drafts, fill
from domain.transfer.identity import (
    ID,
    TITLE,
    UID,
    QuestionKey,
    key_of,
    outer_key,
    title_key,
)
from domain.transfer.storing.batches import by_platform, in_batches, numbered

# A person's question by its primary key, or one that they lack by what identifies it.
type _Name = int | QuestionKey


def unite(drafts: Drafts) -> dict[int, Draft]:
    """Make one draft of all that are about one question.

    A question in the trash is not seen. Rows without an id of the platform are about what has
    their title: with the person, else in the file.

    Returns:
        The drafts of questions that the person has, by their primary keys.
    """
    stored = dict(_stored(drafts))
    names: dict[_Name, QuestionKey] = {}
    titles: dict[QuestionKey, QuestionKey] = {}
    waiting = []
    for key, draft in drafts.questions.items():
        name: _Name = stored.get(key) or stored.get(outer := outer_key(draft.imported)) or outer
        if isinstance(name, tuple) and name[0] == TITLE:
            waiting.append(key)
            continue
        first = names.setdefault(name, key)
        titles.setdefault(title_key(draft.imported), first)
        drafts.aliases[key] = first
    for key in waiting:
        drafts.aliases[key] = titles.setdefault(title_key(drafts.questions[key].imported), key)
    _absorb_all(drafts)
    return {pk: drafts.questions[key] for pk, key in names.items() if isinstance(pk, int)}


def _absorb_all(drafts: Drafts) -> None:
    # A row that comes earlier may be absorbed by a later one.
    for key in [key for key, first in drafts.aliases.items() if key != first]:
        _absorb(drafts.questions[drafts.aliases[key]], drafts.questions.pop(key))


def _absorb(draft: Draft, other: Draft) -> None:
    fill(draft.question, other.question, MERGED)
    for key, tag in other.tags.items():
        draft.tags.setdefault(key, tag)
    draft.dropped_tags |= other.dropped_tags
    timed = {(log.attempted_at, log.outcome) for log in draft.logs}
    draft.logs += [
        log
        for log in other.logs
        if log.external_id is not None or (log.attempted_at, log.outcome) not in timed
    ]
    draft.baseline = draft.baseline or other.baseline
    draft.is_suspended |= other.is_suspended
    if other.number < draft.number:
        draft.number, draft.position = other.number, other.position


def _stored(drafts: Drafts) -> Iterator[tuple[QuestionKey, int]]:
    """What identifies the person's questions that are in the file, with their primary keys."""
    live = Question.objects.owned_by(drafts.owner).live()
    wanted = {key_of(draft.imported) for draft in drafts.questions.values()}
    wanted |= {outer_key(draft.imported) for draft in drafts.questions.values()}
    ids = by_platform((platform, value) for kind, platform, value in wanted if kind == ID)
    for platform, external_ids in ids.items():
        for pk, external_id in numbered(live.filter(platform=platform), external_ids):
            yield (ID, platform, external_id), pk
    for batch in in_batches(UUID(value) for kind, _, value in wanted if kind == UID):
        for pk, uid in live.filter(uid__in=batch).values_list("pk", "uid"):
            yield (UID, "", str(uid)), pk
    yield from _titled(live, {key for key in wanted if key[0] == TITLE})


def _titled(
    live: QuestionQuerySet, wanted: Collection[QuestionKey]
) -> Iterator[tuple[QuestionKey, int]]:
    """Those with one of some titles; of several with the same, the oldest."""
    if not wanted:
        return
    # All of them: no database folds case as we do.
    rows = live.filter(platform__in={platform for _, platform, _ in wanted}).order_by("-pk")
    for question in rows.only("platform", "title").iterator():
        if (key := title_key(question)) in wanted:
            yield key, question.pk
