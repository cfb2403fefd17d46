"""How practice is going, as clients see it. Aggregates take the same filters as lists."""

from datetime import date, timedelta
from typing import Any, cast

import strawberry

from domain.accounts.models import User
from domain.practice.days import local_day
from domain.practice.models import QuestionLog
from domain.practice.statistics import Attempts, Report
from domain.questions.models import Question
from schema.context import Info
from schema.errors import BadInput
from schema.practice import tag_statistics
from schema.practice.inputs import QuestionLogFilter
from schema.practice.queries import narrow_logs
from schema.practice.statistics_parts import (
    DifficultyStatistics,
    HeatmapDay,
    MistakeCount,
    RatingCount,
    Retention,
    RetentionAtAge,
)
from schema.questions import types
from schema.questions.filters import narrow_questions
from schema.questions.inputs import QuestionFilter

DEFAULT_DAYS = 365
MAX_DAYS = 3_700
# Far from the ends of the calendar, where days of some zones cannot be told.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2999, 12, 31)


@strawberry.input(
    description="Days of yours, in your time zone and beginning at your day's hour. At most "
    f"{MAX_DAYS} of them."
)
class StatisticsRange:
    since: date | None = strawberry.field(
        default=None,
        description=f"The first day; if left out, {DEFAULT_DAYS} days that end with the last.",
    )
    until: date | None = strawberry.field(
        default=None, description="The last day, included; today if left out."
    )

    def days(self, *, today: date) -> tuple[date, date]:
        """The first and the last day.

        Raises:
            BadInput: the last comes before the first, or there are too many.
        """
        until = self.until or today
        if not FIRST_DAY <= until <= LAST_DAY or not FIRST_DAY <= (self.since or until) <= LAST_DAY:
            raise BadInput(f"Ask for days from {FIRST_DAY} to {LAST_DAY}.")
        since = self.since or max(until - timedelta(days=DEFAULT_DAYS - 1), FIRST_DAY)
        if since > until:
            raise BadInput(
                f"since ({since}) is after the last day ({until}); choose an earlier one."
            )
        if (until - since).days >= MAX_DAYS:
            raise BadInput(f"These are more than {MAX_DAYS} days; ask for shorter ranges in turn.")
        return since, until


@strawberry.type(
    description="How your practice is going: what your attempts on some days come to. Only what "
    "you select is computed."
)
class Statistics:
    since: date = strawberry.field(description="The first day.")
    until: date = strawberry.field(description="The last day, included.")
    attempts: int = strawberry.field(description="Number of attempts.")
    solved: int = strawberry.field(description="How many of them were solved.")
    solved_rate: float | None = strawberry.field(
        description="The share that was solved, 0 to 1; null without attempts."
    )
    questions_attempted: int = strawberry.field(
        description="Number of different questions attempted."
    )
    seconds_spent: int = strawberry.field(
        description="Time spent in seconds, over the attempts whose time was measured."
    )
    current_streak: int = strawberry.field(
        description="Days in a row with at least one attempt, ending today or yesterday; 0 if "
        "there was none on either. Of your whole history under the filters, whatever the range."
    )
    longest_streak: int = strawberry.field(
        description="The most days in a row with at least one attempt. Of your whole history under "
        "the filters, whatever the range."
    )
    active_days: int = strawberry.field(description="Number of days with attempts.")
    heatmap: list[HeatmapDay] = strawberry.field(
        description="The days with attempts, in their order. Together they have all attempts."
    )
    by_difficulty: list[DifficultyStatistics] = strawberry.field(
        description="The difficulties that were attempted, the easiest first."
    )
    mistakes: list[MistakeCount] = strawberry.field(
        description="The mistakes that were made, the most frequent first."
    )
    ratings: list[RatingCount] = strawberry.field(
        description="All four grades, AGAIN first. Where you gave none, outcome and help decide: "
        "solved alone is GOOD, with a hint HARD, and all else AGAIN."
    )
    true_retention: Retention = strawberry.field(
        description="What you recalled at reviews, to compare with desiredRetention."
    )
    desired_retention: float = strawberry.field(
        description="What you want to recall at reviews, 0 to 1: your setting."
    )
    retention_by_age: list[RetentionAtAge] = strawberry.field(
        description="What you recalled at reviews by the days that had passed, always the same "
        "ages. Repetitions within 24 hours are left out; trueRetention has them."
    )
    daily_goal_minutes: int | None = strawberry.field(
        description="Minutes of practice that you aim for on a day: your setting; null without."
    )
    goal_days: int | None = strawberry.field(
        description="Number of days that reached dailyGoalMinutes; null without a goal."
    )

    @strawberry.field(
        description="How you do with each of your tags: the 100 with most attempts, in that order."
    )
    def by_tag(self, info: Info) -> list[tag_statistics.TagStatistics]:
        return tag_statistics.by_tag(cast(Report, self).tag_scores, info)


def statistics_of(
    owner: User,
    info: Info,
    *,
    range: StatisticsRange | None,
    filter: QuestionFilter | None,
    log_filter: QuestionLogFilter | None,
) -> Report:
    """What stands for ``Statistics``: nothing is read before it is asked for.

    Raises:
        BadInput: the range is none.
        NotFound: the filters name what is not the caller's.
    """
    settings = owner.settings
    today = local_day(info.context.now, settings.timezone, settings.day_start_hour)
    since, until = (range or StatisticsRange()).days(today=today)
    questions: Any = types.Question.scope.narrow(Question.objects.all(), owner)
    logs: Any = QuestionLog.objects.live().owned_by(owner)
    if filter is not None:
        questions = narrow_questions(questions, info, filter=filter)
        logs = logs.filter(question__in=questions)
    logs = narrow_logs(logs, info, filter=log_filter)
    return Report(Attempts(owner, settings, logs, since, until), questions, info.context.now)
