"""How ready somebody will be, as clients see it. Each part is read only if it is selected."""

from datetime import date
from typing import Any

import strawberry
from strawberry_django.utils.typing import get_django_definition

from domain.goals.readiness import Forecast, Standing
from schema.context import Info
from schema.lists.types import StudyList
from schema.questions.types import Question, Tag
from schema.selecting import with_selected

NEW = "How many of them were never reviewed. Nothing is predicted for these."
MEAN = (
    "Mean chance of recall, 0 to 1, as the day begins, of those that were reviewed; null if none "
    "was."
)
SHARE = (
    "Share of them, 0 to 1, that will have at least the goal's targetRetention; new ones count as "
    "below it. Null without questions."
)


@strawberry.type(description="A question that will have fallen below a goal's target.")
class QuestionBelowTarget:
    question: Question = strawberry.field(description="The question.")
    predicted_recall: float = strawberry.field(
        description="Its chance of recall, 0 to 1, as the day begins."
    )


@strawberry.type(description="How ready you will be for the questions of one tag.")
class TagReadiness:
    standing: strawberry.Private[Standing]
    tag: Tag = strawberry.field(description="The tag.")

    @strawberry.field(description="Number of its questions that the goal covers.")
    def question_count(self) -> int:
        return self.standing.question_count

    @strawberry.field(description=NEW)
    def new_count(self) -> int:
        return self.standing.new_count

    @strawberry.field(description=MEAN)
    def predicted_recall(self) -> float | None:
        return self.standing.predicted_recall

    @strawberry.field(description=SHARE)
    def share_above_target(self) -> float | None:
        return self.standing.share_above


@strawberry.type(description="How ready you will be for the questions of one list.")
class StudyListReadiness:
    standing: strawberry.Private[Standing]
    study_list: StudyList = strawberry.field(description="The list.")

    @strawberry.field(description="Number of its questions, without archived ones.")
    def question_count(self) -> int:
        return self.standing.question_count

    @strawberry.field(description=NEW)
    def new_count(self) -> int:
        return self.standing.new_count

    @strawberry.field(description=MEAN)
    def predicted_recall(self) -> float | None:
        return self.standing.predicted_recall

    @strawberry.field(description=SHARE)
    def share_above_target(self) -> float | None:
        return self.standing.share_above


@strawberry.type(
    description="How ready you will be on the day of a goal if you practise nothing until then. It "
    "is about the questions on the goal's lists and with its tags or its company, all of yours if "
    "it names none; archived ones, lists and tags in the trash are left out. Predicted by FSRS "
    "with your parameters."
)
class Readiness:
    forecast: strawberry.Private[Forecast]

    @strawberry.field(description="The day of the goal; it begins at your day's hour.")
    def day(self) -> date:
        return self.forecast.goal.date

    @strawberry.field(description="Days until then, 0 on the day itself.")
    def days_left(self) -> int:
        return self.forecast.days_left

    @strawberry.field(description="Number of questions that it is about.")
    def question_count(self) -> int:
        return self.forecast.standing.question_count

    @strawberry.field(description=NEW)
    def new_count(self) -> int:
        return self.forecast.standing.new_count

    @strawberry.field(description=MEAN)
    def predicted_recall(self) -> float | None:
        return self.forecast.standing.predicted_recall

    @strawberry.field(description=SHARE)
    def share_above_target(self) -> float | None:
        return self.forecast.standing.share_above

    @strawberry.field(
        description="How many reviewed ones will have fallen below the goal's targetRetention."
    )
    def below_target_count(self) -> int:
        return self.forecast.standing.below_count

    @strawberry.field(
        description="Those that will have fallen below it, the worst first, at most 50. New ones "
        "are not among them: nextQuestions gives these."
    )
    def below_target(self, info: Info) -> list[QuestionBelowTarget]:
        rows = self._rows(Question, info, "question", self.forecast.together.question_keys)
        return [
            QuestionBelowTarget(question=rows[pk], predicted_recall=recall)
            for pk, recall in self.forecast.below_target
            if pk in rows
        ]

    @strawberry.field(
        description="The same for each tag of the goal, its company among them; if it names none, "
        "for the 50 tags that most of your questions have. The least ready first, at most 51."
    )
    def per_tag(self, info: Info) -> list[TagReadiness]:
        rows = self._rows(Tag, info, "tag", self.forecast.together.tag_keys)
        return [
            TagReadiness(standing=standing, tag=rows[pk])
            for pk, standing in self.forecast.by_tag
            if pk in rows
        ]

    @strawberry.field(
        description="The same for each list of the goal, the least ready first, at most 20."
    )
    def per_list(self, info: Info) -> list[StudyListReadiness]:
        rows = self._rows(StudyList, info, "studyList", self.forecast.together.list_keys)
        return [
            StudyListReadiness(standing=standing, study_list=rows[pk])
            for pk, standing in self.forecast.by_list
            if pk in rows
        ]

    @strawberry.field(
        description="Reviews until then that would help: newCount and belowTargetCount."
    )
    def reviews_needed(self) -> int:
        return self.forecast.reviews_needed

    @strawberry.field(
        description="The same for each day that is left, rounded up; all of them on the day itself."
    )
    def reviews_per_day(self) -> int:
        return self.forecast.reviews_per_day

    def _rows(self, node: Any, info: Info, name: str, keys: set[int]) -> dict[int, Any]:
        """Rows by key, with what is selected of them: for all goals of a list in one statement."""
        # Aliases may select different things.
        place = tuple(step for step in info.path.as_list() if isinstance(step, str))
        found = self.forecast.together.shown
        if place not in found:
            model: Any = get_django_definition(node, strict=True).model
            rows = node.get_queryset(model.objects.filter(pk__in=keys), info)
            found[place] = {row.pk: row for row in with_selected(rows, info, name)}
        return found[place]
