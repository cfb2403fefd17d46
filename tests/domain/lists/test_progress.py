"""How far a person has come with a list."""

from datetime import timedelta

import pytest

from domain.lists.models import StudyList
from domain.lists.querysets import item_count
from domain.practice.models import ReviewState
from domain.practice.progress import Progress, by_section, parts, together
from domain.practice.queue import review_queue
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from tests.factories import QuestionLogFactory, StudyListFactory, StudyListItemFactory

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
# The day of a person who set nothing begins at four o'clock UTC; it is half past nine.
TO_THE_START = timedelta(hours=5, minutes=30)
TO_THE_END = DAY - TO_THE_START
NOBODY = Progress(total=0, new=0, learning=0, due=0, mastered=0)


@pytest.fixture
def study_list(user):
    return StudyListFactory(owner=user)


@pytest.fixture
def add(study_list, now):
    """Puts a question on the list, with what is remembered of it unless it is new."""

    def call(
        section="", *, due_in=None, stability=1.0, is_archived=False, attempted=None, **review
    ):
        item = StudyListItemFactory(
            study_list=study_list,
            position=study_list.items.count(),
            section=section,
            question__is_archived=is_archived,
            question__last_attempted_at=None if attempted is None else now + attempted,
        )
        if due_in is not None:
            review |= {"state": 2, "stability": stability, "reps": 1}
            review |= {"due_at": now + due_in, "last_review_at": now - DAY}
        if review:
            ReviewState.objects.create(owner=item.owner, question=item.question, **review)
        return item.question

    return call


def sections_of(study_list, now):
    found = parts(at=now, settings=study_list.owner.settings)
    return by_section(StudyList.objects.annotate(found=found).get(pk=study_list.pk).found)


def test_an_empty_list_has_no_sections(study_list, now):
    assert sections_of(study_list, now) == {}
    assert together([]) == NOBODY


@pytest.mark.parametrize(
    ("review", "state"),
    [
        ({}, "new"),
        ({"is_suspended": True}, "new"),
        ({"due_in": -DAY}, "due"),
        ({"due_in": timedelta(0)}, "due"),
        ({"due_in": TO_THE_END - MOMENT}, "due"),
        ({"due_in": TO_THE_END}, "learning"),
        ({"due_in": DAY}, "learning"),
        ({"due_in": -DAY, "attempted": -TO_THE_START}, "learning"),
        ({"due_in": -DAY, "attempted": -TO_THE_START - MOMENT}, "due"),
        ({"due_in": DAY, "stability": 20.999}, "learning"),
        ({"due_in": DAY, "stability": 21.0}, "mastered"),
        ({"due_in": -DAY, "stability": 21.0}, "due"),
        ({"due_in": -DAY, "is_suspended": True}, "learning"),
        ({"due_in": -DAY, "stability": 21.0, "is_suspended": True}, "mastered"),
        ({"due_in": -DAY, "is_archived": True}, "learning"),
        ({"due_in": -DAY, "postponed_until": DAY}, "learning"),
        ({"due_in": -DAY, "postponed_until": timedelta(0)}, "due"),
        ({"due_in": -DAY, "postponed_until": -DAY}, "due"),
    ],
)
def test_a_question_counts_in_one_state(review, state, add, study_list, now):
    if "postponed_until" in review:
        review = review | {"postponed_until": now + review["postponed_until"]}
    add(**review)

    found = sections_of(study_list, now)

    assert found == {"": Progress(**(vars(NOBODY) | {"total": 1, state: 1}))}


def test_sections_come_in_the_order_in_which_they_begin(add, study_list, now):
    for section in ("Trees", "", "Arrays", "Trees"):
        add(section)
    add("Arrays", due_in=-DAY)

    found = sections_of(study_list, now)

    assert list(found) == ["Trees", "", "Arrays"]
    assert found["Arrays"] == Progress(total=2, new=1, learning=0, due=1, mastered=0)
    assert together(found.values()) == Progress(total=5, new=4, learning=0, due=1, mastered=0)


def test_headings_are_given_back_letter_for_letter(add, study_list, now):
    headings = ['"quoted" \\ [1, 2] {"a": null}', "Ärger 漢字 😀 \n\t '", "%s %(x)s"]
    for heading in headings:
        add(heading)

    assert list(sections_of(study_list, now)) == headings


def test_it_follows_the_attempts(add, study_list, now):
    question = add()

    QuestionLogFactory(question=question, attempted_at=now)

    assert sections_of(study_list, now)[""].new == 0
    assert sections_of(study_list, now + 1000 * DAY)[""].due == 1


def test_an_attempt_that_does_not_count_leaves_it_new(add, study_list, now):
    QuestionLogFactory(question=add(), attempted_at=now, counts_for_review=False)

    assert sections_of(study_list, now)[""].new == 1


def test_questions_in_the_trash_are_not_counted(add, study_list, user, now):
    delete_question(question=add("Trees"), actor=user, at=now)
    add("Arrays")

    assert list(sections_of(study_list, now)) == ["Arrays"]
    assert StudyList.objects.annotate(count=item_count()).get().count == 1


def test_places_are_counted_without_gaps_and_without_the_trash(add, study_list, user, now):
    a, b, c, d = (add() for _ in range(4))
    delete_question(question=b, actor=user, at=now)
    Question.objects.filter(pk=a.pk).delete()

    items = list(study_list.items.live().order_by("position"))
    assert [(item.question, item.position) for item in items] == [(c, 2), (d, 3)]
    assert study_list.items.live().ranks() == {items[0].pk: 0, items[1].pk: 1}


def test_lists_are_counted_apart(add, study_list, user, now):
    question = add()
    other = StudyListItemFactory(
        study_list=StudyListFactory(owner=user), question=question, section="Other"
    ).study_list

    found = StudyList.objects.annotate(found=parts(at=now, settings=user.settings)).order_by("pk")

    assert [list(by_section(each.found)) for each in found] == [[""], ["Other"]]
    assert list(found) == [study_list, other]


@pytest.mark.parametrize("same_day_repeat", [False, True])
def test_due_is_what_the_queue_of_the_day_offers(same_day_repeat, add, study_list, user, now):
    user.settings.same_day_repeat = same_day_repeat
    user.settings.save()
    for due_in in (-DAY, timedelta(0), MOMENT, TO_THE_END, DAY):
        for attempted in (None, -DAY, -MOMENT):
            add(due_in=due_in, attempted=attempted)

    queue = review_queue(owner=user, settings=user.settings, at=now)

    assert sections_of(study_list, now)[""].due == queue.due_count > 0
