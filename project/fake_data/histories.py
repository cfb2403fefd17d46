"""A person's attempts from the first day to the last: what is due first, then something new."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import fsrs

from domain.practice.scheduling import grade
from project.fake_data.attempts import Situation, Try, attempt
from project.fake_data.calendars import PracticeDay, evening, midnight, practice_days
from project.fake_data.people import Person
from project.fake_data.problems import Problem

# Some questions are collected and never tried; all others are begun well before the end.
_TRIED_SHARE = 0.94
_BEGUN_AT_PROGRESS = 0.95
_HOURS_AN_ATTEMPT = 0.55


@dataclass
class Practised:
    """A problem and the attempts at it, oldest first; none for one that was only collected."""

    problem: Problem
    tries: list[Try] = field(default_factory=list)


class History:
    """Simulates a person day by day, with the scheduler that their settings describe.

    Args:
        problems: in the order in which they will be taken up.
        attempts: how many to make in total; fewer only if there are more than days and problems
            allow, since nobody tries the same problem twice on one day.
        until: all attempts end before this day (00:00 UTC).
    """

    def __init__(
        self,
        person: Person,
        problems: Sequence[Problem],
        *,
        attempts: int,
        until: date,
        scheduler: fsrs.Scheduler,
        rng: Random,
    ) -> None:
        self.person = person
        self.practised = [Practised(problem) for problem in problems]
        self.days = practice_days(person, attempts=attempts, until=until, rng=rng)
        self._ends_at = midnight(until)
        self._scheduler = scheduler
        self._rng = rng
        self._tried = max(1, round(len(problems) * _TRIED_SHARE))
        self._begun = 0
        self._free_at = midnight(self.days[0].day) if self.days else self._ends_at
        self._cards: dict[int, fsrs.Card] = {}
        self._queue: list[tuple[datetime, int]] = []

    def simulate(self) -> list[Practised]:
        """Every problem with its attempts."""
        owed = 0
        for day in self.days:
            owed = self._session(day, day.attempts + owed)
        return self.practised

    def _session(self, day: PracticeDay, attempts: int) -> int:
        """Practise on one day; return how many attempts are left over for the next."""
        hours = attempts * _HOURS_AN_ATTEMPT
        starts_at = evening(day, self.person.zone, hours=hours, rng=self._rng)
        self._free_at = max(self._free_at, starts_at)
        bedtime = datetime.combine(day.day, time(23, 59), self.person.zone)
        done: list[tuple[datetime, int]] = []
        while len(done) < attempts:
            index = self._next(day, bedtime)
            if index is None or not self._try(index, day.progress):
                break
            done.append((self._cards[index].due, index))
        # Only now, so that nothing is tried twice on one day.
        for entry in done:
            heapq.heappush(self._queue, entry)
        return attempts - len(done)

    def _next(self, day: PracticeDay, bedtime: datetime) -> int | None:
        """What is due, mixed with new ones at a steady pace; else new; else what is due soonest."""
        planned = self._tried * min(1.0, day.progress / _BEGUN_AT_PROGRESS)
        has_due = bool(self._queue) and self._queue[0][0] <= bedtime
        wants_new = self._begun <= planned and self._rng.random() < 0.4
        if self._begun < self._tried and (wants_new or not has_due):
            self._begun += 1
            return self._begun - 1
        return heapq.heappop(self._queue)[1] if self._queue else None

    def _try(self, index: int, progress: float) -> bool:
        """Try a problem and reschedule it, unless the history ends before the attempt does."""
        card = self._cards.get(index)
        practised = self.practised[index]
        situation = Situation(
            person=self.person,
            problem=practised.problem,
            starts_at=self._free_at,
            progress=progress,
            earlier_attempts=len(practised.tries),
            lateness=_lateness(card, self._free_at),
        )
        made = attempt(situation, self._rng)
        if made.attempted_at >= self._ends_at:
            return False
        practised.tries.append(made)
        rating = grade(outcome=made.outcome, help_used=made.help, rating=made.rating)
        self._cards[index], _ = self._scheduler.review_card(
            card or fsrs.Card(card_id=1), fsrs.Rating(rating), made.attempted_at
        )
        self._free_at = made.attempted_at + timedelta(seconds=self._rng.randint(60, 600))
        return True


def _lateness(card: fsrs.Card | None, at: datetime) -> float:
    if card is None or card.last_review is None:
        return 0.0
    interval = max((card.due - card.last_review).total_seconds(), 1.0)
    return float((at - card.last_review).total_seconds() / interval)
