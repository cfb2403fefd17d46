"""Questions are put on a list and taken off."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User
from domain.base.errors import DomainError, NotFound, Taken
from domain.base.writing import hold
from domain.lists import placing
from domain.lists.models import StudyList, StudyListItem
from domain.questions.models import Question

MAX_ITEMS = 1_000


class TooManyItems(DomainError):
    """A list stays small enough to be put in order in one call."""

    code = "too_many_items"
    message = "A list takes at most %(limit)d questions, those in the trash included."


class NoQuestions(DomainError):
    """A change names what it is about."""

    code = "no_questions"
    message = "Name at least one question."


class QuestionTaken(DomainError):
    """A question stands on a list once.

    Args:
        questions: all that are in the way, each of which has a message of its own.
    """

    code = "question_taken"
    message = "“%(title)s” is on the list already, or named twice. Leave it out."

    def __init__(self, questions: Iterable[Question]) -> None:
        ValidationError.__init__(self, {"questions": [self._of(each) for each in questions]})

    def _of(self, question: Question) -> Taken:
        taken = Taken(self.message, code=self.code, params={"title": question.title})
        taken.holder = (Question, question.uid)
        return taken


class NotOnTheList(DomainError):
    """Only what is on a list can be taken off it."""

    code = "not_on_the_list"
    message = "“%(title)s” is not on the list."


class BadPosition(DomainError):
    """A place lies within the list or right behind it."""

    code = "bad_position"
    message = "The list has the positions 0 to %(last)d."


@transaction.atomic
def add_to_study_list(
    *,
    study_list: StudyList,
    questions: Sequence[Question],
    actor: User,
    at: datetime,
    section: str = "",
    position: int | None = None,
    expected_version: int | None = None,
) -> StudyList:
    """Put questions on a list, in the order given.

    Args:
        section: the heading that all of them stand under; empty for none.
        position: where the first one is to stand among the list's live questions; None: behind all.

    Raises:
        NotFound, VersionConflict: the list, or a question, was deleted or changed meanwhile.
        NoQuestions, QuestionTaken, BadPosition, TooManyItems: see there.
        ValidationError: the section is too long or cannot be stored.
    """
    section = placing.checked_section(section)
    _lock(study_list, questions)
    study_list = hold(study_list, expected_version=expected_version)
    items = placing.held_items(study_list)
    _refuse_taken(questions, {item.question_id for item in items})
    if len(items) + len(questions) > MAX_ITEMS:
        raise TooManyItems(field="questions", limit=MAX_ITEMS)
    start = _index_of(position, items)
    new = [
        StudyListItem(
            owner_id=study_list.owner_id,
            study_list=study_list,
            question=question,
            section=section,
            position=start + offset,
        )
        for offset, question in enumerate(questions)
    ]
    StudyListItem.objects.bulk_create(new)
    placing.number([*items[:start], *new, *items[start:]])
    return placing.changed(study_list, actor, at)


@transaction.atomic
def remove_from_study_list(
    *,
    study_list: StudyList,
    questions: Sequence[Question],
    actor: User,
    at: datetime,
    expected_version: int | None = None,
) -> StudyList:
    """Take questions off a list; the others close up. A question named twice is taken off once.

    Raises:
        NotFound, VersionConflict: the list was deleted or changed meanwhile.
        NoQuestions, NotOnTheList: see there.
    """
    if not questions:
        raise NoQuestions(field="questions")
    study_list = hold(study_list, expected_version=expected_version)
    items = placing.held_items(study_list)
    on_it = {item.question_id: item.pk for item in items}
    for question in questions:
        if question.pk not in on_it:
            raise NotOnTheList(field="questions", title=question.title)
    gone = {on_it[question.pk] for question in questions}
    StudyListItem.objects.filter(pk__in=gone).delete()
    placing.number([item for item in items if item.pk not in gone])
    return placing.changed(study_list, actor, at)


def _lock(study_list: StudyList, questions: Sequence[Question]) -> None:
    if not questions:
        raise NoQuestions(field="questions")
    # Questions before the list, as whoever deletes a question does.
    rows = Question.objects.owned_by(study_list.owner_id).live().select_for_update(of=("self",))
    held = set(
        rows.filter(pk__in={question.pk for question in questions})
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not all(question.pk in held for question in questions):
        raise NotFound(field="questions")


def _refuse_taken(questions: Iterable[Question], taken: Collection[int]) -> None:
    seen, refused = set(taken), {}
    for question in questions:
        if question.pk in seen:
            refused[question.pk] = question
        seen.add(question.pk)
    if refused:
        raise QuestionTaken(refused.values())


def _index_of(position: int | None, items: Sequence[StudyListItem]) -> int:
    """Where in the stored order the person's position is: they do not see trashed questions."""
    if position is None:
        return len(items)
    visible = [index for index, item in enumerate(items) if item.question.is_live]
    if not 0 <= position <= len(visible):
        raise BadPosition(field="position", last=len(visible))
    return visible[position] if position < len(visible) else len(items)
