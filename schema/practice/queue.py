"""What to practise next: reviews that are due, how many are coming, and new questions."""

from typing import Annotated, cast

import strawberry
from strawberry import relay

from domain.lists import models as lists
from domain.practice import forecasting, queue, suggesting
from domain.questions import models
from domain.questions.querysets import QuestionQuerySet
from schema.context import Info
from schema.directives import SignedIn
from schema.errors import BadInput
from schema.lists.types import StudyList
from schema.practice.queue_types import (
    NextQuestion,
    ReviewForecast,
    ReviewForecastDay,
    ReviewQueue,
)
from schema.questions.filters import narrow_questions
from schema.questions.inputs import QuestionFilter
from schema.questions.types import Question
from schema.scoping import get_owned
from schema.selecting import with_selected

Filter = Annotated[
    QuestionFilter | None,
    strawberry.argument(description="Only questions for which these conditions all hold."),
]


@strawberry.type
class QueueQueries:
    @strawberry.field(
        extensions=[SignedIn()],
        description="What to review today, most urgent first. Archived, suspended and postponed "
        "questions stay out.",
    )
    def review_queue(
        self,
        info: Info,
        limit: Annotated[
            int | None,
            strawberry.argument(
                description="How many items at most, 0 to 200; reviewsLeftToday if nothing is said "
                "or if that is less."
            ),
        ] = None,
        filter: Filter = None,
    ) -> ReviewQueue:
        found = queue.review_queue(
            owner=info.context.user,
            settings=info.context.user.settings,
            at=info.context.now,
            limit=_within("limit", limit, 0, queue.LARGEST_QUEUE),
            questions=_questions(info, filter),
        )
        return cast(ReviewQueue, found)

    @strawberry.field(
        extensions=[SignedIn()],
        description="How many reviews the coming days bring, and how reviewsPerDay spreads them.",
    )
    def review_forecast(
        self,
        info: Info,
        days: Annotated[
            int, strawberry.argument(description="How many days, 1 to 365, from today on.")
        ],
        filter: Filter = None,
    ) -> ReviewForecast:
        _within("days", days, 1, forecasting.LONGEST_FORECAST)
        found = forecasting.review_forecast(
            owner=info.context.user,
            settings=info.context.user.settings,
            at=info.context.now,
            days=days,
            questions=_questions(info, filter),
        )
        coming = cast(list[ReviewForecastDay], found)
        return ReviewForecast(days=coming, total=sum(day.due for day in coming))

    @strawberry.field(
        extensions=[SignedIn()],
        description="New questions in the order in which to take them: by importance, then the "
        "easier ones, then the older ones; the same questions always give the same order. "
        "Archived, suspended and postponed ones stay out.",
    )
    def next_questions(
        self,
        info: Info,
        limit: Annotated[
            int | None,
            strawberry.argument(
                description="How many at most, 0 to 100; what settings.newPerDay leaves of today "
                "if nothing is said."
            ),
        ] = None,
        study_list: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="Only those of this list, in its order."),
        ] = None,
        weak_tags: Annotated[
            bool,
            strawberry.argument(
                description="First those with the tag of which you solve the smallest share, among "
                "tags with at least three attempts."
            ),
        ] = False,
        filter: Filter = None,
    ) -> list[NextQuestion]:
        found = suggesting.next_questions(
            owner=info.context.user,
            settings=info.context.user.settings,
            at=info.context.now,
            limit=_within("limit", limit, 0, suggesting.MOST_SUGGESTED),
            study_list=_study_list(info, study_list),
            weak_tags=weak_tags,
            questions=with_selected(_questions(info, filter), info, "question"),
        )
        return cast(list[NextQuestion], found)


def _questions(info: Info, filter: QuestionFilter | None) -> QuestionQuerySet:
    rows = Question.get_queryset(models.Question.objects.all(), info)
    return narrow_questions(cast(QuestionQuerySet, rows), info, filter=filter)


def _study_list(info: Info, id: relay.GlobalID | None) -> lists.StudyList | None:
    return None if id is None else get_owned(StudyList, id, info, field="study_list")


def _within(name: str, value: int | None, least: int, most: int) -> int | None:
    if value is not None and not least <= value <= most:
        raise BadInput(f"{name} is {value}; ask for {least} to {most}.")
    return value
