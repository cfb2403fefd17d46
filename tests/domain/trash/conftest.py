"""A person with a row of everything that hangs on something that can be deleted."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest

from domain.accounts.models import User
from domain.goals.models import Goal, GoalList, GoalTag
from domain.goals.services.goals import delete_goal, restore_goal
from domain.lists.models import StudyList
from domain.lists.services.lists import delete_study_list
from domain.lists.services.trash import restore_study_list
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.practice.services.logs import delete_question_log
from domain.practice.services.trash import restore_question, restore_question_log
from domain.practice.settling import settle
from domain.questions.models import Question, Tag, TagKind
from domain.questions.services.questions import delete_question
from domain.questions.services.tags import delete_tag
from domain.questions.services.trash import restore_tag
from domain.trash.kinds import TrashKind
from tests.factories import (
    NOW,
    GoalFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListItemFactory,
)

DAY = timedelta(days=1)
DELETE = {
    TrashKind.QUESTION: ("question", delete_question),
    TrashKind.TAG: ("tag", delete_tag),
    TrashKind.QUESTION_LOG: ("log", delete_question_log),
    TrashKind.STUDY_LIST: ("study_list", delete_study_list),
    TrashKind.GOAL: ("goal", delete_goal),
}
RESTORE: dict[TrashKind, Any] = {
    TrashKind.QUESTION: restore_question,
    TrashKind.TAG: restore_tag,
    TrashKind.QUESTION_LOG: restore_question_log,
    TrashKind.STUDY_LIST: restore_study_list,
    TrashKind.GOAL: restore_goal,
}


@dataclass(frozen=True)
class Rows:
    """One of each kind, all of them about the question."""

    question: Question
    tag: Tag
    log: QuestionLog
    study_list: StudyList
    goal: Goal

    def of(self, kind: TrashKind) -> Any:
        """The row of a kind."""
        return getattr(self, DELETE[kind][0])

    def delete(self, kind: TrashKind, *, at: Any = NOW) -> Any:
        """Put one in the trash by its service."""
        name, service = DELETE[kind]
        row = self.of(kind)
        service(**{name: row}, actor=row.owner, at=at)
        return row

    def restore(self, kind: TrashKind, *, at: Any = NOW) -> Any:
        """Bring one back by its service."""
        row = self.of(kind)
        return RESTORE[kind](**{DELETE[kind][0]: row}, actor=row.owner, at=at)

    def all(self) -> list[Any]:
        """All of them."""
        return [getattr(self, field.name) for field in fields(self)]


def rows_of(owner: User, *, external_id: str = "two-sum") -> Rows:
    """Make them."""
    question = QuestionFactory(owner=owner, platform="LEETCODE", external_id=external_id)
    tag = QuestionTagFactory(
        question=question, tag__kind=TagKind.COMPANY, frequency=5.0, window="ALL"
    ).tag
    QuestionTagFactory(question=question)
    ReviewBaseline.objects.create(
        owner=owner, question=question, stability=5, difficulty=5, reps=2,
        reviewed_at=NOW - 90 * DAY, due_at=NOW - 85 * DAY,
    )  # fmt: skip
    QuestionLogFactory(question=question, attempted_at=NOW - 9 * DAY, duration_seconds=60)
    gone = QuestionLogFactory(question=question, attempted_at=NOW - 7 * DAY)
    log = QuestionLogFactory(question=question, attempted_at=NOW - 5 * DAY, duration_seconds=30)
    QuestionLog.objects.filter(pk=gone.pk).update(deleted_at=NOW - DAY, deleted_by=owner)
    settle([question.pk], settings=owner.settings)
    ReviewState.objects.filter(owner=owner).update(is_suspended=True, postponed_until=NOW + DAY)
    study_list = StudyListItemFactory(study_list__owner=owner, question=question).study_list
    PracticeSessionItemFactory(
        session__owner=owner,
        session__study_list=study_list,
        session__finished_at=NOW,
        question=question,
        log=log,
    )
    goal = GoalFactory(owner=owner, company=tag)
    GoalTag.objects.create(owner=owner, goal=goal, tag=tag)
    GoalList.objects.create(owner=owner, goal=goal, study_list=study_list)
    return Rows(Question.objects.get(pk=question.pk), tag, log, study_list, goal)


@pytest.fixture
def rows(user: User) -> Rows:
    """The user's rows, none of the five in the trash."""
    return rows_of(user)


@pytest.fixture
def others(stranger: User) -> Rows:
    """The stranger's."""
    return rows_of(stranger)
