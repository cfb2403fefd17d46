"""Which questions a goal is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q

from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyListItem
from domain.questions.models import Question, QuestionTag
from domain.questions.querysets import QuestionQuerySet


@dataclass
class Coverage:
    """What a goal names.

    Args:
        lists: keys of its lists that are not in the trash.
        tags: keys of its tags that are not, its company's among them.
        is_narrowed: whether it names anything, in the trash or not.
    """

    owner_id: int
    lists: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    is_narrowed: bool = False

    def questions(self) -> QuestionQuerySet:
        """Live questions that are not archived and on one of the lists or with one of the tags.

        A goal that names nothing is about all of them; one whose lists and tags all went to the
        trash, about none until they are restored or others are named.
        """
        questions = Question.objects.filter(owner=self.owner_id, is_archived=False).live()
        if not self.is_narrowed:
            return questions
        listed = StudyListItem.objects.filter(study_list__in=self.lists).values("question")
        tagged = QuestionTag.objects.filter(tag__in=self.tags).values("question")
        return questions.filter(Q(pk__in=listed) | Q(pk__in=tagged))


def coverage_of(goals: Iterable[Goal]) -> dict[int, Coverage]:
    """What each goal covers by its key, in two statements."""
    found = {goal.pk: Coverage(goal.owner_id) for goal in goals}
    # The owners are compared as well: no link of any kind opens what is somebody else's.
    lists = GoalList.objects.filter(goal__in=found, study_list__owner=F("goal__owner"))
    for goal, key, trashed_at in lists.values_list("goal", "study_list", "study_list__deleted_at"):
        found[goal].is_narrowed = True
        if trashed_at is None:
            found[goal].lists.add(key)
    tags = GoalTag.objects.filter(goal__in=found, tag__owner=F("goal__owner"))
    companies = Goal.objects.filter(pk__in=found, company__owner=F("owner"))
    named = tags.values_list("goal", "tag", "tag__deleted_at")
    for goal, key, trashed_at in named.union(
        companies.values_list("pk", "company", "company__deleted_at")
    ):
        found[goal].is_narrowed = True
        if trashed_at is None:
            found[goal].tags.add(key)
    return found
