"""What people prepare for: an interview on a day, and what it will be about."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from domain.base.models import (
    CharField,
    Identified,
    Owned,
    SoftDeletable,
    Stamped,
    TextField,
    UidIndex,
)
from domain.goals.querysets import GoalLinkQuerySet, GoalQuerySet
from domain.lists.models import StudyList
from domain.questions.models import Tag

MAX_NOTE = 10_000


class Goal(Identified, Stamped, SoftDeletable):
    """An interview that a person prepares for: its day, and the questions that it is about."""

    # Never empty, so that a goal outlives the company tag that it was named after.
    name = CharField(
        max_length=100,
        help_text="1 to 100 characters; the company's name if it was left empty.",
    )
    company = models.ForeignKey(
        Tag,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="company_goals",
        help_text="A tag of the kind COMPANY: who interviews. Its questions are covered.",
    )
    date = models.DateField(
        help_text="The day of the interview, in the person's time zone; today to ten years ahead "
        "when it is set."
    )
    target_retention = models.FloatField(
        default=0.9,
        validators=[MinValueValidator(0.70), MaxValueValidator(0.99)],
        help_text="Chance of recall, 0.70 to 0.99, that each question should have on the day.",
    )
    note = TextField(
        blank=True, max_length=MAX_NOTE, help_text="The person's notes on it (Markdown)."
    )
    lists = models.ManyToManyField(StudyList, through="goals.GoalList", related_name="goals")
    tags = models.ManyToManyField(Tag, through="goals.GoalTag", related_name="goals")

    # The goals of one read, this one among them; set by the queryset.
    read_with: "list[Goal] | None" = None
    # What is predicted for them; set by domain.goals.readiness.
    standings: Any = None

    objects = GoalQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="goal_named"),
            models.CheckConstraint(
                condition=Q(target_retention__gte=0.70, target_retention__lte=0.99),
                name="goal_target_retention",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "date", "uid"], name="goal_date"),
            models.Index(
                fields=["owner", "-deleted_at", "-uid"],
                condition=Q(deleted_at__isnull=False),
                name="goal_trash",
            ),
            UidIndex(name="goal_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.date:%Y-%m-%d}"


class GoalList(Owned):
    """That a goal covers the questions of a list."""

    goal = models.ForeignKey(
        Goal, on_delete=models.CASCADE, related_name="list_links", db_index=False
    )
    study_list = models.ForeignKey(StudyList, on_delete=models.CASCADE, related_name="goal_links")

    objects = GoalLinkQuerySet.as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "study_list"],
                name="goallist_pair",
                violation_error_code="study_list_taken",
                violation_error_message="The goal already has this list.",
            )
        ]
        indexes = [models.Index(fields=["owner"], name="goallist_owner")]

    def __str__(self) -> str:
        return f"list {self.study_list_id} of goal {self.goal_id}"


class GoalTag(Owned):
    """That a goal covers the questions with a tag."""

    goal = models.ForeignKey(
        Goal, on_delete=models.CASCADE, related_name="tag_links", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="goal_links")

    objects = GoalLinkQuerySet.as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "tag"],
                name="goaltag_pair",
                violation_error_code="tag_taken",
                violation_error_message="The goal already has this tag.",
            )
        ]
        indexes = [models.Index(fields=["owner"], name="goaltag_owner")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} of goal {self.goal_id}"
