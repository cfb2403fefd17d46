"""Which tags a question has."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.core.exceptions import ValidationError

from domain.accounts.models import User
from domain.base.errors import DomainError, NotFound
from domain.base.updating import update_each
from domain.base.writing import check
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.services.tags import TagName, ensure_tags, refused_names

MAX_TAGS = 50
BATCH = 500


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
        NotFound, TooManyTags, NotACompany, ValidationError: as ``refuse_taggings``.
        ValidationError: no tag can have a name like one of those given.
    """
    refuse_taggings(taggings, owner_id=question.owner_id)
    try:
        return bool(set_all_tags([(question, taggings)], owner=question.owner, at=at))
    except ValidationError:
        names = [given.tag for given in taggings if isinstance(given.tag, TagName)]
        refuse_names(taggings, refused_names(owner=question.owner, names=names, at=at))
        raise


def refuse_taggings(taggings: Sequence[Tagging], *, owner_id: int) -> None:
    """Refuse tags that a question of this owner cannot have. Takes no statement.

    Raises:
        NotFound: a tag is not of the owner, or was deleted.
        TooManyTags: more than ``MAX_TAGS``.
        NotACompany: frequency or window on another kind of tag.
        ValidationError: frequency or window is none.
    """
    if len({TagName(given.tag.kind, given.tag.name).key for given in taggings}) > MAX_TAGS:
        raise TooManyTags(field="tags", limit=MAX_TAGS)
    for index, given in enumerate(taggings):
        if isinstance(given.tag, Tag) and (given.tag.owner_id != owner_id or not given.tag.is_live):
            raise NotFound(field="tags")
        counted = given.frequency is not None or given.window is not None
        if counted and given.tag.kind != TagKind.COMPANY:
            raise NotACompany(field="tags")
        try:
            check(QuestionTag(frequency=given.frequency, window=given.window))
        except ValidationError as refusal:
            raise _of_tag(index, refusal) from refusal


def refuse_names(taggings: Sequence[Tagging], refusals: Mapping[TagName, ValidationError]) -> None:
    """Refuse tags with names that no tag can have.

    Raises:
        ValidationError: it blames ``tags`` and says which of them.
    """
    for index, given in enumerate(taggings):
        if isinstance(given.tag, TagName) and given.tag in refusals:
            raise _of_tag(index, refusals[given.tag])


def _of_tag(index: int, refusal: ValidationError) -> ValidationError:
    """What is wrong with one of the tags, said of the question."""
    return ValidationError(
        {
            "tags": [
                ValidationError(f"tags[{index}].{name}: {message}", code=error.code)
                for name, errors in refusal.error_dict.items()
                for error in errors
                for message in error.messages
            ]
        }
    )


def set_all_tags(
    wanted: Sequence[tuple[Question, Sequence[Tagging]]], *, owner: User, at: datetime
) -> set[int]:
    """Give each of an owner's questions exactly the tags that go with it.

    Args:
        wanted: what ``refuse_taggings`` lets through.

    Returns:
        The primary keys of the questions whose tags really changed.

    Raises:
        NotFound: a tag was deleted meanwhile.
        ValidationError: no tag can have a name like one of those given.
    """
    tags = [given.tag for _, taggings in wanted for given in taggings]
    names = [tag for tag in tags if isinstance(tag, TagName)]
    named = ensure_tags(owner=owner, names=names, at=at) if names else {}
    present = _present([question.pk for question, _ in wanted])
    changes = Changes([], [], [])
    for question, taggings in wanted:
        links = [
            _link(
                question, named[given.tag] if isinstance(given.tag, TagName) else given.tag, given
            )
            for given in taggings
        ]
        changes.note(present[question.pk], {link.tag_id: link for link in links})
    changes.write()
    return {link.question_id for link in (*changes.gone, *changes.added, *changes.altered)}


@dataclass(frozen=True)
class Changes:
    """What is to be done so that questions have the tags they should have."""

    gone: list[QuestionTag]
    added: list[QuestionTag]
    altered: list[QuestionTag]

    def note(self, present: dict[int, QuestionTag], wanted: dict[int, QuestionTag]) -> None:
        """Compare the links of a question, each by its tag, with those that it should have."""
        self.gone.extend(link for tag_id, link in present.items() if tag_id not in wanted)
        for tag_id, given in wanted.items():
            link = present.get(tag_id)
            if link is None:
                self.added.append(given)
            elif (link.frequency, link.window) != (given.frequency, given.window):
                link.frequency, link.window = given.frequency, given.window
                self.altered.append(link)

    def write(self) -> None:
        """Write all."""
        for batch in batched(self.gone, BATCH):
            QuestionTag.objects.filter(pk__in=[link.pk for link in batch]).delete()
        if self.added:
            hold_tags({link.tag_id for link in self.added})
            # Two devices may add one tag at the same moment; either of them is enough.
            QuestionTag.objects.bulk_create(self.added, ignore_conflicts=True, batch_size=BATCH)
        if self.altered:
            update_each(self.altered, ["frequency", "window"])


def hold_tags(tag_ids: Collection[int]) -> None:
    """Keep tags from being deleted, or merged into others, until the transaction ends.

    Call it while the questions that get them are held, and not before.

    Raises:
        NotFound: one was deleted meanwhile.
    """
    held = Tag.objects.live().select_for_update(no_key=True).order_by("pk")
    if len(held.filter(pk__in=tag_ids).values_list("pk")) != len(tag_ids):
        raise NotFound(field="tags")


def _present(question_ids: Sequence[int]) -> dict[int, dict[int, QuestionTag]]:
    """The links of some questions to live tags, by question and tag."""
    present: dict[int, dict[int, QuestionTag]] = defaultdict(dict)
    for batch in batched(question_ids, BATCH):
        for link in QuestionTag.objects.filter(question__in=batch, tag__deleted_at=None):
            present[link.question_id][link.tag_id] = link
    return present


def _link(question: Question, tag: Tag, tagging: Tagging) -> QuestionTag:
    return QuestionTag(
        owner_id=question.owner_id,
        question=question,
        tag=tag,
        frequency=tagging.frequency,
        window=tagging.window,
    )
