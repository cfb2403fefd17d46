"""What clients send about practice sessions."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from domain.practice import models
from domain.questions.models import Outcome
from schema.idempotency import key
from schema.inputs import about


@strawberry.input(
    description="What to practise, and for how long. Without questions or a list, it is what the "
    "review queue has, filled up with new questions as far as today's limits allow."
)
class StartPracticeSessionInput:
    id: strawberry.Maybe[UUID | None] = strawberry.field(
        description="A UUID of your own (version 7 is best)."
    )
    idempotency_key: strawberry.Maybe[str | None] = key()
    time_box_minutes: strawberry.Maybe[int | None] = about(
        models.PracticeSession, "time_box_minutes"
    )
    question_count: strawberry.Maybe[int | None] = strawberry.field(
        description="How many questions at most, 1 to 100. If nothing is said: all that are named; "
        "otherwise one for every ten minutes of the box, or 10 without a box."
    )
    study_list: strawberry.Maybe[relay.GlobalID | None] = strawberry.field(
        description="What is unfinished in this list: questions that are due, then new ones by "
        "their place. Today's limits do not matter."
    )
    questions: strawberry.Maybe[list[relay.GlobalID] | None] = strawberry.field(
        description="Exactly these, in this order, at most 100."
    )


@strawberry.input(description="Which session to pause.")
class PausePracticeSessionInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.input(description="Which session to go on with.")
class ResumePracticeSessionInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")


@strawberry.input(
    description="How the shown question went. Its attempt is logged with the seconds that passed "
    "since the question was shown, without pauses."
)
class PracticeAnswerInput:
    position: int = strawberry.field(
        description="currentItem.position, as the person saw it. If another question is shown by "
        "now, nothing is logged (not_current); so a call that is sent again does not log twice."
    )
    outcome: Outcome = about(models.QuestionLog, "outcome")
    rating: strawberry.Maybe[models.Rating | None] = about(models.QuestionLog, "rating")
    help: strawberry.Maybe[models.Help | None] = about(models.QuestionLog, "help")
    approach: strawberry.Maybe[str | None] = about(models.QuestionLog, "approach")
    time_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "time_complexity")
    space_complexity: strawberry.Maybe[str | None] = about(models.QuestionLog, "space_complexity")
    language: strawberry.Maybe[str | None] = about(models.QuestionLog, "language")
    notes: strawberry.Maybe[str | None] = about(models.QuestionLog, "notes")
    solution_code: strawberry.Maybe[str | None] = about(models.QuestionLog, "solution_code")
    mistakes: strawberry.Maybe[list[models.Mistake] | None] = about(models.QuestionLog, "mistakes")


@strawberry.input(description="How the shown question went, or that it is skipped: one of them.")
class NextPracticeQuestionInput:
    id: relay.GlobalID = strawberry.field(description="The session's id.")
    answer: strawberry.Maybe[PracticeAnswerInput | None] = strawberry.field(
        description="How it went."
    )
    skip: strawberry.Maybe[int | None] = strawberry.field(
        description="currentItem.position of a question to go on from without logging anything."
    )


@strawberry.input(description="Which session to finish.")
class FinishPracticeSessionInput:
    id: relay.GlobalID = strawberry.field(description="Its id.")
    answer: strawberry.Maybe[PracticeAnswerInput | None] = strawberry.field(
        description="How the shown question went; nothing is logged for it if left out or null."
    )


@strawberry.input(description="Which practice sessions; every condition that is given must hold.")
class PracticeSessionFilter:
    started_after: datetime | None = strawberry.field(
        default=None, description="Begun at or after this moment."
    )
    started_before: datetime | None = strawberry.field(
        default=None, description="Begun before this moment."
    )
