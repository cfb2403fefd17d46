"""A list is put in order: all of it, in one call."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User
from domain.base.errors import DomainError
from domain.base.writing import hold
from domain.lists import placing
from domain.lists.models import StudyList
from domain.questions.models import Question

NAMED = 5


class _Differs(DomainError):
    """Some questions make an order and a list differ."""

    def __init__(self, questions: list[Question]) -> None:
        titles = ", ".join(f"“{question.title}”" for question in questions[:NAMED])
        more = len(questions) - NAMED
        super().__init__(titles=f"{titles} and {more} more" if more > 0 else titles)


class MissingQuestions(_Differs):
    """An order leaves nothing of the list out, so that nothing is lost by accident."""

    code = "missing_questions"
    message = "The list also has %(titles)s. Name every question of it."


class UnknownQuestions(_Differs):
    """An order adds nothing to the list."""

    code = "unknown_questions"
    message = "The list does not have %(titles)s. Add them first, or leave them out."


class RepeatedQuestions(_Differs):
    """A question has one place."""

    code = "repeated_questions"
    message = "The order names %(titles)s more than once."


@dataclass(frozen=True)
class Place:
    """A question, and the heading that it is to stand under; empty for none."""

    question: Question
    section: str = ""


@transaction.atomic
def reorder_study_list(
    *,
    study_list: StudyList,
    order: Sequence[Place],
    actor: User,
    at: datetime,
    expected_version: int | None = None,
) -> StudyList:
    """Put the whole list in an order and under headings. Items of trashed questions follow it.

    Args:
        order: every live question of the list, once.

    Raises:
        NotFound, VersionConflict: the list was deleted or changed meanwhile.
        ValidationError: ``missing_questions``, ``unknown_questions``, ``repeated_questions``, or
            a section is too long or cannot be stored.
    """
    sections = {
        section: placing.checked_section(section) for section in {place.section for place in order}
    }
    study_list = hold(study_list, expected_version=expected_version)
    items = placing.held_items(study_list)
    visible = {item.question_id: item for item in items if item.question.is_live}
    _compare([place.question for place in order], [item.question for item in visible.values()])
    moved = []
    for place in order:
        item = visible[place.question.pk]
        section = sections[place.section]
        if item.section != section:
            item.section = section
            moved.append(item.pk)
    hidden = [item for item in items if not item.question.is_live]
    placing.number([*(visible[place.question.pk] for place in order), *hidden], moved)
    return placing.changed(study_list, actor, at)


def _compare(order: Iterable[Question], present: Iterable[Question]) -> None:
    """Refuse an order that is not of exactly the questions present, naming those that differ.

    Raises:
        ValidationError: blames ``order`` with every code that applies: ``missing_questions``,
            ``unknown_questions``, ``repeated_questions``.
    """
    order, on_it = list(order), {question.pk: question for question in present}
    named = {question.pk: question for question in order}
    times = Counter(question.pk for question in order)
    differing: list[tuple[type[_Differs], list[Question]]] = [
        (MissingQuestions, [question for pk, question in on_it.items() if pk not in named]),
        (UnknownQuestions, [question for pk, question in named.items() if pk not in on_it]),
        (RepeatedQuestions, [question for pk, question in named.items() if times[pk] > 1]),
    ]
    refusals = [refusal(questions) for refusal, questions in differing if questions]
    if refusals:
        raise ValidationError({"order": refusals})
