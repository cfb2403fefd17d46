"""What is remembered of a question, what a grade would lead to, and what a person decides."""

from datetime import datetime
from typing import Any, cast

import strawberry
import strawberry_django
from strawberry import relay

from domain.base.errors import DomainError
from domain.practice import models
from domain.practice.recall import Curve
from domain.practice.services import baselines, reviews
from schema.columns import expose
from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import about, given
from schema.questions.types import Question
from schema.scoping import Owned, Scope, get_owned, shown

expose(models.Rating)
expose(models.ReviewStage)


@strawberry_django.type(
    models.ReviewState,
    description="How well a question is remembered and when it is due, by FSRS, from the attempts "
    "that count. You decide only isSuspended and postponedUntil; all else follows.",
)
class ReviewState(Owned):
    scope = Scope(live=("question__deleted_at",))

    state: models.ReviewStage
    stability: strawberry.auto
    difficulty: strawberry.auto
    due_at: strawberry.auto
    last_review_at: strawberry.auto
    reps: strawberry.auto
    lapses: strawberry.auto
    is_leech: strawberry.auto
    is_suspended: strawberry.auto
    postponed_until: strawberry.auto

    @strawberry_django.field(
        only=["stability", "last_review_at"],
        description="The chance that you recall it now, 0 to 1; null while NEW. It falls day by "
        "day, not within a day.",
    )
    def retrievability(self, info: Info) -> float | None:
        if self.stability is None:
            return None
        days = (info.context.now - cast(datetime, self.last_review_at)).days
        curve = Curve.of(info.context.user.settings)
        return curve.recall(stability=self.stability, days=days)

    @strawberry_django.field(
        only=["due_at"],
        description="Whether dueAt has come, whatever was suspended or postponed. The same as the "
        "filter isDue of questions.",
    )
    def is_due(self, info: Info) -> bool:
        due_at = cast(datetime | None, self.due_at)
        return due_at is not None and due_at <= info.context.now


@strawberry_django.type(
    models.ReviewBaseline,
    description="What another program knew about a question, without the attempts that led there. "
    "Attempts after reviewedAt are reckoned from it; earlier ones are part of it.",
)
class ReviewBaseline(Owned):
    scope = Scope(live=("question__deleted_at",))

    state: models.ReviewStage
    stability: strawberry.auto
    difficulty: strawberry.auto
    reviewed_at: strawberry.auto
    due_at: strawberry.auto
    reps: strawberry.auto
    lapses: strawberry.auto


@strawberry.type(description="What would follow if the question were attempted now.")
class ReviewPreview:
    rating: models.Rating = strawberry.field(description="The grade of that attempt.")
    due_at: datetime = strawberry.field(description="When it would be due next (UTC).")
    interval_days: int = strawberry.field(description="Days from now until then.")
    stability: float = strawberry.field(
        description="Days after which the chance of recall would have fallen to 90 %."
    )
    difficulty: float = strawberry.field(
        description="How hard it would be for you, 1 to 10, as FSRS estimates."
    )


class UntilRequired(DomainError):
    """Null means something here, so leaving it out must not mean the same."""

    code = "until_required"
    message = "Send until: a moment, or null to bring the question back."


@strawberry.input(description="Which question to keep out of the queue.")
class SuspendQuestionInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")


@strawberry.input(description="Which suspended question to let into the queue again.")
class ResumeQuestionInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")


@strawberry.input(description="How long to keep a question out of the queue.")
class PostponeQuestionInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")
    until: strawberry.Maybe[datetime | None] = about(
        models.ReviewState,
        "postponed_until",
        "A moment in the future, at most 365 days ahead; null brings it back now. "
        "One of them must be sent.",
    )


@strawberry.input(
    description="What another program knew of a question. It replaces what was set before."
)
class SetReviewBaselineInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")
    stability: float = about(models.ReviewBaseline, "stability")
    difficulty: float = about(models.ReviewBaseline, "difficulty")
    reviewed_at: datetime = about(models.ReviewBaseline, "reviewed_at")
    due_at: strawberry.Maybe[datetime | None] = strawberry.field(
        description="When it was due there (UTC), at most 36500 days after reviewedAt; what FSRS "
        "plans for that stability if left out or null."
    )
    state: strawberry.Maybe[models.ReviewStage | None] = strawberry.field(
        description="The state there: LEARNING, REVIEW or RELEARNING; REVIEW if left out."
    )
    reps: strawberry.Maybe[int | None] = strawberry.field(
        description="Number of reviews there, 1 to 1000000; 1 if left out."
    )
    lapses: strawberry.Maybe[int | None] = strawberry.field(
        description="How often it was forgotten there, 0 to 1000000; 0 if left out."
    )


@strawberry.input(description="Which question to take its baseline from.")
class RemoveReviewBaselineInput:
    id: relay.GlobalID = strawberry.field(description="Which question.")


@strawberry.type
class ReviewMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Keep a question out of the queue until it is resumed.",
    )
    def suspend_question(self, info: Info, input: SuspendQuestionInput) -> Question:
        return _changed(reviews.suspend_question, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Let a suspended question into the queue again; dueAt stays as it is.",
    )
    def resume_question(self, info: Info, input: ResumeQuestionInput) -> Question:
        return _changed(reviews.resume_question, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Keep a question out of the queue until a moment, or bring it back. dueAt "
        "stays as it is.",
    )
    def postpone_question(self, info: Info, input: PostponeQuestionInput) -> Question:
        if input.until is None:
            raise UntilRequired(field="until")
        return _changed(reviews.postpone_question, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Say what another program knew of a question; attempts after reviewedAt are "
        "replayed from there, earlier ones are part of it.",
    )
    def set_review_baseline(self, info: Info, input: SetReviewBaselineInput) -> Question:
        return _changed(baselines.set_review_baseline, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Forget what another program knew of a question; only attempts count then.",
    )
    def remove_review_baseline(self, info: Info, input: RemoveReviewBaselineInput) -> Question:
        return _changed(baselines.remove_review_baseline, input, info)


def _changed(service: Any, input: Any, info: Info) -> Question:
    """Call a service with the question that an input names, and what else it says."""
    changed = service(
        question=get_owned(Question, input.id, info),
        actor=info.context.user,
        at=info.context.now,
        **given(input, without=("id",)),
    )
    return cast(Question, shown(changed, info))
