"""What is known about how well a question is remembered."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from domain.base.models import Owned
from domain.practice.models.logs import since_2000
from domain.practice.querysets import ReviewStateQuerySet
from domain.questions.models import Question

# A person's own parameters can make stability grow without end; far below this, in days, it makes
# no difference any more.
MAX_STABILITY = 1e100
LEECH_LAPSES = 4
MASTERED_DAYS = 21


class ReviewStage(models.IntegerChoices):
    """The states of FSRS. Without learning steps, every attempt that counts leads to REVIEW."""

    NEW = 0, "No attempt counts yet"
    LEARNING = 1, "Being learnt, as an import said"
    REVIEW = 2, "Reviewed at growing intervals"
    RELEARNING = 3, "Forgotten and being learnt again, as an import said"


class ReviewState(Owned):
    """How well a question is remembered and when it is due: a replay of its counted attempts.

    Everything but ``is_suspended`` and ``postponed_until`` is derived. A question that was never
    attempted, suspended or postponed has no row.
    """

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, related_name="review", help_text="What is remembered."
    )
    state = models.PositiveSmallIntegerField(
        choices=ReviewStage.choices,
        default=ReviewStage.NEW,
        editable=False,
        help_text="The state that FSRS gives it.",
    )
    stability = models.FloatField(
        null=True,
        editable=False,
        help_text="Days after which the chance of recall has fallen to 90 %; null while NEW.",
    )
    difficulty = models.FloatField(
        null=True,
        editable=False,
        help_text="How hard it is for the person, 1 to 10, as FSRS estimates; null while NEW.",
    )
    due_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it should be reviewed (UTC), unless postponed; null while NEW.",
    )
    last_review_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it was last reviewed (UTC); null while NEW.",
    )
    reps = models.PositiveIntegerField(
        default=0, editable=False, help_text="Number of attempts that count as reviews."
    )
    lapses = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often it was forgotten: AGAIN after the first."
    )
    is_leech = models.BooleanField(
        default=False,
        editable=False,
        help_text=f"Whether it was forgotten {LEECH_LAPSES} times or more: study it anew, or "
        "split it.",
    )
    is_suspended = models.BooleanField(
        default=False, help_text="Whether it stays out of the queue until it is resumed."
    )
    postponed_until = models.DateTimeField(
        null=True, blank=True, help_text="Out of the queue before this moment (UTC); null if not."
    )

    objects = ReviewStateQuerySet.as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReviewStage.NEW, stability=None, due_at=None, last_review_at=None)
                | Q(
                    state__gt=ReviewStage.NEW,
                    stability__gt=0,
                    due_at__isnull=False,
                    last_review_at__isnull=False,
                ),
                name="reviewstate_whole",
            )
        ]
        indexes = [models.Index(fields=["owner", "due_at"], name="reviewstate_due")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, due {self.due_at:%Y-%m-%d}" if self.due_at else "new"


class ReviewBaseline(Owned):
    """What another program knew about a question, without the attempts that led there.

    The replay starts from it and takes the attempts after ``reviewed_at``.
    """

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, related_name="baseline", help_text="What it is about."
    )
    state = models.PositiveSmallIntegerField(
        choices=[choice for choice in ReviewStage.choices if choice[0] != ReviewStage.NEW],
        default=ReviewStage.REVIEW,
        error_messages={"invalid_choice": "Send LEARNING, REVIEW or RELEARNING."},
        help_text="The state there: LEARNING, REVIEW or RELEARNING.",
    )
    stability = models.FloatField(
        validators=[MinValueValidator(0.001), MaxValueValidator(36_500)],
        help_text="Days after which the chance of recall falls to 90 %, 0.001 to 36500.",
    )
    difficulty = models.FloatField(
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="How hard it is for the person, 1 to 10, as FSRS estimates.",
    )
    reviewed_at = models.DateTimeField(
        validators=[since_2000],
        help_text="When it was last reviewed there (UTC); attempts up to then are included.",
    )
    due_at = models.DateTimeField(validators=[since_2000], help_text="When it was due there (UTC).")
    reps = models.PositiveIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text="Number of reviews there, at least 1.",
    )
    lapses = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(1_000_000)],
        help_text="How often it was forgotten there.",
    )

    objects = ReviewStateQuerySet.as_manager()

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["owner"], name="reviewbaseline_owner")]

    def __str__(self) -> str:
        return f"{self.stability:.1f} days at {self.reviewed_at:%Y-%m-%d}"
