"""All statistics of some attempts; each is read when somebody asks for it, and once."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from domain.practice.days import local_day
from domain.practice.statistics import daily, retention, totals
from domain.practice.statistics.attempts import Attempts
from domain.practice.statistics.tags import TagScores
from domain.questions.querysets import QuestionQuerySet

_SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Report:
    """What a person's attempts on some days come to.

    Attributes:
        tried: the attempts.
        questions: those over which recall is averaged.
        at: now; "today" and the chance of recall follow from it.
    """

    tried: Attempts
    questions: QuestionQuerySet
    at: datetime

    @property
    def since(self) -> date:
        """The first day."""
        return self.tried.since

    @property
    def until(self) -> date:
        """The last day."""
        return self.tried.until

    @property
    def attempts(self) -> int:
        """Their number."""
        return self._totals.attempts

    @property
    def solved(self) -> int:
        """How many of them were solved."""
        return self._totals.solved

    @property
    def solved_rate(self) -> float | None:
        """The share that was solved, 0 to 1; None without attempts."""
        return self.solved / self.attempts if self.attempts else None

    @property
    def questions_attempted(self) -> int:
        """The number of different questions."""
        return self._totals.questions

    @property
    def seconds_spent(self) -> int:
        """Over the attempts whose time was measured."""
        return self._totals.seconds

    @property
    def current_streak(self) -> int:
        """Of all days, not only these."""
        return self._streaks.current

    @property
    def longest_streak(self) -> int:
        """Of all days, not only these."""
        return self._streaks.longest

    @property
    def active_days(self) -> int:
        """The number of days with attempts."""
        return len(self.heatmap)

    @property
    def daily_goal_minutes(self) -> int | None:
        """The person's own goal; None if they have none."""
        return self.tried.settings.daily_goal_minutes

    @property
    def goal_days(self) -> int | None:
        """The number of days that reached the goal; None without one."""
        if self.daily_goal_minutes is None:
            return None
        goal = self.daily_goal_minutes * _SECONDS_A_MINUTE
        return sum(day.seconds >= goal for day in self.heatmap)

    @property
    def desired_retention(self) -> float:
        """What the person wants to recall at reviews, 0 to 1."""
        return self.tried.settings.desired_retention

    @cached_property
    def heatmap(self) -> list[daily.HeatmapDay]:
        """The days with attempts."""
        return daily.heatmap_of(self.tried)

    @cached_property
    def by_difficulty(self) -> list[totals.DifficultyTotals]:
        """The difficulties that were attempted."""
        return totals.by_difficulty(self.tried)

    @cached_property
    def mistakes(self) -> list[totals.MistakeCount]:
        """The mistakes that were made."""
        return totals.mistakes(self.tried)

    @cached_property
    def ratings(self) -> list[retention.RatingCount]:
        """All grades."""
        return retention.ratings(self.tried)

    @property
    def true_retention(self) -> retention.Retention:
        """What was recalled at reviews of any age."""
        return retention.together(self._reviewed)

    @property
    def retention_by_age(self) -> list[retention.RetentionAtAge]:
        """What was recalled at reviews after a day and more."""
        return self._reviewed[1:]

    @cached_property
    def tag_scores(self) -> TagScores:
        """How the tags do."""
        return TagScores(self.tried, self.questions, self.at)

    @cached_property
    def _totals(self) -> totals.Totals:
        return totals.totals(self.tried)

    @cached_property
    def _streaks(self) -> daily.Streaks:
        settings = self.tried.settings
        today = local_day(self.at, settings.timezone, settings.day_start_hour)
        return daily.streaks(self.tried, today=today)

    @cached_property
    def _reviewed(self) -> list[retention.RetentionAtAge]:
        return retention.reviewed(self.tried)
