"""How each kind of object is written in Drillbook JSON v1, declared once.

Exports, imports and the feed of changes all read these declarations. What follows from other rows,
such as counters and due dates, is left out: it is computed again.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from django.db import models

from domain.accounts.models import UserSettings
from domain.archive.canonical import plain
from domain.archive.declaring import Entity, EntityName, Part, Reference, camel
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    Rating,
    ReviewBaseline,
    ReviewStage,
    ReviewState,
)
from domain.questions.models import Difficulty, Question, QuestionTag, Tag

VERSION = 1
STAMPS = ("created_at", "updated_at", "deleted_at", "version")


# Columns whose stored numbers have names.
NAMED: Mapping[tuple[type[models.Model], str], type[Enum]] = {
    (Question, "difficulty"): Difficulty,
    (QuestionLog, "rating"): Rating,
    (ReviewBaseline, "state"): ReviewStage,
}

SETTINGS = Entity(
    name=EntityName.SETTINGS,
    key="settings",
    model=UserSettings,
    owner="user",
    uid=None,
    columns=(
        "timezone",
        "day_start_hour",
        "week_start",
        "desired_retention",
        "maximum_interval_days",
        "new_per_day",
        "reviews_per_day",
        "same_day_repeat",
        "fsrs_parameters",
        "daily_goal_minutes",
    ),
)
TAG = Entity(
    name=EntityName.TAG,
    key="tags",
    model=Tag,
    columns=("name", "kind", "description", "colour", *STAMPS),
)
QUESTION = Entity(
    name=EntityName.QUESTION,
    key="questions",
    model=Question,
    columns=(
        "title",
        "slug",
        "url",
        "platform",
        "external_id",
        "content",
        "notes",
        "source",
        "difficulty",
        "platform_rating",
        "importance",
        "is_starred",
        "is_archived",
        "target_seconds",
        *STAMPS,
    ),  # fmt: skip
    parts=(
        Part(
            "tags",
            QuestionTag,
            "question",
            ("frequency", "window"),
            references=(Reference("tag", EntityName.TAG),),
            order=("tag__uid",),
        ),
        Part(
            "review",
            ReviewState,
            "question",
            ("is_suspended", "postponed_until"),
            unless={"is_suspended": False, "postponed_until": None},
        ),
        Part(
            "baseline",
            ReviewBaseline,
            "question",
            ("state", "stability", "difficulty", "reviewed_at", "due_at", "reps", "lapses"),
        ),
    ),
)
LOG = Entity(
    name=EntityName.LOG,
    key="logs",
    model=QuestionLog,
    columns=(
        "attempted_at",
        "duration_seconds",
        "outcome",
        "rating",
        "help",
        "approach",
        "time_complexity",
        "space_complexity",
        "language",
        "notes",
        "solution_code",
        "mistakes",
        "platform",
        "external_id",
        "counts_for_review",
        *STAMPS,
    ),  # fmt: skip
    references=(Reference("question", EntityName.QUESTION),),
)
STUDY_LIST = Entity(
    name=EntityName.STUDY_LIST,
    key="studyLists",
    model=StudyList,
    columns=("name", "description", "built_in", "source", "licence", *STAMPS),
    parts=(
        Part(
            "items",
            StudyListItem,
            "study_list",
            ("uid", "position", "section"),
            references=(Reference("question", EntityName.QUESTION),),
            order=("position", "uid"),
        ),
    ),
)
GOAL = Entity(
    name=EntityName.GOAL,
    key="goals",
    model=Goal,
    columns=("name", "date", "target_retention", "note", *STAMPS),
    references=(Reference("company", EntityName.TAG),),
    parts=(
        Part(
            "lists",
            GoalList,
            "goal",
            references=(Reference("study_list", EntityName.STUDY_LIST),),
            order=("study_list__uid",),
            bare=True,
        ),
        Part(
            "tags",
            GoalTag,
            "goal",
            references=(Reference("tag", EntityName.TAG),),
            order=("tag__uid",),
            bare=True,
        ),
    ),
)
SESSION = Entity(
    name=EntityName.SESSION,
    key="sessions",
    model=PracticeSession,
    columns=("started_at", "time_box_minutes", "finished_at", "is_abandoned", "closes_at"),
    references=(Reference("study_list", EntityName.STUDY_LIST),),
    parts=(
        Part(
            "pauses",
            PracticePause,
            "session",
            ("started_at", "ended_at"),
            order=("started_at", "pk"),
        ),
        Part(
            "items",
            PracticeSessionItem,
            "session",
            ("position", "started_at", "ended_at", "measured_seconds"),
            references=(
                Reference("question", EntityName.QUESTION),
                Reference("log", EntityName.LOG),
            ),
            order=("position",),
        ),
    ),
)

# Each after those that it refers to.
ENTITIES = (SETTINGS, TAG, QUESTION, LOG, STUDY_LIST, GOAL, SESSION)
BY_NAME: Mapping[EntityName, Entity] = {entity.name: entity for entity in ENTITIES}


def values_of(entity: Entity | Part) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """What of each row is read, under which key it is written, and how."""

    def writer(column: str) -> Callable[[Any], Any]:
        names = NAMED.get((entity.model, column))
        if names is None:
            return plain
        return lambda value: None if value is None else names(value).name

    own = tuple((column, camel(column), writer(column)) for column in entity.columns)
    named = tuple((f"{it.column}__uid", it.key, plain) for it in entity.references)
    return own + named
