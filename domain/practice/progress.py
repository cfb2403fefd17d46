"""How far a person has come with a list, counted by the database, a number for each section."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, JSONField, Min, OuterRef, Q, Subquery
from django.db.models.functions import JSONArray

from domain.accounts.models import UserSettings
from domain.lists.models import StudyListItem
from domain.practice.daily import current_day, due_on
from domain.practice.models.reviews import MASTERED_DAYS, ReviewStage


@dataclass(frozen=True)
class Progress:
    """Live questions of a list or of one of its sections, each counted in one of four states.

    Attributes:
        new: no attempt counts as a review yet.
        due: what the queue of the day would offer, had it no limit.
        mastered: remembered for ``MASTERED_DAYS`` or more, and not due.
        learning: the others.
    """

    total: int
    new: int
    learning: int
    due: int
    mastered: int


class _Rows(Subquery):
    """The rows of a query, each with one JSON value named ``part``, as one JSON array."""

    template = '(SELECT JSON_GROUP_ARRAY(JSON("parts"."part")) FROM (%(subquery)s) "parts")'
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Null where there are no rows."""
        template = '(SELECT JSONB_AGG("parts"."part") FROM (%(subquery)s) "parts")'
        return self.as_sql(compiler, connection, template=template)


def parts(*, at: datetime, settings: UserSettings) -> Any:
    """An expression on a list: what ``by_section`` reads, for all lists of a query at once.

    Args:
        settings: those of the lists' owner.
    """
    counted = Q(question__review__state__gt=ReviewStage.NEW)
    strong = counted & Q(question__review__stability__gte=MASTERED_DAYS)
    due = counted & _is_due(at, settings)
    items = StudyListItem.objects.live().filter(study_list=OuterRef("pk")).order_by()
    part = JSONArray(
        Min("position"),
        "section",
        Count("pk"),
        Count("pk", filter=counted),
        Count("pk", filter=due),
        Count("pk", filter=strong),
        Count("pk", filter=strong & due),
    )
    return _Rows(items.values("section").annotate(part=part).values("part"))


def by_section(found: list[list[Any]] | None) -> dict[str, Progress]:
    """What ``parts`` found, by section, in the order in which the sections begin.

    Items without a section are together under "".
    """
    progress = {}
    for _, section, total, counted, due, strong, strong_and_due in sorted(found or ()):
        mastered = strong - strong_and_due
        progress[section] = Progress(
            total=total,
            new=total - counted,
            learning=counted - due - mastered,
            due=due,
            mastered=mastered,
        )
    return progress


def together(sections: Iterable[Progress]) -> Progress:
    """The sum of some sections."""
    sections = list(sections)
    return Progress(
        total=sum(each.total for each in sections),
        new=sum(each.new for each in sections),
        learning=sum(each.learning for each in sections),
        due=sum(each.due for each in sections),
        mastered=sum(each.mastered for each in sections),
    )


def _is_due(at: datetime, settings: UserSettings) -> Q:
    postponed = Q(question__review__postponed_until__gt=at)
    day = current_day(settings, at=at)
    return Q(
        ~postponed,
        due_on(day, at=at, settings=settings, review="question__review__"),
        question__review__is_suspended=False,
        question__is_archived=False,
    )
