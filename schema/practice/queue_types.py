"""What to practise next, as clients see it."""

import datetime
from typing import cast

import strawberry

from domain.practice import queue
from schema.context import Info
from schema.questions.types import Question
from schema.selecting import with_selected


@strawberry.type(description="A question that is due, and why it has its place in the queue.")
class ReviewQueueItem:
    question: Question = strawberry.field(description="What to review.")
    reason: str = strawberry.field(
        description="Why it is here, for people, such as: due 3 days ago, recall 71 %."
    )
    due_at: datetime.datetime = strawberry.field(description="When it should be reviewed (UTC).")
    overdue_days: int = strawberry.field(
        description="Your days since the one on which it was due; 0 on that day."
    )
    retrievability: float = strawberry.field(
        description="The chance that you recall it now, 0 to 1, by FSRS."
    )
    priority: float = strawberry.field(
        description="The chance that you do not, times 0.7, 1.0, 1.3 or 1.6 for an importance of "
        "1, 2, 3 or 4. The queue begins with the highest."
    )


@strawberry.type(
    description="Your reviews of today, most urgent first. A question that you attempted today is "
    "not among them, unless settings.sameDayRepeat allows it."
)
class ReviewQueue:
    day: datetime.date = strawberry.field(
        description="Today, by settings.timezone and settings.dayStartHour."
    )
    due_count: int = strawberry.field(
        description="Number of reviews that are due today, with those for which no room is left."
    )

    @strawberry.field(
        description="What to review, by priority, then by the time it was due: at most "
        "reviewsLeftToday, so that after a pause the worst remembered come first and the others on "
        "the days that follow."
    )
    def items(self, info: Info) -> list[ReviewQueueItem]:
        found = _of(self)
        return cast(
            list[ReviewQueueItem], found.read(with_selected(found.questions, info, "question"))
        )

    @strawberry.field(description="How many reviews a day your settings allow.")
    def reviews_per_day(self) -> int:
        return _of(self).settings.reviews_per_day

    @strawberry.field(
        description="Number of questions that you attempted today and had attempted or imported "
        "before, whatever the filter."
    )
    def reviews_done_today(self) -> int:
        return _of(self).done.reviews

    @strawberry.field(description="How many more reviews your settings allow today.")
    def reviews_left_today(self) -> int:
        return _of(self).done.reviews_left(_of(self).settings)

    @strawberry.field(description="How many new questions a day your settings allow.")
    def new_per_day(self) -> int:
        return _of(self).settings.new_per_day

    @strawberry.field(
        description="Number of questions that you attempted today for the first time."
    )
    def new_done_today(self) -> int:
        return _of(self).done.new

    @strawberry.field(description="How many more new questions your settings allow today.")
    def new_left_today(self) -> int:
        return _of(self).done.new_left(_of(self).settings)


@strawberry.type(description="One of the coming days.")
class ReviewForecastDay:
    date: datetime.date = strawberry.field(
        description="Which day, by your time zone and day start."
    )
    due: int = strawberry.field(
        description="Reviews that come due on it, or back if they are postponed. Today's are with "
        "all that are overdue."
    )
    planned: int = strawberry.field(
        description="Reviews that reviewsPerDay leaves to it, of its own and of those that wait."
    )
    backlog: int = strawberry.field(description="Reviews that still wait when it ends.")


@strawberry.type(
    description="The reviews of the coming days as they are scheduled now. The reviews that will "
    "follow from them are not guessed."
)
class ReviewForecast:
    days: list[ReviewForecastDay] = strawberry.field(description="Each day, today first.")
    total: int = strawberry.field(description="Number of reviews that are due on these days.")


@strawberry.type(description="A question that you never attempted, and why it has its place.")
class NextQuestion:
    question: Question = strawberry.field(description="What to practise.")
    reason: str = strawberry.field(
        description="Why it is here, for people, such as: next in Blind 75: Arrays."
    )


def _of(shown: ReviewQueue) -> queue.ReviewQueue:
    return cast(queue.ReviewQueue, shown)
