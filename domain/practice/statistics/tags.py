"""How well a person does with the questions of each tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Avg, Count, F, Q, Window
from django.db.models.functions import Lead, RowNumber

from domain.practice.models import ReviewState
from domain.practice.recall import Curve
from domain.practice.statistics.attempts import Attempts
from domain.practice.statistics.totals import MIN_SAMPLE
from domain.questions.models import Outcome, Tag
from domain.questions.querysets import QuestionQuerySet

MOST_TAGS = 100
_TAG = "question__tag_links__tag"
_SECONDS_A_MINUTE = 60.0


@dataclass(frozen=True)
class Average:
    """What several values come to.

    Attributes:
        value: None for too few.
        sample_size: the number of values.
    """

    value: float | None
    sample_size: int


NOTHING = Average(None, 0)


@dataclass(frozen=True)
class TagScore:
    """What came of the attempts at the questions of one tag."""

    scores: "TagScores"
    tag_id: int
    attempts: int
    solved: int

    @property
    def solved_rate(self) -> float | None:
        """The share that was solved, 0 to 1; None for fewer than ``MIN_SAMPLE`` attempts."""
        return self.solved / self.attempts if self.attempts >= MIN_SAMPLE else None

    @property
    def recall(self) -> Average:
        """The mean chance of recall now, over its questions in play."""
        return self._scored(self.scores.recalls)

    @property
    def minutes(self) -> Average:
        """The median of the attempts whose time was measured."""
        return self._scored(self.scores.medians)

    def _scored(self, averages: dict[int, Average]) -> Average:
        average = averages.get(self.tag_id, NOTHING)
        few = self.attempts < MIN_SAMPLE
        return Average(None, average.sample_size) if few else average


@dataclass(frozen=True)
class TagScores:
    """The live tags with most attempts, at most ``MOST_TAGS``.

    One statement for all tags; one more for the recall and one for the minutes, once asked for.

    Attributes:
        questions: over which recall is averaged.
        at: the moment of that recall.
    """

    tried: Attempts
    questions: QuestionQuerySet
    at: datetime

    @cached_property
    def rows(self) -> list[TagScore]:
        """Those with most attempts first."""
        tags = Tag.objects.live().owned_by(self.tried.owner)
        groups = self._of(tags).order_by().values(tag=F(_TAG))
        counted = groups.annotate(
            attempts=Count("pk"), solved=Count("pk", filter=Q(outcome=Outcome.SOLVED))
        )
        found = counted.order_by("-attempts", "tag").values_list("tag", "attempts", "solved")
        return [TagScore(self, *values) for values in found[:MOST_TAGS]]

    @cached_property
    def recalls(self) -> dict[int, Average]:
        """By tag id."""
        states = ReviewState.objects.owned_by(self.tried.owner).in_play(at=self.at)
        states = states.filter(
            stability__isnull=False, question__in=self.questions, **{f"{_TAG}__in": self._ids}
        )
        recall = Curve.of(self.tried.settings).recall_at(self.at)
        groups = states.order_by().values(tag=F(_TAG)).annotate(mean=Avg(recall), size=Count("pk"))
        return {group["tag"]: Average(group["mean"], group["size"]) for group in groups}

    @cached_property
    def medians(self) -> dict[int, Average]:
        """By tag id, in minutes."""
        return {
            tag: Average(middle / _SECONDS_A_MINUTE if size >= MIN_SAMPLE else None, size)
            for tag, middle, size in self._median_seconds()
        }

    @property
    def _ids(self) -> list[int]:
        return [score.tag_id for score in self.rows]

    def _median_seconds(self) -> Iterator[tuple[int, float, int]]:
        # PostgreSQL has a function for medians, SQLite has none; windows give both the same.
        by_time: dict[str, Any] = {
            "partition_by": [F(_TAG)],
            "order_by": [F("duration_seconds").asc(), F("pk").asc()],
        }
        timed = self._of(self._ids).filter(duration_seconds__isnull=False)
        numbered = timed.order_by().annotate(
            number=Window(RowNumber(), **by_time),
            next=Window(Lead("duration_seconds"), **by_time),
            size=Window(Count("pk"), partition_by=[F(_TAG)]),
        )
        middle = numbered.filter(number=(F("size") + 1) / 2)
        for tag, seconds, following, size in middle.values_list(
            _TAG, "duration_seconds", "next", "size"
        ):
            yield tag, seconds if size % 2 else (seconds + following) / 2, size

    def _of(self, tags: Any) -> Any:
        return self.tried.within.filter(**{f"{_TAG}__in": tags})
