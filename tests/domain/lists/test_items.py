"""Questions are put on a list, taken off and put in order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.base.errors import NotFound, VersionConflict
from domain.lists.models import StudyList, StudyListItem
from domain.lists.services import items
from domain.lists.services.items import add_to_study_list, remove_from_study_list
from domain.lists.services.ordering import Place, reorder_study_list
from domain.questions.models import Question
from domain.questions.services.questions import delete_question
from domain.questions.services.trash import purge_questions
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, StudyListFactory, StudyListItemFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def study_list(user):
    return StudyListFactory(owner=user)


@pytest.fixture
def questions(study_list):
    """Three questions on the list: a, b and c."""
    return [
        StudyListItemFactory(
            study_list=study_list, question__title=title, position=position, section="First"
        ).question
        for position, title in enumerate("abc")
    ]


@pytest.fixture
def change(study_list, user, now):
    """Calls a service on the list."""

    def call(service, **given):
        return service(study_list=study_list, actor=user, at=now + HOUR, **given)

    return call


def stored():
    """Title and section in the stored order; the positions have no gaps."""
    rows = list(
        StudyListItem.objects.order_by("position").values_list(
            "position", "question__title", "section"
        )
    )
    assert [row[0] for row in rows] == list(range(len(rows)))
    return [row[1:] for row in rows]


def titles():
    return "".join(title for title, _ in stored())


def new(user, *titles):
    return [QuestionFactory(owner=user, title=title) for title in titles]


def places(*questions, section="First"):
    return [Place(question, section) for question in questions]


def test_questions_are_put_behind_all_others(change, questions, user):
    change(add_to_study_list, questions=new(user, "y", "x"), section=" Second ")

    assert stored() == [
        ("a", "First"), ("b", "First"), ("c", "First"), ("y", "Second"), ("x", "Second")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("position", "expected"), [(0, "xyabc"), (1, "axybc"), (2, "abxyc"), (3, "abcxy")]
)
def test_questions_are_put_at_a_position(position, expected, change, questions, user):
    change(add_to_study_list, questions=new(user, "x", "y"), position=position)

    assert titles() == expected


@pytest.mark.parametrize("position", [-1, 4])
def test_a_position_outside_of_the_list_is_refused(position, change, questions, user):
    with refused(position="bad_position"):
        change(add_to_study_list, questions=new(user, "x"), position=position)

    assert titles() == "abc"


def test_a_position_counts_without_what_is_in_the_trash(change, questions, user, now):
    delete_question(question=questions[0], actor=user, at=now)

    change(add_to_study_list, questions=new(user, "x"), position=1)
    change(add_to_study_list, questions=new(user, "y"), position=0)

    assert titles() == "aybxc"


def test_a_change_stamps_the_list(change, questions, study_list, user, now):
    changed = change(add_to_study_list, questions=new(user, "x"))

    assert changed == study_list
    assert (changed.version, changed.updated_at) == (2, now + HOUR)
    event = AuditEvent.objects.get()
    assert (event.verb, event.fields, event.object_uid) == (
        "study_list.updated",
        ["items"],
        study_list.uid,
    )


def test_a_question_is_on_a_list_once(change, questions, user):
    (other,) = new(user, "x")

    with refused(questions="question_taken"):
        change(add_to_study_list, questions=[other, questions[0]])
    with refused(questions="question_taken"):
        change(add_to_study_list, questions=[other, other])

    assert titles() == "abc"


def test_a_question_is_on_several_lists(questions, user, now):
    other = StudyListFactory(owner=user)

    add_to_study_list(study_list=other, questions=questions, actor=user, at=now)

    assert other.items.count() == 3


def test_no_question_is_no_change(change, questions):
    with refused(questions="no_questions"):
        change(add_to_study_list, questions=[])
    with refused(questions="no_questions"):
        change(remove_from_study_list, questions=[])


def test_a_question_deleted_meanwhile_is_not_added(change, questions, user, now):
    (question,) = new(user, "x")
    delete_question(question=question, actor=user, at=now)

    with pytest.raises(NotFound):
        change(add_to_study_list, questions=[question])

    assert titles() == "abc"


def test_a_question_of_somebody_else_is_not_added(change, questions, stranger):
    with pytest.raises(NotFound):
        change(add_to_study_list, questions=new(stranger, "x"))

    assert titles() == "abc"


@pytest.mark.parametrize(
    ("section", "code"), [("x" * 101, "max_length"), ("\0", "unstorable_text")]
)
def test_a_section_that_cannot_be_stored_is_refused(section, code, change, questions, user):
    with refused(section=code):
        change(add_to_study_list, questions=new(user, "x"), section=section)
    with refused(section=code):
        change(reorder_study_list, order=places(*questions, section=section))

    assert titles() == "abc"


def test_a_list_takes_a_bounded_number(change, questions, user, now, monkeypatch):
    monkeypatch.setattr(items, "MAX_ITEMS", 4)
    delete_question(question=questions[0], actor=user, at=now)
    change(add_to_study_list, questions=new(user, "x"))

    with refused(questions="too_many_items"):
        change(add_to_study_list, questions=new(user, "y"))

    assert titles() == "abcx"


def test_questions_are_taken_off_and_the_others_close_up(change, questions):
    change(remove_from_study_list, questions=[questions[1], questions[0], questions[1]])

    assert titles() == "c"
    assert Question.objects.live().count() == 3


def test_what_is_not_on_the_list_is_not_taken_off(change, questions, user):
    with refused(questions="not_on_the_list"):
        change(remove_from_study_list, questions=[questions[0], *new(user, "x")])

    assert titles() == "abc"


def test_a_list_is_put_in_order_and_under_headings(change, questions):
    a, b, c = questions

    change(reorder_study_list, order=[Place(c, "One"), Place(a, " Two "), Place(b)])

    assert stored() == [("c", "One"), ("a", "Two"), ("b", "")]


def test_a_new_order_says_what_it_leaves_out(change, questions):
    with pytest.raises(Exception, match="also has “a”, “c”. Name every") as refusal:
        change(reorder_study_list, order=places(questions[1]))

    assert [error.code for error in refusal.value.error_dict["order"]] == ["missing_questions"]
    assert titles() == "abc"


def test_a_new_order_says_what_is_not_on_the_list(change, questions, user):
    with pytest.raises(Exception, match="does not have “x”. Add") as refusal:
        change(reorder_study_list, order=places(*questions, *new(user, "x")))

    assert [error.code for error in refusal.value.error_dict["order"]] == ["unknown_questions"]
    assert titles() == "abc"


def test_a_new_order_says_what_is_named_twice(change, questions):
    with pytest.raises(Exception, match="names “b” more than once") as refusal:
        change(reorder_study_list, order=places(*questions, questions[1]))

    assert [error.code for error in refusal.value.error_dict["order"]] == ["repeated_questions"]
    assert titles() == "abc"


def test_a_new_order_says_all_that_is_wrong_at_once(change, questions, user):
    unknown = new(user, *(f"x{n}" for n in range(7)))

    with pytest.raises(Exception, match="“x4” and 2 more") as refusal:
        change(reorder_study_list, order=places(questions[0], questions[0], *unknown))

    assert [error.code for error in refusal.value.error_dict["order"]] == [
        "missing_questions",
        "unknown_questions",
        "repeated_questions",
    ]


def test_questions_in_the_trash_follow_a_new_order(change, questions, user, now):
    a, b, c = questions
    for question in (a, b):
        delete_question(question=question, actor=user, at=now)
    (x,) = new(user, "x")
    change(add_to_study_list, questions=[x])

    change(reorder_study_list, order=places(x, c))

    assert titles() == "xcab"


def test_an_order_that_names_what_is_in_the_trash_is_refused(change, questions, user, now):
    delete_question(question=questions[0], actor=user, at=now)

    with refused(order="unknown_questions"):
        change(reorder_study_list, order=places(*questions))


def test_a_purged_question_leaves_a_gap_that_the_next_change_closes(
    change, questions, study_list, user, now
):
    delete_question(question=questions[1], actor=user, at=now)
    purge_questions(ids=[questions[1].pk], actor=user, at=now)
    gap = list(study_list.items.order_by("position").values_list("position", flat=True))

    change(add_to_study_list, questions=new(user, "x"))

    assert gap == [0, 2]
    assert titles() == "acx"


@pytest.mark.parametrize("service", [add_to_study_list, remove_from_study_list])
def test_another_version_than_expected_is_a_conflict(service, change, questions, user):
    change(add_to_study_list, questions=new(user, "x"))

    with pytest.raises(VersionConflict):
        change(service, questions=new(user, "y"), expected_version=1)


def test_an_order_of_another_version_is_a_conflict(change, questions, user):
    change(remove_from_study_list, questions=[questions[0]])

    with pytest.raises(VersionConflict):
        change(reorder_study_list, order=places(*questions), expected_version=1)


@pytest.mark.parametrize("service", [add_to_study_list, remove_from_study_list])
def test_a_deleted_list_takes_no_change(service, change, study_list, questions, user, now):
    StudyList.objects.update(deleted_at=now)

    with pytest.raises(NotFound):
        change(service, questions=new(user, "x"))


def test_the_statements_do_not_grow_with_the_list(user, now):
    counts = []
    for number in (3, 60):
        study_list = StudyListFactory(owner=user)
        given = {"study_list": study_list, "actor": user, "at": now}
        rows = [QuestionFactory(owner=user) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            add_to_study_list(questions=rows[1:], **given)
            add_to_study_list(questions=rows[:1], position=0, **given)
            reorder_study_list(order=places(*reversed(rows)), **given)
            remove_from_study_list(questions=rows[::2], **given)
        counts.append(len(captured))

    assert counts[0] == counts[1] < 45


@pytest.mark.django_db(transaction=True)
def test_devices_that_add_at_once_leave_no_gap_and_lose_nothing(study_list, questions, user, now):
    others = new(user, "u", "v", "w", "x")

    outcomes = at_once(
        *(
            lambda question=question: add_to_study_list(
                study_list=study_list, questions=[question], position=1, actor=user, at=now
            )
            for question in others
        )
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert sorted(titles()) == sorted("abcuvwx")
    assert StudyList.objects.get().version == 5


@pytest.mark.django_db(transaction=True)
def test_one_question_added_at_once_by_two_devices_is_there_once(study_list, questions, user, now):
    (question,) = new(user, "x")

    outcomes = at_once(
        *[
            lambda: add_to_study_list(
                study_list=study_list, questions=[question], actor=user, at=now
            )
        ]
        * 2
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["QuestionTaken", "StudyList"]
    assert titles() == "abcx"
