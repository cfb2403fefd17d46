"""A person's current day: when it begins and ends, what falls due and what has been done on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from domain.accounts.models import User, UserSettings
from domain.practice.days import local_day, start_of_day
from domain.practice.models import QuestionLog, ReviewBaseline


@dataclass(frozen=True)
class Day:
    """One of a person's days, by their own zone and hour.

    Attributes:
        ends_at: the first moment of the next one.
    """

    date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Done:
    """How many different questions were practised on a day.

    Attributes:
        reviews: those that were known before the day.
        new: those that were attempted for the first time.
    """

    reviews: int
    new: int

    def reviews_left(self, settings: UserSettings) -> int:
        """How many more the person wants to review on this day."""
        return max(0, settings.reviews_per_day - self.reviews)

    def new_left(self, settings: UserSettings) -> int:
        """How many more new ones the person wants to see on this day."""
        return max(0, settings.new_per_day - self.new)


def current_day(settings: UserSettings, *, at: datetime) -> Day:
    """The day of the person's that a moment belongs to."""
    day = local_day(at, settings.timezone, settings.day_start_hour)
    return Day(day, starts_at=_start(day, settings), ends_at=_start(_after(day), settings))


def due_on(day: Day, *, at: datetime, settings: UserSettings, review: str = "") -> Q:
    """The condition that a review falls due before the day ends and was not attempted on it.

    Args:
        day: the owner's, to which ``at`` belongs.
        review: the way to the review from the rows that are asked, which have a question.
    """
    untouched = Q(question__last_attempted_at=None)
    untouched |= Q(question__last_attempted_at__lt=day.starts_at)
    if settings.same_day_repeat:
        untouched |= Q(**{f"{review}due_at__lte": at})
    return untouched & Q(**{f"{review}due_at__lt": day.ends_at})


def done_on(day: Day, *, owner: User) -> Done:
    """What a person has practised on a day, in one statement."""
    earlier = QuestionLog.objects.owned_by(owner).filter(
        question=OuterRef("question"), deleted_at=None, attempted_at__lt=day.starts_at
    )
    # What another program knew counts too, though the attempts that led there are not here.
    imported = ReviewBaseline.objects.owned_by(owner).filter(
        question=OuterRef("question"), reviewed_at__lt=day.starts_at
    )
    attempts = QuestionLog.objects.owned_by(owner).live()
    attempts = attempts.attempted_between(after=day.starts_at, before=day.ends_at)
    counts = attempts.annotate(was_known=Exists(earlier) | Exists(imported)).aggregate(
        reviews=Count("question", distinct=True, filter=Q(was_known=True)),
        new=Count("question", distinct=True, filter=Q(was_known=False)),
    )
    return Done(**counts)


def _start(day: date, settings: UserSettings) -> datetime:
    return start_of_day(day, settings.timezone, settings.day_start_hour).astimezone(UTC)


def _after(day: date) -> date:
    return day + timedelta(days=1)
