"""What somebody works towards: study lists, an interview, and a picture to show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from domain.accounts.models import User
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.built_in import BuiltInList
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import ReviewState
from domain.questions.models import Question, Tag
from domain.sharing.models import PictureKind, ShareLink
from project.fake_data.chance import uid_at
from project.fake_data.problems import Problem

_LIST_NAMES = ("Warm-up", "This month", "Before the onsite", "Favourites")
_OWN_LIST = 20
_WEAK_SPOTS = 12
_LAPSES = 2

type Collected = Sequence[tuple[Question, Problem]]


@dataclass
class Plans:
    """The plans of one person, made some days before the history ends.

    Args:
        made_at: when they were made, timezone-aware.
    """

    owner: User
    made_at: datetime
    rng: Random
    lists: list[StudyList] = field(default_factory=list)
    items: list[StudyListItem] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    goal_lists: list[GoalList] = field(default_factory=list)
    goal_tags: list[GoalTag] = field(default_factory=list)
    pictures: list[ShareLink] = field(default_factory=list)

    def clone(self, built_in: BuiltInList, collected: Collected) -> None:
        """A built-in list, as its clone would be if all its questions were there already."""
        by_id = {question.external_id: question for question, _ in collected}
        study_list = self._list(
            built_in.name,
            description=built_in.description,
            built_in=built_in.key,
            source=built_in.source,
            licence=built_in.licence,
        )
        places = [(by_id[each.external_id], each.section) for each in built_in.questions]
        self._put_on(study_list, places)

    def collect(self, collected: Collected) -> None:
        """A list of the person's own, by pattern."""
        chosen = self.rng.sample(collected, min(_OWN_LIST, len(collected)))
        chosen.sort(key=lambda pair: (pair[1].pattern, pair[1].difficulty, pair[1].title))
        places = [(question, problem.pattern) for question, problem in chosen]
        self._put_on(self._list(self.rng.choice(_LIST_NAMES)), places)

    def gather_weak_spots(self, reviews: Iterable[ReviewState]) -> None:
        """A list of what was forgotten most often, if anything was."""
        forgotten = [review for review in reviews if review.lapses >= _LAPSES]
        forgotten.sort(key=lambda review: (-review.lapses, review.question.title))
        if forgotten:
            study_list = self._list("Weak spots", description="Forgotten again and again.")
            self._put_on(study_list, [(row.question, "") for row in forgotten[:_WEAK_SPOTS]])

    def aim(self, *, company: Tag, topic: Tag, until: date) -> None:
        """An interview some weeks after the history ends, about the first list and a tag."""
        goal = Goal(
            **self._identity(),
            name=company.name,
            company=company,
            date=until + timedelta(days=self.rng.randint(21, 63)),
            target_retention=self.rng.choice([0.85, 0.9, 0.9]),
            note="Four rounds, two of them about algorithms.",
        )
        self.goals.append(goal)
        self.goal_tags.append(GoalTag(owner=self.owner, goal=goal, tag=topic))
        for study_list in self.lists[:1]:
            self.goal_lists.append(GoalList(owner=self.owner, goal=goal, study_list=study_list))

    def share(self) -> None:
        """A heatmap for a README."""
        self.pictures.append(
            ShareLink(
                uid=uid_at(self.made_at, self.rng),
                owner=self.owner,
                kind=PictureKind.HEATMAP,
                name="My README",
                created_at=self.made_at,
            )
        )

    def _list(self, name: str, **columns: Any) -> StudyList:
        study_list = StudyList(**self._identity(), name=name, **columns)
        study_list.fold_name()
        self.lists.append(study_list)
        return study_list

    def _put_on(self, study_list: StudyList, places: Iterable[tuple[Question, str]]) -> None:
        self.items.extend(
            StudyListItem(
                uid=uid_at(self.made_at, self.rng),
                owner=self.owner,
                study_list=study_list,
                question=question,
                section=section,
                position=position,
            )
            for position, (question, section) in enumerate(places)
        )

    def _identity(self) -> dict[str, Any]:
        return {
            "uid": uid_at(self.made_at, self.rng),
            "owner": self.owner,
            "created_at": self.made_at,
            "updated_at": self.made_at,
            "created_by": self.owner,
            "updated_by": self.owner,
        }
