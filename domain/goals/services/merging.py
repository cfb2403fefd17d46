"""Tags that mean the same become one, on goals too."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from domain.accounts.models import User
from domain.goals.models import Goal, GoalTag
from domain.questions.models import Tag, TagKind
from domain.questions.services import merging


@transaction.atomic
def merge_tags(*, sources: Sequence[Tag], target: Tag, actor: User, at: datetime) -> Tag:
    """Merge tags as ``domain.questions.services.merging`` does, on questions and on goals.

    A goal's company among the sources gives way to a target that is a company, and goes to the
    trash without a successor otherwise.

    Raises:
        TargetAmongSources, BadNumberOfSources, NotFound, MergeDisturbed: as there.
    """
    target = merging.merge_tags(sources=sources, target=target, actor=actor, at=at)
    ids = [source.pk for source in sources]
    links = GoalTag.objects.filter(tag__in=[*ids, target.pk])
    touched = Q(pk__in=links.filter(tag__in=ids).values("goal"))
    if target.kind == TagKind.COMPANY:
        touched |= Q(company__in=ids)
    Goal.objects.filter(touched).update(version=F("version") + 1, updated_at=at, updated_by=actor)
    if target.kind == TagKind.COMPANY:
        Goal.objects.filter(company__in=ids).update(company=target)
    number = Window(RowNumber(), partition_by=[F("goal")], order_by=["pk"])
    links.exclude(pk__in=links.annotate(number=number).filter(number=1).values("pk")).delete()
    links.filter(tag__in=ids).update(tag=target)
    return target
