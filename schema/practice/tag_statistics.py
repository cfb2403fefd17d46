"""How each tag is doing, as clients see it."""

from typing import Any

import strawberry

from domain.practice.statistics import TagScore, TagScores
from domain.questions import models
from schema.context import Info
from schema.questions.types import Tag
from schema.selecting import with_selected


@strawberry.type(
    description="How you do with the questions of one tag. The scores of fewer than 3 attempts are "
    "null: they would be chance."
)
class TagStatistics:
    score: strawberry.Private[TagScore]
    tag: Tag = strawberry.field(description="The tag.")

    @strawberry.field(description="Number of attempts at its questions.")
    def attempts(self) -> int:
        return self.score.attempts

    @strawberry.field(description="How many of them were solved.")
    def solved(self) -> int:
        return self.score.solved

    @strawberry.field(description="The share that was solved, 0 to 1.")
    def solved_rate(self) -> float | None:
        return self.score.solved_rate

    @strawberry.field(
        description="Mean chance, 0 to 1, that you would recall its questions now: those in play, "
        "which are neither archived nor suspended nor postponed. Null if none was ever reviewed."
    )
    def mean_recall(self) -> float | None:
        return self.score.recall.value

    @strawberry.field(description="Number of questions behind meanRecall.")
    def recall_sample_size(self) -> int:
        return self.score.recall.sample_size

    @strawberry.field(
        description="Median time of an attempt in minutes; null if fewer than 3 were measured."
    )
    def median_minutes(self) -> float | None:
        return self.score.minutes.value

    @strawberry.field(description="Number of attempts behind medianMinutes: those measured.")
    def timed_attempts(self) -> int:
        return self.score.minutes.sample_size


def by_tag(scores: TagScores, info: Info) -> list[TagStatistics]:
    """The scores with their tags, which are read in one statement with what is selected of them."""
    ids = [score.tag_id for score in scores.rows]
    rows: Any = Tag.scope.narrow(models.Tag.objects.filter(pk__in=ids), scores.tried.owner)
    tags = {tag.pk: tag for tag in with_selected(rows, info, "tag")}
    return [
        TagStatistics(score=score, tag=tags[score.tag_id])
        for score in scores.rows
        if score.tag_id in tags
    ]
