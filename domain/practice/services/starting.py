"""Sittings: begun with questions that somebody names, of a list, or of the day."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError, Taken
from domain.base.models import new_uid
from domain.base.writing import check, hold, save
from domain.lists.models import StudyList
from domain.practice import choosing
from domain.practice.models import PracticeSession, PracticeSessionItem
from domain.practice.services import closing
from domain.practice.settling import lock
from domain.questions.models import Question


class SessionOpen(DomainError):
    """One sitting at a time.

    Args:
        session: the open one.
    """

    code = "session_open"
    message = "You have an open session. Finish it, or go on with it."

    def __init__(self, session: PracticeSession) -> None:
        taken = Taken(self.message, code=self.code)
        taken.holder = (PracticeSession, session.uid)
        ValidationError.__init__(self, [taken])


class NothingToPractise(DomainError):
    """There is no question to begin with."""

    code = "nothing_to_practise"
    message = (
        "Nothing is left to practise here today. Name questions, choose a list, add questions, or "
        "raise reviewsPerDay or newPerDay with updateSettings."
    )


class BadCount(DomainError):
    """A sitting has an end."""

    code = "bad_question_count"
    message = "A session takes 1 to %(limit)d questions."


class QuestionsOrList(DomainError):
    """Two sources would contradict each other."""

    code = "questions_or_list"
    message = "Name questions or a list, not both."


class RepeatedQuestion(DomainError):
    """A question has one turn in a sitting."""

    code = "repeated_question"
    message = "Name each question once."


class Choice(TypedDict, total=False):
    """Which questions to take; without any of it, what the review queue has and new ones.

    Attributes:
        question_count: 1 to 100 at most; without it, one for every ten minutes of the box, or 10,
            or all that are named.
        study_list: what is unfinished in it: due ones, then new ones by their place.
        questions: exactly these, in this order.
    """

    question_count: int | None
    study_list: StudyList | None
    questions: Sequence[Question] | None


@transaction.atomic
def start_practice_session(
    *,
    owner: User,
    at: datetime,
    choice: Choice,
    uid: UUID | None = None,
    time_box_minutes: int | None = None,
) -> PracticeSession:
    """Begin a sitting; the time of its first question runs.

    Raises:
        SessionOpen: there is one that is neither finished nor abandoned.
        NothingToPractise: no question is due, new or named.
        BadCount, QuestionsOrList, RepeatedQuestion: the choice is not allowed.
        NotFound: the list was deleted meanwhile.
        ValidationError: the box is out of range, or ``id_taken``.
    """
    at = at.astimezone(UTC)
    session = PracticeSession(owner=owner, uid=uid or new_uid(), started_at=at)
    session.time_box_minutes = time_box_minutes
    check(session, unchecked=["closes_at"])
    session.wait(at=at)
    closing.close(PracticeSession.objects.owned_by(owner), at=at)
    if (standing := PracticeSession.objects.owned_by(owner).open(at=at).first()) is not None:
        raise SessionOpen(standing)
    session.study_list = choice.get("study_list")
    chosen = _chosen(session, choice, at)
    # Questions before their list, as whoever puts them on it does.
    if session.study_list:
        session.study_list = hold(session.study_list)
    save(session)
    PracticeSessionItem.objects.bulk_create(
        PracticeSessionItem(
            owner=owner,
            session=session,
            question=question,
            position=position,
            started_at=None if position else at,
        )
        for position, question in enumerate(chosen)
    )
    audit.record(verb="practice_session.started", at=at, actor=owner, row=session)
    return session


def _chosen(session: PracticeSession, choice: Choice, at: datetime) -> list[Question]:
    """The questions of a sitting, held so that none is deleted for good before it is noted."""
    named, study_list = choice.get("questions"), session.study_list
    count = choice.get("question_count")
    if count is None:
        count = len(named or ()) or choosing.count_for(session.time_box_minutes)
    _refuse_contradictions(named or (), study_list, count)
    if named is not None:
        chosen = list(named)[:count]
    elif study_list:
        chosen = choosing.of_list(owner=session.owner, study_list=study_list, at=at, count=count)
    else:
        chosen = choosing.of_the_day(owner=session.owner, at=at, count=count)
    live = lock([question.pk for question in chosen])
    chosen = [question for question in chosen if question.pk in live]
    if not chosen:
        raise NothingToPractise
    return chosen


def _refuse_contradictions(
    named: Sequence[Question], study_list: StudyList | None, count: int
) -> None:
    if len(named) > choosing.LARGEST_COUNT:
        raise BadCount(field="questions", limit=choosing.LARGEST_COUNT)
    if not 1 <= count <= choosing.LARGEST_COUNT:
        raise BadCount(field="question_count", limit=choosing.LARGEST_COUNT)
    if named and study_list:
        raise QuestionsOrList(field="questions")
    if len({question.pk for question in named}) < len(named):
        raise RepeatedQuestion(field="questions")
