"""What is predicted for one goal, of what was read for several."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from domain.accounts.models import UserSettings
from domain.goals.models import Goal
from domain.goals.readiness.standings import Standing, Standings
from domain.practice.days import local_day


@dataclass(frozen=True)
class Forecast:
    """What is predicted for one goal."""

    goal: Goal
    days_left: int
    together: Standings

    @property
    def standing(self) -> Standing:
        """Of all questions that are covered."""
        return self.together.overall.get(self.goal.pk, Standing())

    @property
    def reviews_needed(self) -> int:
        """How many questions are new or will have fallen below the target."""
        return self.standing.new_count + self.standing.below_count

    @property
    def reviews_per_day(self) -> int:
        """How many of those there are for each day that is left, today if it is the day."""
        return ceil(self.reviews_needed / max(1, self.days_left))

    @property
    def below_target(self) -> list[tuple[int, float]]:
        """Questions that will have fallen below the target, the worst first, with their recall."""
        return self.together.weakest[self.goal.pk]

    @property
    def by_tag(self) -> list[tuple[int, Standing]]:
        """The goal's own tags or, if it has none, the most used ones; the least ready first."""
        found = self.together.standings_by_tag[self.goal.pk]
        return _least_ready_first(found, self.together.coverage[self.goal.pk].tags)

    @property
    def by_list(self) -> list[tuple[int, Standing]]:
        """The goal's lists, the least ready first."""
        found = self.together.standings_by_list[self.goal.pk]
        return _least_ready_first(found, self.together.coverage[self.goal.pk].lists)


def forecast(goal: Goal, *, settings: UserSettings, at: datetime) -> Forecast | None:
    """What is predicted for the day of a goal; None once that day is over.

    Goals that were read together share what is read for them.

    Args:
        settings: of the goal's owner.
    """
    today = local_day(at, settings.timezone, settings.day_start_hour)
    if goal.date < today:
        return None
    if goal.standings is None:
        peers = [peer for peer in goal.read_with or [goal] if peer.date >= today]
        together = Standings(tuple(peers), settings)
        for peer in peers:
            peer.standings = together
    return Forecast(goal, (goal.date - today).days, goal.standings)


def _least_ready_first(
    found: dict[int, Standing], named: Iterable[int]
) -> list[tuple[int, Standing]]:
    standings = dict.fromkeys(named, Standing()) | found
    return sorted(
        standings.items(),
        key=lambda item: (item[1].question_count == 0, item[1].share_above or 0, item[0]),
    )
