"""Which tags a question has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.base.errors import DomainError, NotFound
from domain.base.writing import check
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.services.tags import TagName, ensure_tags

MAX_TAGS = 50


class TooManyTags(DomainError):
    """A question keeps a bounded number of tags, so that it can be shown with all of them."""

    code = "too_many_tags"
    message = "A question takes at most %(limit)d tags. Leave some out."


class NotACompany(DomainError):
    """Frequency and window say how often a company asks; other tags have none."""

    code = "not_a_company"
    message = "Only COMPANY tags take a frequency and a window."


@dataclass(frozen=True)
class Tagging:
    """A tag, or the name of one; for a company with how often and over which time it was asked."""

    tag: Tag | TagName
    frequency: float | None = None
    window: str | None = None


def set_tags(*, question: Question, taggings: Sequence[Tagging], at: datetime) -> bool:
    """Give a question exactly these tags; tell whether anything changed.

    Tags in the trash keep their links, so that restoring one restores where it was.

    Raises:
        NotFound: a tag is not of the question's owner, or was deleted.
        TooManyTags: more than ``MAX_TAGS``.
        NotACompany: frequency or window on another kind of tag.
    """
    # Counted before missing tags are created, which takes a while for thousands of names.
    if len({TagName(given.tag.kind, given.tag.name).key for given in taggings}) > MAX_TAGS:
        raise TooManyTags(field="tags", limit=MAX_TAGS)
    wanted = _resolved(question, taggings, at)
    _refuse_impossible(question, wanted)
    present = {link.tag_id: link for link in question.tag_links.filter(tag__deleted_at=None)}
    gone = [link.pk for tag_id, link in present.items() if tag_id not in wanted]
    added, altered = [], []
    for tag_id, (tag, tagging) in wanted.items():
        link = present.get(tag_id)
        if link is None:
            added.append(_link(question, tag, tagging))
        elif (link.frequency, link.window) != (tagging.frequency, tagging.window):
            link.frequency, link.window = tagging.frequency, tagging.window
            altered.append(link)
    for link in [*added, *altered]:
        check(link)
    if gone:
        QuestionTag.objects.filter(pk__in=gone).delete()
    if added:
        # Two devices may add one tag at the same moment; either of them is enough.
        QuestionTag.objects.bulk_create(added, ignore_conflicts=True)
    if altered:
        QuestionTag.objects.bulk_update(altered, ["frequency", "window"])
    return bool(gone or added or altered)


def _resolved(
    question: Question, taggings: Sequence[Tagging], at: datetime
) -> dict[int, tuple[Tag, Tagging]]:
    names = [tagging.tag for tagging in taggings if isinstance(tagging.tag, TagName)]
    named = ensure_tags(owner=question.owner, names=names, at=at) if names else {}
    pairs = [
        (named[tagging.tag] if isinstance(tagging.tag, TagName) else tagging.tag, tagging)
        for tagging in taggings
    ]
    return {tag.pk: (tag, tagging) for tag, tagging in pairs}


def _refuse_impossible(question: Question, wanted: dict[int, tuple[Tag, Tagging]]) -> None:
    for tag, tagging in wanted.values():
        if tag.owner_id != question.owner_id or not tag.is_live:
            raise NotFound(field="tags")
        counted = tagging.frequency is not None or tagging.window is not None
        if counted and tag.kind != TagKind.COMPANY:
            raise NotACompany(field="tags")


def _link(question: Question, tag: Tag, tagging: Tagging) -> QuestionTag:
    return QuestionTag(
        owner_id=question.owner_id,
        question=question,
        tag=tag,
        frequency=tagging.frequency,
        window=tagging.window,
    )
