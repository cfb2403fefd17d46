"""Study lists: questions in an order, in sections."""

from django.db import models
from django.db.models import F

from domain.base.models import (
    CharField,
    Identified,
    SoftDeletable,
    Stamped,
    TextField,
    UidIndex,
)
from domain.base.querysets import ByCodePoint
from domain.base.text import folded
from domain.lists.querysets import StudyListItemQuerySet, StudyListQuerySet
from domain.questions.models import LIVE, TRASHED, Question

MAX_DESCRIPTION = 2_000


class BuiltIn(models.TextChoices):
    """A list that comes with the application."""

    BLIND_75 = "BLIND_75", "Blind 75"
    NEETCODE_150 = "NEETCODE_150", "NeetCode 150"


class StudyList(Identified, Stamped, SoftDeletable):
    """Questions that a person works through, in an order of their own."""

    name = CharField(max_length=100, help_text="1 to 100 characters, unique among your lists.")
    description = TextField(
        blank=True, max_length=MAX_DESCRIPTION, help_text="What it is for (Markdown)."
    )
    built_in = models.CharField(
        max_length=32,
        choices=BuiltIn.choices,
        null=True,  # noqa: DJ001
        editable=False,
        help_text="The built-in list that it was cloned from; null for one of the person's own.",
    )
    source = CharField(
        max_length=255,
        blank=True,
        editable=False,
        help_text="Where a built-in list comes from; empty for one of the person's own.",
    )
    licence = CharField(
        max_length=100, blank=True, editable=False, help_text="The licence of that source."
    )
    # Folded here, since databases disagree on the lower case of letters beyond ASCII.
    name_key = models.CharField(max_length=400, blank=True, editable=False)

    objects = StudyListQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner", "name_key"],
                condition=LIVE,
                name="studylist_name",
                violation_error_code="name_taken",
                violation_error_message="You already have a list with this name. Choose another.",
            ),
        ]
        indexes = [
            # Unused since names are sorted by their keys; to be dropped by the next release.
            models.Index(fields=["owner", "name", "uid"], name="studylist_name_order"),
            models.Index(F("owner"), ByCodePoint("name_key"), F("uid"), name="studylist_by_name"),
            models.Index(fields=["owner", "-created_at", "-uid"], name="studylist_created"),
            models.Index(
                fields=["owner", "-deleted_at", "-uid"], condition=TRASHED, name="studylist_trash"
            ),
            UidIndex(name="studylist_found_by"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def fold_name(self) -> None:
        """Bring what is derived from the name up to date."""
        self.name_key = folded(self.name)


class StudyListItem(Identified):
    """A question's place in a list."""

    study_list = models.ForeignKey(
        StudyList,
        on_delete=models.CASCADE,
        related_name="items",
        db_index=False,
        help_text="In which list.",
    )
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="list_items", help_text="Which question."
    )
    # A question that is purged leaves a gap, which the next change of the list closes.
    position = models.PositiveIntegerField(
        help_text="Orders the list, from 0; what clients see is the place among the live ones."
    )
    section = CharField(
        max_length=100, blank=True, help_text="Heading that it stands under; empty for none."
    )

    objects = StudyListItemQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(
                fields=["study_list", "question"],
                name="studylistitem_pair",
                violation_error_code="question_taken",
                violation_error_message="The list already has this question.",
            ),
        ]
        indexes = [
            models.Index(fields=["study_list", "position", "uid"], name="studylistitem_position"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: question {self.question_id}"
