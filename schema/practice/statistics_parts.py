"""What statistics consist of, as clients see it."""

import datetime

import strawberry

from domain.practice import models
from domain.questions.models import Difficulty


@strawberry.type(description="What you did on one of your days.")
class HeatmapDay:
    date: datetime.date = strawberry.field(
        name="day", description="The day, as your time zone and day start have it."
    )
    attempts: int = strawberry.field(description="Number of attempts, at least 1.")
    solved: int = strawberry.field(description="How many of them were solved.")
    seconds: int = strawberry.field(
        description="Time spent in seconds, over the attempts whose time was measured."
    )


@strawberry.type(description="What came of your attempts at questions of one difficulty.")
class DifficultyStatistics:
    difficulty: Difficulty | None = strawberry.field(
        description="The difficulty; null for the questions without one."
    )
    attempts: int = strawberry.field(description="Number of attempts, at least 1.")
    solved: int = strawberry.field(description="How many of them were solved.")
    solved_rate: float | None = strawberry.field(
        description="The share that was solved, 0 to 1; null for fewer than 3 attempts."
    )
    questions: int = strawberry.field(description="Number of different questions attempted.")
    seconds: int = strawberry.field(
        description="Time spent in seconds, over the attempts whose time was measured."
    )


@strawberry.type(description="How often a mistake was made.")
class MistakeCount:
    mistake: models.Mistake = strawberry.field(description="What went wrong.")
    count: int = strawberry.field(description="Number of attempts in which it did, at least 1.")


@strawberry.type(description="How often a grade was given.")
class RatingCount:
    rating: models.Rating = strawberry.field(description="The grade.")
    count: int = strawberry.field(description="Number of attempts with it.")


@strawberry.type(
    description="How much was recalled at reviews: attempts that count for reviewing, unless they "
    "are the question's first that does."
)
class Retention:
    sample_size: int = strawberry.field(description="Number of reviews.")
    recalled: int = strawberry.field(description="How many of them were graded above AGAIN.")
    rate: float | None = strawberry.field(
        description="The share that was recalled, 0 to 1; null without reviews."
    )


@strawberry.type(description="How much was recalled at reviews so many days after the one before.")
class RetentionAtAge:
    from_days: int = strawberry.field(
        description="Whole days (24 hours) since the attempt before that counts: at least so many."
    )
    to_days: int | None = strawberry.field(
        description="And at most so many; null for the oldest memories, which have no end."
    )
    sample_size: int = strawberry.field(description="Number of reviews.")
    recalled: int = strawberry.field(description="How many of them were graded above AGAIN.")
    rate: float | None = strawberry.field(
        description="The share that was recalled, 0 to 1; null without reviews."
    )
