"""Two devices at one sitting: each step happens once."""

import pytest
from django.core.exceptions import ValidationError

from domain.lists.services.items import add_to_study_list
from domain.practice.models import PracticePause, PracticeSession, PracticeSessionItem, QuestionLog
from domain.practice.services.sessions import finish_practice_session, pause_practice_session
from domain.practice.services.starting import start_practice_session
from tests.domain.parallel import at_once
from tests.domain.practice.sittings import SOLVED, after, begun, logged, proceed, questions
from tests.domain.refusals import codes_of
from tests.factories import StudyListFactory, StudyListItemFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = 4


def refusals(outcomes: list) -> list:
    """The code of each that was refused; nothing else may go wrong."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(error, ValidationError) for error in errors), errors
    # One message for each question that is in the way; the code of all is the same.
    return [code for error in errors for codes in codes_of(error).values() for code in {*codes}]


def test_one_session_is_started():
    owner = UserFactory()
    named = questions(owner, 2)

    outcomes = at_once(*[lambda: begun(owner, named=named)] * DEVICES)

    assert refusals(outcomes) == ["session_open"] * (DEVICES - 1)
    assert PracticeSession.objects.count() == 1
    assert PracticeSessionItem.objects.count() == 2


def test_a_list_may_grow_while_a_session_of_it_is_started():
    owner = UserFactory()
    on_list = questions(owner, 40)
    study_list = StudyListFactory(owner=owner)
    for position, question in enumerate(on_list):
        StudyListItemFactory(study_list=study_list, question=question, position=position)

    def start():
        choice = {"study_list": study_list, "question_count": 40}
        return start_practice_session(owner=owner, at=after(0), choice=choice)

    def add():
        return add_to_study_list(study_list=study_list, questions=on_list, actor=owner, at=after(0))

    outcomes = at_once(*[start, add] * DEVICES)

    refused = ["question_taken"] * DEVICES + ["session_open"] * (DEVICES - 1)
    assert sorted(refusals(outcomes)) == refused


def test_an_answer_is_logged_once():
    owner = UserFactory()
    first, second, third = questions(owner, 3)
    session = begun(owner, named=[first, second, third])

    outcomes = at_once(*[lambda: proceed(session, 0, at=after(10))] * DEVICES)

    assert refusals(outcomes) == ["not_current"] * (DEVICES - 1)
    assert logged() == [(first.pk, 600)]
    shown = PracticeSessionItem.objects.filter(started_at__isnull=False, ended_at=None)
    assert shown.get().question == second


def test_it_is_finished_once():
    owner = UserFactory()
    session = begun(owner, named=questions(owner, 2))

    def finish():
        return finish_practice_session(
            session=session, actor=owner, at=after(5), position=0, answer=SOLVED
        )

    outcomes = at_once(*[finish] * DEVICES)

    assert refusals(outcomes) == ["session_closed"] * (DEVICES - 1)
    assert QuestionLog.objects.count() == 1


def test_it_is_paused_once():
    owner = UserFactory()
    session = begun(owner, named=questions(owner, 1))

    def pause():
        return pause_practice_session(session=session, actor=owner, at=after(5))

    outcomes = at_once(*[pause] * DEVICES)

    assert refusals(outcomes) == ["already_paused"] * (DEVICES - 1)
    assert PracticePause.objects.count() == 1
