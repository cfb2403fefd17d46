"""Tags that mean the same become one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError, NotFound
from domain.questions.models import Question, QuestionTag, Tag, TagKind

MAX_SOURCES = 50
TRIES = 5


class TargetAmongSources(DomainError):
    """A tag cannot be merged into itself."""

    code = "target_among_sources"
    message = "Leave the target out of the sources: it is the tag that stays."


class BadNumberOfSources(DomainError):
    """One call merges a bounded number of tags."""

    code = "bad_number_of_sources"
    message = "Send 1 to %(limit)d sources."


class MergeDisturbed(DomainError):
    """Other devices kept putting the tags on questions."""

    code = "merge_disturbed"
    message = "Other devices are changing questions with these tags. Try again."


class _MoreQuestions(Exception):
    """A source was put on a question after the questions were held."""


def merge_tags(*, sources: Sequence[Tag], target: Tag, actor: User, at: datetime) -> Tag:
    """Give each question that has one of some tags another one instead, and delete the former.

    Of a question with several of them one link stays: of a company that with a frequency or a
    window before others, the target's before the sources', which count in the order given. The
    sources go to the trash without links. Questions in the trash take part.

    Raises:
        TargetAmongSources, BadNumberOfSources: name others.
        NotFound: one of the tags was deleted meanwhile.
        MergeDisturbed: nothing was merged.
    """
    if not 1 <= len(sources) <= MAX_SOURCES:
        raise BadNumberOfSources(field="sources", limit=MAX_SOURCES)
    if target.pk in {source.pk for source in sources}:
        raise TargetAmongSources(field="sources")
    for _ in range(TRIES):
        try:
            return _merge([source.pk for source in sources], target.pk, actor, at)
        except _MoreQuestions:
            continue
    raise MergeDisturbed(field="sources")


@transaction.atomic
def _merge(sources: list[int], target_id: int, actor: User, at: datetime) -> Tag:
    # Questions before tags: who edits a question holds it before it holds the new tags.
    of_sources = QuestionTag.objects.filter(tag__in=sources)
    questions = Question.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    linked = questions.filter(pk__in=of_sources.values("question"))
    held = set(linked.values_list("pk", flat=True))
    tags = _held_tags([*sources, target_id])
    target = tags.pop(target_id)
    if not held.issuperset(of_sources.values_list("question", flat=True)):
        raise _MoreQuestions
    Question.objects.filter(pk__in=of_sources.values("question")).update(
        version=F("version") + 1, updated_at=at, updated_by=actor
    )
    _move_links(sources, target)
    Tag.objects.filter(pk__in=sources).update(
        deleted_at=at, deleted_by=actor, version=F("version") + 1, updated_at=at, updated_by=actor
    )
    audit.record_all(verb="tag.deleted", at=at, actor=actor, rows=tags.values())
    audit.record(verb="tag.merged", at=at, actor=actor, row=target, fields=["questions"])
    return target


def _held_tags(ids: list[int]) -> dict[int, Tag]:
    tags = Tag.objects.live().select_for_update(no_key=True).order_by("pk")
    held = {tag.pk: tag for tag in tags.filter(pk__in=ids)}
    if held.keys() != set(ids):
        raise NotFound(field="sources")
    if len({tag.owner_id for tag in held.values()}) != 1:
        raise NotFound(field="sources")
    return held


def _move_links(sources: list[int], target: Tag) -> None:
    links = QuestionTag.objects.filter(tag__in=[*sources, target.pk])
    links.exclude(pk__in=_kept(links, sources, target).values("pk")).delete()
    uncounted = {} if target.kind == TagKind.COMPANY else {"frequency": None, "window": None}
    links.filter(tag__in=sources).update(tag=target, **uncounted)


def _kept(links: QuerySet[QuestionTag], sources: list[int], target: Tag) -> QuerySet[Any]:
    """Of each question's links the one that stays."""
    turns = [When(tag=source, then=Value(turn)) for turn, source in enumerate(sources, start=1)]
    order: list[Any] = [Case(*turns, default=Value(0), output_field=IntegerField())]
    if target.kind == TagKind.COMPANY:
        is_counted = Q(frequency__isnull=False) | Q(window__isnull=False)
        order.insert(0, Case(When(is_counted, then=Value(0)), default=Value(1)))
    number = Window(RowNumber(), partition_by=[F("question")], order_by=order)
    return links.annotate(number=number).filter(number=1)
