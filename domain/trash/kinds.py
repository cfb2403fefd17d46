"""What can be in the trash, and how a row of each kind is shown and purged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast

from domain.goals.models import Goal
from domain.goals.services.goals import purge_goals
from domain.lists.models import StudyList
from domain.lists.services.trash import purge_study_lists
from domain.practice.models import QuestionLog
from domain.practice.services.trash import purge_question_logs
from domain.questions.models import Question, Tag
from domain.questions.services.trash import purge_questions, purge_tags


class TrashKind(models.TextChoices):
    """What a thing in the trash is."""

    QUESTION = "QUESTION", "A question, with its attempts"
    TAG = "TAG", "A tag, with its places on questions"
    QUESTION_LOG = "QUESTION_LOG", "An attempt that was deleted itself"
    STUDY_LIST = "STUDY_LIST", "A study list, with its items"
    GOAL = "GOAL", "A goal"


def _nothing(of: "models.Field[Any, Any]") -> Any:
    # Typed: the databases compare the columns of all kinds.
    return Cast(Value(None), of)


@dataclass(frozen=True)
class Kind:
    """The rows of a kind.

    Attributes:
        purge: deletes rows for good, by primary keys; tells how many.
        title: an expression for what the row, or the question it belongs to, is called.
        parts: expressions for further columns, by name.
        shown: which rows in the trash are there by themselves.
    """

    model: Any
    purge: Callable[..., int]
    title: str
    parts: dict[str, Any] = field(default_factory=dict)
    shown: Q = Q()

    @property
    def type_name(self) -> str:
        """What the rows are called elsewhere."""
        return str(self.model._meta.object_name)

    def trashed(self) -> "models.QuerySet[Any]":
        """The rows of everybody that are in the trash by themselves."""
        rows: models.QuerySet[Any] = self.model._default_manager.order_by()
        return rows.filter(self.shown, deleted_at__isnull=False)

    def columns(self) -> dict[str, Any]:
        """Expressions for the columns that all kinds have, whether they say anything or not."""
        columns = {
            "log_number": _nothing(models.IntegerField()),
            "outcome_was": _nothing(models.CharField()),
            "attempted": _nothing(models.DateTimeField()),
        }
        return {"called": F(self.title)} | columns | self.parts


KINDS = {
    TrashKind.QUESTION: Kind(
        Question, purge_questions, "title", {"log_number": Cast("log_count", models.IntegerField())}
    ),
    TrashKind.TAG: Kind(Tag, purge_tags, "name"),
    TrashKind.QUESTION_LOG: Kind(
        QuestionLog,
        purge_question_logs,
        "question__title",
        {"outcome_was": F("outcome"), "attempted": F("attempted_at")},
        shown=Q(question__deleted_at=None),
    ),
    TrashKind.STUDY_LIST: Kind(StudyList, purge_study_lists, "name"),
    TrashKind.GOAL: Kind(Goal, purge_goals, "name"),
}
