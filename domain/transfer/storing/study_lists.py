"""Puts the questions of a file on one of the person's study lists."""

from collections.abc import Iterable
from uuid import UUID

from domain.accounts.models import User
from domain.base.errors import DomainError, NotFound
from domain.base.writing import hold
from domain.lists.models import StudyList, StudyListItem
from domain.lists.services.items import MAX_ITEMS, add_to_study_list
from domain.questions.models import Question
from domain.transfer.drafts import Drafts
from domain.transfer.journal import STAMPS, Journal
from domain.transfer.reports import NONE, Counts


class ListIsFull(DomainError):
    """A study list has a bounded number of questions, so that it can be put in order."""

    code = "too_many_items"
    message = (
        "A list takes at most %(limit)d questions, and with this file it would have %(number)d. "
        "Choose another list, or none, and import again."
    )


def find_list(uid: UUID | None, *, owner: User) -> StudyList | None:
    """The person's list that the options name.

    Raises:
        NotFound: they have none with this id, or it is in the trash.
    """
    if uid is None:
        return None
    found = StudyList.objects.owned_by(owner).live().filter(uid=uid).first()
    if found is None:
        raise NotFound(field="study_list")
    return found


def add_questions(study_list: StudyList | None, drafts: Drafts, journal: Journal) -> Counts:
    """Add what is not on the list, in the order of the file.

    Raises:
        ListIsFull: it would have more than it takes.
        NotFound: another device deleted the list, or one of the questions, meanwhile.
    """
    if study_list is None:
        return NONE
    study_list = hold(study_list)
    was = dict(_positions(study_list))
    items = StudyListItem.objects.filter(study_list=study_list)
    on_it = set(items.values_list("question", flat=True))
    in_order = sorted(drafts.questions.values(), key=lambda draft: draft.number)
    missing = [draft.question for draft in in_order if draft.question.pk not in on_it]
    if not missing:
        return Counts(unchanged=1)
    if len(on_it) + len(missing) > MAX_ITEMS:
        raise ListIsFull(field="study_list", limit=MAX_ITEMS, number=len(on_it) + len(missing))
    _add(study_list, missing, drafts, journal)
    _note_moved(study_list, was, journal)
    return Counts(updated=1)


def _add(
    study_list: StudyList, questions: list[Question], drafts: Drafts, journal: Journal
) -> None:
    changed = add_to_study_list(
        study_list=study_list, questions=questions, actor=drafts.owner, at=drafts.at
    )
    before = {name: getattr(study_list, name) for name in STAMPS}
    journal.changed(changed, before, {name: getattr(changed, name) for name in STAMPS})


def _note_moved(study_list: StudyList, was: dict[int, int], journal: Journal) -> None:
    items = StudyListItem.objects.filter(study_list=study_list)
    journal.created(item for item in items if item.pk not in was)
    for pk, position in _positions(study_list):
        if was.get(pk, position) != position:
            before, after = {"position": was[pk]}, {"position": position}
            journal.changed(StudyListItem(pk=pk), before, after)


def _positions(study_list: StudyList) -> Iterable[tuple[int, int]]:
    return StudyListItem.objects.filter(study_list=study_list).values_list("pk", "position")
