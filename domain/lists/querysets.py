"""Which lists, and what is on them."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from domain.base.querysets import OwnedQuerySet
from domain.base.text import folded

if TYPE_CHECKING:
    from domain.lists.models import StudyList, StudyListItem


class StudyListQuerySet(OwnedQuerySet["StudyList"]):
    """Study lists."""

    def named_like(self, search: str) -> Self:
        """Lists in whose name the text occurs, whatever its case."""
        return self.filter(name_key__contains=folded(search))


class StudyListItemQuerySet(OwnedQuerySet["StudyListItem"]):
    """Places in lists."""

    def live(self) -> Self:
        """Places of which neither the list nor the question is in the trash."""
        return self.filter(study_list__deleted_at=None, question__deleted_at=None)

    def ranks(self) -> dict[int, int]:
        """By primary key: how many of these places come before it in its list.

        Positions as stored have gaps, where questions are in the trash or were purged.
        """
        in_list = Window(
            RowNumber(), partition_by=[F("study_list")], order_by=[F("position"), F("uid")]
        )
        return {pk: number - 1 for pk, number in self.values_list("pk", in_list)}


def item_count() -> Any:
    """An expression on a list: how many live questions are on it."""
    items = apps.get_model("lists", "StudyListItem").objects
    on_it = items.filter(study_list=OuterRef("pk"), question__deleted_at=None).order_by()
    counted = on_it.values("study_list").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())
