"""What is predicted for the questions of goals, by FSRS and the person's parameters.

Everything is read for all goals of one read at once, each thing in one statement and only when it
is asked for. A prediction is for the moment at which the goal's day begins.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Avg, Count, F, Q, Value, Window
from django.db.models.functions import RowNumber

from domain.accounts.models import UserSettings
from domain.goals.coverage import Coverage, coverage_of
from domain.goals.models import Goal
from domain.lists.models import StudyListItem
from domain.practice.days import start_of_day
from domain.practice.recall import Curve
from domain.questions.models import QuestionTag

MOST_BELOW_TARGET = 50
MOST_USED_TAGS = 50
_JUDGED = ("question_count", "new_count", "predicted_recall", "above_count")


@dataclass(frozen=True)
class Standing:
    """What is predicted for some questions on a day.

    Attributes:
        new_count: those that were never reviewed; nothing is predicted for them.
        predicted_recall: the mean over the others, 0 to 1; None without others.
        above_count: those with at least the chance that the goal asks for.
    """

    question_count: int = 0
    new_count: int = 0
    predicted_recall: float | None = None
    above_count: int = 0

    @property
    def below_count(self) -> int:
        """Those that were reviewed and will have fallen below the target."""
        return self.question_count - self.new_count - self.above_count

    @property
    def share_above(self) -> float | None:
        """The share that reaches the target, 0 to 1; None without questions."""
        return self.above_count / self.question_count if self.question_count else None


@dataclass(frozen=True)
class Standings:
    """What is predicted for goals of one person."""

    goals: tuple[Goal, ...]
    settings: UserSettings
    # Rows that these keys name, by where they are shown, so that each is read once for all goals.
    shown: dict[Any, dict[int, Any]] = field(default_factory=dict)

    @property
    def question_keys(self) -> set[int]:
        """The questions that will be below the target of any of the goals."""
        return {key for found in self.weakest.values() for key, _ in found}

    @property
    def tag_keys(self) -> set[int]:
        """The tags for which anything is predicted."""
        named = {key for goal in self.goals for key in self.coverage[goal.pk].tags}
        return named.union(*self.standings_by_tag.values())

    @property
    def list_keys(self) -> set[int]:
        """The lists of all the goals."""
        return {key for goal in self.goals for key in self.coverage[goal.pk].lists}

    @cached_property
    def coverage(self) -> dict[int, Coverage]:
        """What each goal covers."""
        return coverage_of(self.goals)

    @cached_property
    def overall(self) -> dict[int, Standing]:
        """Each goal's questions as a whole."""
        rows = _in_one_statement(
            _judged(self._covered(goal, "review__"), goal).values_list("goal", *_JUDGED)
            for goal in self.goals
        )
        return {goal: Standing(*values) for goal, *values in rows}

    @cached_property
    def weakest(self) -> dict[int, list[tuple[int, float]]]:
        """By goal the questions that will be below its target, at most ``MOST_BELOW_TARGET``."""
        worst_first = Window(RowNumber(), order_by=[F("recall").asc(), F("uid").asc()])
        rows = _in_one_statement(
            self._covered(goal, "review__")
            .filter(recall__lt=goal.target_retention)
            .annotate(goal=Value(goal.pk), place=worst_first)
            .filter(place__lte=MOST_BELOW_TARGET)
            .values_list("goal", "place", "pk", "recall")
            for goal in self.goals
        )
        found = defaultdict(list)
        for goal, _, question, recall in sorted(rows):
            found[goal].append((question, recall))
        return found

    @cached_property
    def standings_by_tag(self) -> dict[int, dict[int, Standing]]:
        """By goal and tag."""
        return self._grouped("tag", QuestionTag, self._tags_of)

    @cached_property
    def standings_by_list(self) -> dict[int, dict[int, Standing]]:
        """By goal and list."""
        return self._grouped("study_list", StudyListItem, lambda goal: self.coverage[goal.pk].lists)

    @cached_property
    def _most_used_tags(self) -> set[int]:
        links = QuestionTag.objects.live().filter(owner=self.settings.user_id)
        counted = links.order_by().values("tag").annotate(uses=Count("pk"))
        return set(counted.order_by("-uses", "tag").values_list("tag", flat=True)[:MOST_USED_TAGS])

    def _tags_of(self, goal: Goal) -> set[int]:
        return self.coverage[goal.pk].tags or self._most_used_tags

    def _grouped(self, column: str, model: Any, rows_of: Any) -> dict[int, dict[int, Standing]]:
        path = "question__review__"
        rows = _in_one_statement(
            _judged(
                model.objects.filter(
                    **{f"{column}__in": rows_of(goal)},
                    question__in=self.coverage[goal.pk].questions(),
                ).annotate(recall=self._recall(goal, path)),
                goal,
                column,
            ).values_list("goal", column, *_JUDGED)
            for goal in self.goals
        )
        found: dict[int, dict[int, Standing]] = defaultdict(dict)
        for goal, key, *values in rows:
            found[goal][key] = Standing(*values)
        return found

    def _covered(self, goal: Goal, path: str) -> Any:
        return self.coverage[goal.pk].questions().annotate(recall=self._recall(goal, path))

    def _recall(self, goal: Goal, path: str) -> Any:
        zone = self.settings.timezone, self.settings.day_start_hour
        return Curve.of(self.settings).recall_at(start_of_day(goal.date, *zone), path=path)


def _judged(rows: Any, goal: Goal, *columns: str) -> Any:
    """Rows with ``recall``, counted and averaged for one goal, by some columns."""
    return (
        rows.order_by()
        .annotate(goal=Value(goal.pk))
        .values("goal", *columns)
        .annotate(
            question_count=Count("pk"),
            new_count=Count("pk", filter=Q(recall=None)),
            predicted_recall=Avg("recall"),
            above_count=Count("pk", filter=Q(recall__gte=goal.target_retention)),
        )
    )


def _in_one_statement(branches: Iterable[Any]) -> Iterator[Any]:
    first, *others = branches
    return iter(first.union(*others, all=True) if others else first)
