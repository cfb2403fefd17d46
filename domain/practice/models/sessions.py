"""Sittings: a box of time in which somebody practises, question after question."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from domain.base.models import Identified, Owned, UidIndex
from domain.lists.models import StudyList
from domain.practice.models.logs import QuestionLog
from domain.practice.querysets import PracticeItemQuerySet, PracticeSessionQuerySet
from domain.questions.models import Question

OPEN = Q(finished_at=None)
# After the last thing that happened, a session waits for as long as its box, and so much longer.
PATIENCE = timedelta(hours=4)


class PracticeSession(Identified):
    """A sitting: begun, paused and resumed, finished. A person has one open at most."""

    started_at = models.DateTimeField(help_text="When it began (UTC).")
    time_box_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Minutes the person wants to practise, 1 to 1440; null for no limit.",
    )
    study_list = models.ForeignKey(
        StudyList,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The list that the questions were taken from; null for the review queue.",
    )
    finished_at = models.DateTimeField(
        null=True, editable=False, help_text="When it ended (UTC); null while it is open."
    )
    is_abandoned = models.BooleanField(
        default=False, editable=False, help_text="Whether it was closed because nothing happened."
    )
    closes_at = models.DateTimeField(
        editable=False, help_text="When it closes by itself unless something happens before (UTC)."
    )

    objects = PracticeSessionQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner"],
                condition=OPEN,
                name="practicesession_open",
                violation_error_code="session_open",
                violation_error_message="You have an open session. Finish it, or go on with it.",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="practicesession_order",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-started_at", "-uid"], name="practicesession_started"),
            models.Index(fields=["closes_at"], condition=OPEN, name="practicesession_closes"),
            UidIndex(name="practicesession_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @property
    def patience(self) -> timedelta:
        """How long nothing may happen before it closes by itself."""
        return PATIENCE + timedelta(minutes=self.time_box_minutes or 0)

    @property
    def last_active_at(self) -> datetime:
        """When something last happened in it, while it is open or abandoned."""
        return max(self.started_at, self.closes_at - self.patience)

    def wait(self, *, at: datetime) -> None:
        """Note that something happened, which puts off the closing."""
        self.closes_at = at + self.patience

    def is_open(self, *, at: datetime) -> bool:
        """Whether the person can go on with it."""
        return self.finished_at is None and self.closes_at > at

    def has_closed_itself(self, *, at: datetime) -> bool:
        """Whether it was abandoned, noted or not."""
        return self.is_abandoned or (self.finished_at is None and self.closes_at <= at)

    def end(self, *, at: datetime) -> datetime | None:
        """When it ended, an abandoned one with the last thing that happened; None while open."""
        if self.finished_at is None and self.has_closed_itself(at=at):
            return self.last_active_at
        return self.finished_at


class PracticePause(Owned):
    """An interval in which a session stood still."""

    session = models.ForeignKey(
        PracticeSession, on_delete=models.CASCADE, related_name="pauses", help_text="Of which one."
    )
    started_at = models.DateTimeField(help_text="When the person paused (UTC).")
    ended_at = models.DateTimeField(
        null=True, help_text="When they went on (UTC); null while the session is paused."
    )

    objects = PracticeItemQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at=None), name="practicepause_open"
            )
        ]
        indexes = [models.Index(fields=["owner"], name="practicepause_owner")]

    def __str__(self) -> str:
        return f"{self.started_at:%H:%M}"


class PracticeSessionItem(Owned):
    """A question of a session, in its turn."""

    session = models.ForeignKey(
        PracticeSession,
        on_delete=models.CASCADE,
        related_name="items",
        db_index=False,
        help_text="Of which one.",
    )
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="+", help_text="What is practised."
    )
    position = models.PositiveSmallIntegerField(help_text="Its turn, from 0.")
    started_at = models.DateTimeField(
        null=True, help_text="When it was shown (UTC); null before its turn."
    )
    ended_at = models.DateTimeField(
        null=True, help_text="When it was logged or skipped (UTC); null until then."
    )
    measured_seconds = models.PositiveIntegerField(
        null=True, help_text="Time spent on it, without pauses, in seconds; null until it ends."
    )
    log = models.OneToOneField(
        QuestionLog,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The attempt that came of it; null if it was skipped.",
    )

    objects = PracticeItemQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"], name="practicesessionitem_position"
            ),
            models.UniqueConstraint(
                fields=["session", "question"], name="practicesessionitem_question"
            ),
        ]
        indexes = [models.Index(fields=["owner"], name="practicesessionitem_owner")]

    def __str__(self) -> str:
        return f"{self.position}: {self.question_id}"
