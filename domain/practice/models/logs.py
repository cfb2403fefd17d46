"""Attempts at questions."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from domain.base.models import (
    BlockRangeIndex,
    CharField,
    Identified,
    SoftDeletable,
    Stamped,
    TextField,
    UidIndex,
)
from domain.practice.querysets import QuestionLogQuerySet
from domain.questions.models import LIVE, MAX_TEXT, TRASHED, Outcome, Question
from domain.questions.platforms import Platform

MAX_CODE_BYTES = 64 * 1024
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Rating(models.IntegerChoices):
    """How well the solution was recalled: the grades of FSRS and Anki."""

    AGAIN = 1, "Again"
    HARD = 2, "Hard"
    GOOD = 3, "Good"
    EASY = 4, "Easy"


class Help(models.TextChoices):
    """What the person looked at while solving."""

    NONE = "NONE", "None"
    HINT = "HINT", "A hint"
    EDITORIAL = "EDITORIAL", "The editorial"


class Mistake(models.TextChoices):
    """What went wrong in an attempt."""

    MISREAD = "MISREAD", "Misread the problem"
    WRONG_APPROACH = "WRONG_APPROACH", "Chose the wrong approach"
    EDGE_CASE = "EDGE_CASE", "Missed an edge case"
    OFF_BY_ONE = "OFF_BY_ONE", "Off by one"
    TOO_SLOW = "TOO_SLOW", "Too slow an algorithm"
    TOO_MUCH_MEMORY = "TOO_MUCH_MEMORY", "Too much memory"
    BUG = "BUG", "A bug in the code"
    SYNTAX = "SYNTAX", "Syntax or library not known"
    OUT_OF_TIME = "OUT_OF_TIME", "Ran out of time"
    COMMUNICATION = "COMMUNICATION", "Did not explain well"


def known_mistakes(values: object) -> None:
    """Refuse what is not a list of distinct mistakes.

    Raises:
        ValidationError: with the code ``unknown_mistake`` or ``repeated_mistake``.
    """
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValidationError("Send a list of mistakes.", code="unknown_mistake")
    if len(set(values)) != len(values):
        raise ValidationError("Send each mistake once.", code="repeated_mistake")
    if not set(values) <= set(Mistake.values):
        raise ValidationError("One of these mistakes is unknown.", code="unknown_mistake")


def at_most_64_kib(code: str) -> None:
    """Refuse code that is longer than 64 KiB in UTF-8.

    Raises:
        ValidationError: with the code ``code_too_long``.
    """
    if len(code.encode("utf-8", "surrogatepass")) > MAX_CODE_BYTES:
        raise ValidationError("The code may have at most 64 KiB.", code="code_too_long")


def since_2000(moment: datetime) -> None:
    """Refuse moments before the year 2000.

    Raises:
        ValidationError: with the code ``too_early``.
    """
    if moment < EARLIEST:
        raise ValidationError("An attempt cannot be older than the year 2000.", code="too_early")


class QuestionLog(Identified, Stamped, SoftDeletable):
    """One attempt at a question: when, how long, how it ended, and what was learnt."""

    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="logs",
        db_index=False,  # the index by time begins with it
        help_text="What was attempted.",
    )
    attempted_at = models.DateTimeField(
        validators=[since_2000], help_text="When the attempt ended (UTC)."
    )
    duration_seconds = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(86_400)],
        help_text="Time spent in seconds, 0 to 86400; null if it was not measured.",
    )
    outcome = models.CharField(
        max_length=8, choices=Outcome.choices, help_text="How the attempt ended."
    )
    rating = models.PositiveSmallIntegerField(
        choices=Rating.choices,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The person's own grade; null lets outcome and help decide.",
    )
    help = models.CharField(
        max_length=9,
        choices=Help.choices,
        default=Help.NONE,
        help_text="What the person looked at while solving.",
    )
    approach = CharField(
        max_length=200, blank=True, help_text="The idea in a line, at most 200 characters."
    )
    time_complexity = CharField(max_length=40, blank=True, help_text="Such as O(n log n).")
    space_complexity = CharField(max_length=40, blank=True, help_text="Such as O(n).")
    language = CharField(max_length=40, blank=True, help_text="Programming language.")
    notes = TextField(blank=True, max_length=MAX_TEXT, help_text="What was learnt (Markdown).")
    solution_code = TextField(
        blank=True, validators=[at_most_64_kib], help_text="The code, at most 64 KiB."
    )
    mistakes = models.JSONField(
        default=list, blank=True, validators=[known_mistakes], help_text="What went wrong."
    )
    platform = models.CharField(
        max_length=12,
        choices=Platform.choices,
        null=True,  # noqa: DJ001
        blank=True,
        help_text="Where the attempt was imported from; null if it was logged here.",
    )
    external_id = CharField(
        max_length=128,
        null=True,
        blank=True,
        help_text="The submission's id on that platform; null if it was logged here.",
    )
    counts_for_review = models.BooleanField(
        default=True,
        help_text="Whether the scheduler takes it as a review; "
        "off for all but a day's last import.",
    )

    import_batch = models.UUIDField(
        null=True,
        editable=False,
        help_text="The import that it came with, by its id; null if it was logged here.",
    )

    objects = QuestionLogQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            # With the question: one that was deleted keeps its logs when it is imported anew.
            models.UniqueConstraint(
                fields=["owner", "platform", "external_id", "question"],
                condition=LIVE & Q(external_id__isnull=False),
                name="questionlog_external_id",
                violation_error_code="external_id_taken",
                violation_error_message="You already have this submission of this platform.",
            ),
        ]
        indexes = [
            models.Index(fields=["question", "-attempted_at", "-uid"], name="questionlog_question"),
            models.Index(fields=["owner", "-attempted_at", "-uid"], name="questionlog_attempted"),
            models.Index(
                fields=["owner", "-deleted_at", "-uid"], condition=TRASHED, name="questionlog_trash"
            ),
            models.Index(
                fields=["owner", "import_batch"],
                condition=Q(import_batch__isnull=False),
                name="questionlog_import",
            ),
            BlockRangeIndex(fields=["created_at"], name="questionlog_created_at"),
            UidIndex(name="questionlog_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.attempted_at:%Y-%m-%d %H:%M}"
