"""How attempts were graded, and how much was recalled at reviews.

A review is an attempt that counts, unless it is the question's first that does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import Lag

from domain.accounts.models import User, UserSettings
from domain.base.moments import MICROSECONDS_A_DAY, Microseconds, whole
from domain.practice.models import Help, QuestionLog, Rating
from domain.practice.querysets import QuestionLogQuerySet
from domain.practice.statistics.attempts import Attempts
from domain.questions.models import Outcome

# Where each age begins, in days; the last has no end.
AGES = (0, 1, 2, 4, 8, 16, 31, 61)


@dataclass(frozen=True)
class Retention:
    """How many of some reviews were recalled.

    Attributes:
        recalled: those whose grade is not AGAIN.
    """

    sample_size: int
    recalled: int

    @property
    def rate(self) -> float | None:
        """The share that was recalled, 0 to 1; None without reviews."""
        return self.recalled / self.sample_size if self.sample_size else None


@dataclass(frozen=True)
class RetentionAtAge(Retention):
    """The same of one age.

    Attributes:
        from_days: whole days since the attempt before that counted: at least so many.
        to_days: and at most so many; None for the oldest.
    """

    from_days: int
    to_days: int | None


@dataclass(frozen=True)
class RatingCount:
    """How many attempts have a grade."""

    rating: Rating
    count: int


def retention_by_age(
    *, owner: User, settings: UserSettings, since: date, until: date
) -> list[RetentionAtAge]:
    """What a person recalled on the days from ``since`` to ``until``, by the age of the memory.

    Always the same ages, from 1 day up: what was seen on the same day says little about memory.

    Args:
        settings: the owner's, with the time zone and the hour at which their day begins.
    """
    return reviewed(Attempts.of(owner, settings, since=since, until=until))[1:]


def reviewed(attempts: Attempts) -> list[RetentionAtAge]:
    """The reviews among some attempts by age, those of less than a day first."""
    ends = [*(begin - 1 for begin in AGES[1:]), None]
    counts: dict[str, Any] = {}
    for begin, end in zip(AGES, ends, strict=True):
        of_age = Q(is_meant=True, age__gte=begin)
        if end is not None:
            of_age &= Q(age__lte=end)
        counts[f"sample_{begin}"] = Count("pk", filter=of_age)
        counts[f"recalled_{begin}"] = Count("pk", filter=of_age & Q(grade__gt=Rating.AGAIN))
    found = _counted(attempts).aggregate(**counts)
    return [
        RetentionAtAge(found[f"sample_{begin}"], found[f"recalled_{begin}"], begin, end)
        for begin, end in zip(AGES, ends, strict=True)
    ]


def together(ages: Iterable[Retention]) -> Retention:
    """The reviews of all these ages."""
    ages = list(ages)
    return Retention(sum(age.sample_size for age in ages), sum(age.recalled for age in ages))


def ratings(attempts: Attempts) -> list[RatingCount]:
    """How often each grade was given, from AGAIN to EASY."""
    graded = attempts.within.annotate(grade=grade()).order_by().values("grade")
    counts = dict(graded.annotate(count=Count("pk")).values_list("grade", "count"))
    return [RatingCount(rating, counts.get(rating, 0)) for rating in Rating]


def grade() -> Case:
    """The grade of an attempt, as ``scheduling.grade`` has it: an expression."""
    return Case(
        When(rating__isnull=False, then=F("rating")),
        When(~Q(outcome=Outcome.SOLVED) | Q(help=Help.EDITORIAL), then=Value(Rating.AGAIN.value)),
        When(help=Help.HINT, then=Value(Rating.HARD.value)),
        default=Value(Rating.GOOD.value),
        output_field=IntegerField(),
    )


def _counted(attempts: Attempts) -> QuestionLogQuerySet:
    """The attempts that count, with ``grade``, ``age``, and whether they are among the given.

    The others are needed as well: the attempt before a review may be outside of the filter.
    """
    moment = Microseconds(F("attempted_at"))
    order = [F("attempted_at").asc(), F("uid").asc()]
    before = Window(Lag(moment), partition_by=[F("question")], order_by=order)
    is_meant = Case(
        When(pk__in=attempts.within.values("pk"), then=True),
        default=False,
        output_field=BooleanField(),
    )
    counted = QuestionLog.objects.live().owned_by(attempts.owner).filter(counts_for_review=True)
    return counted.filter(attempted_at__lt=attempts.end).annotate(
        grade=grade(), age=(moment - before) / whole(MICROSECONDS_A_DAY), is_meant=is_meant
    )
