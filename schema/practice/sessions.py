"""Practice sessions: the open one, past ones, and every step through one."""

from typing import Any, cast

import strawberry
import strawberry_django

from domain.base.errors import DomainError
from domain.practice import models
from domain.practice.querysets import PracticeSessionQuerySet
from domain.practice.services import sessions, starting
from schema.context import Info
from schema.directives import SignedIn
from schema.idempotency import once
from schema.inputs import given, sent
from schema.lists.types import StudyList
from schema.paging import Connection, Ordering, argument, connection
from schema.practice.session_inputs import (
    FinishPracticeSessionInput,
    NextPracticeQuestionInput,
    PausePracticeSessionInput,
    PracticeAnswerInput,
    PracticeSessionFilter,
    ResumePracticeSessionInput,
    StartPracticeSessionInput,
)
from schema.practice.session_types import PracticeSession
from schema.questions.filters import look_up
from schema.questions.types import Question
from schema.scoping import get_all_owned, get_owned, shown


class AnswerOrSkip(DomainError):
    """A step logs the shown question, or leaves it out."""

    code = "answer_or_skip"
    message = "Send answer or skip, one of them."


LOOKUPS = {"started_after": "started_at__gte", "started_before": "started_at__lt"}


def past(
    rows: PracticeSessionQuerySet,
    info: Info,
    *,
    filter: PracticeSessionFilter | None = None,
    **_: Any,
) -> PracticeSessionQuerySet:
    """Those that are over, as far as the filter leaves them."""
    rows = rows.over(at=info.context.now)
    return look_up(rows, filter, LOOKUPS) if filter is not None else rows


@strawberry.type
class PracticeSessionQueries:
    @strawberry.field(
        extensions=[SignedIn()], description="Your open practice session; null without one."
    )
    def practice_session(self, info: Info) -> PracticeSession | None:
        rows = PracticeSession.get_queryset(models.PracticeSession.objects.all(), info)
        found = cast(PracticeSessionQuerySet, rows).open(at=info.context.now).first()
        return cast(PracticeSession, shown(found, info)) if found else None

    practice_sessions: Connection[PracticeSession] = connection(
        default=Ordering("started_at", descending=True),
        narrow=past,
        arguments=[argument("filter", PracticeSessionFilter, "Conditions that must all hold.")],
        extensions=[SignedIn()],
        description="Your practice sessions that are over, the latest first.",
    )


@strawberry.type
class PracticeSessionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Begin a practice session; its first question is shown at once, and the time "
        "runs. You can have one open at a time (session_open). It closes by itself if nothing "
        "happens until closesAt: four hours and as long as its box.",
    )
    def start_practice_session(
        self, info: Info, input: StartPracticeSessionInput
    ) -> PracticeSession:
        started = once(
            info,
            input,
            lambda: starting.start_practice_session(
                owner=info.context.user, at=info.context.now, **_start_of(input, info)
            ),
        )
        return cast(PracticeSession, shown(started, info))

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Stop the time of your practice session.",
    )
    def pause_practice_session(
        self, info: Info, input: PausePracticeSessionInput
    ) -> PracticeSession:
        return _changed(sessions.pause_practice_session, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Let the time of your practice session run again.",
    )
    def resume_practice_session(
        self, info: Info, input: ResumePracticeSessionInput
    ) -> PracticeSession:
        return _changed(sessions.resume_practice_session, input, info)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Log the shown question, or skip it, and show the next one; after the last "
        "one, the session is finished. A pause ends with it. Deleted questions are passed over.",
    )
    def next_practice_question(
        self, info: Info, input: NextPracticeQuestionInput
    ) -> PracticeSession:
        answer, skip = sent(input.answer), sent(input.skip)
        if (answer is None) == (skip is None):
            raise AnswerOrSkip(field="answer")
        step = _step(answer) if answer else {"position": skip, "answer": None}
        return _changed(sessions.next_practice_question, input, info, **step)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="End your practice session, with or without a log of the shown question. A "
        "pause ends with it.",
    )
    def finish_practice_session(
        self, info: Info, input: FinishPracticeSessionInput
    ) -> PracticeSession:
        answer = sent(input.answer)
        step = _step(answer) if answer else {}
        return _changed(sessions.finish_practice_session, input, info, **step)


def _start_of(input: StartPracticeSessionInput, info: Info) -> dict[str, Any]:
    """The keywords of the service, with the rows that the input names."""
    said = given(input)
    choice = {"question_count": said.get("question_count")}
    if (named := said.get("questions")) is not None:
        choice["questions"] = get_all_owned(Question, named, info, field="questions")
    if (study_list := said.get("study_list")) is not None:
        choice["study_list"] = get_owned(StudyList, study_list, info, field="study_list")
    return {
        "uid": said.get("id"),
        "time_box_minutes": said.get("time_box_minutes"),
        "choice": choice,
    }


def _step(answer: PracticeAnswerInput) -> dict[str, Any]:
    return {
        "position": answer.position,
        "answer": given(answer, without=("position",), is_new=True),
    }


def _changed(service: Any, input: Any, info: Info, **step: Any) -> PracticeSession:
    """Call a service with the session that an input names."""
    changed = service(
        session=get_owned(PracticeSession, input.id, info),
        actor=info.context.user,
        at=info.context.now,
        **step,
    )
    return cast(PracticeSession, shown(changed, info))
