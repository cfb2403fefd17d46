"""Somebody who also plans: lists, goals and sessions, beside all that ``Person`` does."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from domain.base.errors import NotFound
from domain.goals.models import Goal
from domain.goals.services import goals
from domain.lists.models import StudyList
from domain.lists.services import items, lists, ordering
from domain.lists.services.trash import restore_study_list
from domain.practice.models import PracticeSession
from domain.practice.services import closing, sessions, starting
from domain.questions.models import Question, Tag
from domain.trash.kinds import TrashKind
from tests.domain.practice.histories import Person
from tests.domain.practice.steps import number, numbers, steps


class Planner(Person):
    """Each further method is a step, too."""

    def own(self, model: Any, number: int, *, trashed: bool | None = False) -> Any:
        """One of the person's rows, live or in the trash; None of a kind without a trash."""
        rows = model.objects.owned_by(self.owner)
        if trashed is not None:
            rows = rows.filter(deleted_at__isnull=not trashed)
        found = list(rows.order_by("pk"))
        if not found:
            raise NotFound
        return found[number % len(found)]

    def some(self, model: Any, numbers: list[int]) -> list[Any]:
        """Several of them, each once."""
        return list({self.own(model, each).pk: self.own(model, each) for each in numbers}.values())

    def create_list(self, name: str) -> None:
        lists.create_study_list(owner=self.owner, at=self.at, name=name)

    def add_to_list(self, number: int, questions: list[int], section: str) -> None:
        items.add_to_study_list(
            study_list=self.own(StudyList, number), questions=self.some(Question, questions),
            section=section, position=0, **self.by,
        )  # fmt: skip

    def remove_from_list(self, number: int, question: int) -> None:
        items.remove_from_study_list(
            study_list=self.own(StudyList, number),
            questions=[self.own(Question, question)],
            **self.by,
        )

    def turn_list(self, number: int) -> None:
        study_list = self.own(StudyList, number)
        on_it = study_list.items.filter(question__deleted_at=None).order_by("-position", "uid")
        order = [ordering.Place(item.question, item.section) for item in on_it]
        ordering.reorder_study_list(study_list=study_list, order=order, **self.by)

    def delete_list(self, number: int) -> None:
        lists.delete_study_list(study_list=self.own(StudyList, number), **self.by)

    def restore_list(self, number: int) -> None:
        restore_study_list(study_list=self.own(StudyList, number, trashed=True), **self.by)

    def create_goal(self, name: str, named: list[int], tags: list[int]) -> None:
        goals.create_goal(
            owner=self.owner, at=self.at, name=name, date=(self.at + timedelta(days=9)).date(),
            lists=self.some(StudyList, named), tags=self.some(Tag, tags),
        )  # fmt: skip

    def update_goal(self, number: int, note: str, tags: list[int], company: bool) -> None:
        fields = {"company": self.own(Tag, tags[0])} if company else {"note": note}
        goals.update_goal(
            goal=self.own(Goal, number), tags=self.some(Tag, tags), **self.by, **fields
        )

    def delete_goal(self, number: int) -> None:
        goals.delete_goal(goal=self.own(Goal, number), **self.by)

    def restore_goal(self, number: int) -> None:
        goals.restore_goal(goal=self.own(Goal, number, trashed=True), **self.by)

    def start_session(self, questions: list[int]) -> None:
        choice: starting.Choice = {"questions": self.some(Question, questions)}
        starting.start_practice_session(owner=self.owner, at=self.at, choice=choice)

    def start_session_of_list(self, number: int) -> None:
        choice: starting.Choice = {"study_list": self.own(StudyList, number)}
        starting.start_practice_session(owner=self.owner, at=self.at, choice=choice)

    def pause(self) -> None:
        sessions.pause_practice_session(session=self._session(), **self.by)

    def proceed(self, position: int, outcome: str | None) -> None:
        answer = None if outcome is None else sessions.Answer(outcome=outcome)
        sessions.next_practice_question(
            session=self._session(), position=position, answer=answer, **self.by
        )

    def finish(self) -> None:
        sessions.finish_practice_session(session=self._session(), **self.by)

    def stay_away(self) -> None:
        self.at += timedelta(days=2)
        closing.close(PracticeSession.objects.owned_by(self.owner), at=self.at)

    def _session(self) -> PracticeSession:
        return self.own(PracticeSession, -1, trashed=None)


name = st.sampled_from(["Mornings", "Évening", "Trees 🌳"])
outcome = st.sampled_from([None, "SOLVED", "FAILED"])
PLANS = {
    "create_list": (name,),
    "add_to_list": (number, numbers, st.sampled_from(["", "Arrays"])),
    "remove_from_list": (number, number),
    "turn_list": (number,),
    "delete_list": (number,),
    "restore_list": (number,),
    "create_goal": (name, st.lists(number, max_size=2), st.lists(number, max_size=2)),
    "update_goal": (number, name, numbers, st.booleans()),
    "delete_goal": (number,),
    "restore_goal": (number,),
    "empty_trash": (st.just([TrashKind.STUDY_LIST, TrashKind.GOAL, TrashKind.QUESTION]),),
    "start_session": (numbers,),
    "start_session_of_list": (number,),
    "pause": (),
    "proceed": (st.integers(0, 2), outcome),
    "finish": (),
    "stay_away": (),
}
plans = st.one_of(*[st.tuples(st.just(name), *given) for name, given in PLANS.items()])
anything = steps | plans
