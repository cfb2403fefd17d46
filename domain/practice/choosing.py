"""Which questions a sitting is made of, in their order."""

from datetime import datetime

from domain.accounts.models import User
from domain.lists.models import StudyList
from domain.practice import queue, suggesting
from domain.practice.daily import current_day
from domain.questions.models import Question

MINUTES_A_QUESTION = 10
DEFAULT_COUNT = 10
LARGEST_COUNT = 100


def count_for(time_box_minutes: int | None) -> int:
    """How many questions to take when nobody said: one for every ten minutes, 10 without a box."""
    if time_box_minutes is None:
        return DEFAULT_COUNT
    return min(-(-time_box_minutes // MINUTES_A_QUESTION), LARGEST_COUNT)


def of_the_day(*, owner: User, at: datetime, count: int) -> list[Question]:
    """The review queue, filled up with new questions; the limits of the day hold for both."""
    settings = owner.settings
    due = queue.review_queue(owner=owner, settings=settings, at=at, limit=count)
    chosen = [item.question for item in due.items]
    new = suggesting.next_questions(owner=owner, settings=settings, at=at)
    return [*chosen, *(item.question for item in new)][:count]


def of_list(*, owner: User, study_list: StudyList, at: datetime, count: int) -> list[Question]:
    """What is unfinished in a list, whatever the limits of the day: due ones, then new ones."""
    settings = owner.settings
    day = current_day(settings, at=at)
    states = queue.due_reviews(owner=owner, settings=settings, at=at, day=day)
    states = states.filter(question__list_items__study_list=study_list).select_related("question")
    due = [state.question for state in states.order_by("due_at", "question__uid")[:count]]
    new = suggesting.next_questions(
        owner=owner, settings=settings, at=at, limit=count, study_list=study_list
    )
    return [*due, *(item.question for item in new)][:count]
